import { describe, expect, it } from 'vitest';

import { anomalyTexts, guaranteeTexts } from '../../../harness/cli/frame/explanations.ts';
import { anomalies, guarantees } from '../../../src/model/guarantee.ts';
import { cli } from './in-process.ts';

describe('explain', () => {
  it.each(Object.keys(anomalies))('%s: what it means and what it refutes', async (name) => {
    const { code, out } = await cli('explain', name);
    const { refutes } = anomalies[name as keyof typeof anomalies];
    expect(code).toBe(0);
    for (const guarantee of refutes) expect(out).toContain(guarantee);
    expect(anomalyTexts[name as keyof typeof anomalies].length).toBeGreaterThan(40);
  });

  it.each(guarantees)('%s: what it promises', async (name) => {
    const { out } = await cli('explain', name);
    expect(out).toContain(guaranteeTexts[name].split(' ')[0]);
  });

  it('alone lists all names', async () => {
    const { out } = await cli('explain');
    for (const name of [...Object.keys(anomalies), ...guarantees]) expect(out).toContain(name);
  });

  it('as JSON is one document', async () => {
    const { out } = await cli('explain', '--json');
    const { entries } = JSON.parse(out) as { entries: unknown[] };
    expect(entries).toHaveLength(Object.keys(anomalies).length + guarantees.length);
  });
});

describe('doctor', () => {
  it('says for each subject what is there and how to get the rest', async () => {
    const { code, out } = await cli('doctor');
    expect(code).toBe(0);
    expect(out).toMatch(/^simulator: ready/m);
    for (const line of out.split('\n').filter((text) => text.startsWith('  ✗'))) {
      expect(line).toContain('bring it with: ');
    }
  });
});
