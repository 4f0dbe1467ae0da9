import { describe, expect, it } from 'vitest';

import { defineConfig, verify, VerificationError } from '../../harness/index.ts';
import { lossy, sound, vacuous } from './fake/scenarios.ts';
import { subject } from './fake/subject.ts';

describe('verify', () => {
  it('resolves to the result of a valid scenario', async () => {
    const result = await verify(sound, { runs: 10, subject });
    expect(result).toMatchObject({ verdict: 'valid', seed: 1, subject: 'fake' });
    expect(result.scenarios[0]).toMatchObject({ id: 'sound', runs: 10 });
  });

  it('rejects with the smallest case of a violation, in words and as data', async () => {
    const failure = await verify(lossy, { runs: 10, subject }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(VerificationError);
    const { message, report } = failure as VerificationError;
    expect(message).toContain('record 17 is in no visible output');
    expect(message).toContain('smallest case:');
    expect(report.evidence[0]?.case.schedule).toHaveLength(1);
  });

  it('rejects when too little happened: unknown is not valid', async () => {
    await expect(verify(vacuous, { runs: 3, subject })).rejects.toThrow(/never happened in 3 runs/);
  });
});

describe('defineConfig', () => {
  it('is its argument', () => {
    const config = { scenarios: [sound] };
    expect(defineConfig(config)).toBe(config);
  });
});
