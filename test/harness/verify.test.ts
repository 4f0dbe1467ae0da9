import { describe, expect, it } from 'vitest';

import { defineConfig, verify, VerificationError } from '../../harness/index.ts';
import { subject as simulator } from '../../harness/subjects/simulator.ts';
import { own } from './fake/own-scenario.ts';
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

describe('verify with functions of a scenario’s own', () => {
  it('runs and judges with them', async () => {
    const { verdict, scenarios } = await verify(own, { runs: 15 });
    expect({ verdict, held: scenarios[0]?.strongestGuarantee }).toEqual({
      verdict: 'valid',
      held: 'exactly-once',
    });
  });

  it('rejects with the reason when one throws', async () => {
    const lines = () => (): never => {
      throw new RangeError('no such product');
    };
    const broken = { ...own, functions: { ...own.functions, flatMap: { lines } } };
    await expect(verify(broken, { runs: 2 })).rejects.toThrow(
      'the flatMap function "lines" threw RangeError: no such product',
    );
  });

  it('finds what a subject loses', async () => {
    const forgetful = {
      ...simulator,
      run: (...args: Parameters<typeof simulator.run>) => {
        const { history, ...rest } = simulator.run(...args);
        const last = history.findLastIndex(({ kind }) => kind === 'visible');
        return { ...rest, history: history.filter((_, i) => i !== last) };
      },
    };
    const failure = await verify(own, { runs: 2, subject: forgetful }).catch((e: unknown) => e);
    expect(failure).toBeInstanceOf(VerificationError);
    const [kept] = (failure as VerificationError).report.result.scenarios[0]?.cases ?? [];
    expect(kept).toMatchObject({ status: 'invalid' });
    expect(kept?.events).toBeLessThan(kept?.shrunkFrom?.events ?? 0);
  });
});

describe('defineConfig', () => {
  it('is its argument', () => {
    const config = { scenarios: [sound] };
    expect(defineConfig(config)).toBe(config);
  });
});
