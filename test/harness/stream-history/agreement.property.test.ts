/**
 * The checker of cases and the checker of streams agree on every history that both can read: drawn
 * cases, run in the simulator, with one thing changed at a random place. See agreement.ts for what
 * may differ and why.
 */
import { describe, expect, test } from 'vitest';
import { simulate } from '../../../harness/subjects/simulate.ts';
import { RandomStream } from '../../../src/base/random.ts';
import { compare, type Comparison } from './agreement.ts';
import { injections } from './inject.ts';
import { plainCases } from './plain-cases.ts';

const runs = Math.ceil(24 * Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1));
const seed = Number(process.env['TIDEMARK_AGREEMENT_SEED'] ?? 4);

const drawn = Array.from({ length: runs }, (_, run) => {
  const kase = plainCases.generate(seed, run);
  return { run, kase, history: simulate(kase).history };
});

const outcomes: Record<Comparison['outcome'], number> = {
  equal: 0,
  explained: 0,
  different: 0,
  refused: 0,
};

describe('the same statuses and anomalies', () => {
  test.each(Object.entries(injections))('%s', (name, inject) => {
    let compared = 0;
    for (const { run, kase, history } of drawn) {
      const random = new RandomStream(run, `${seed} ${name}`);
      const changed = inject(structuredClone([...history]), random);
      if (changed === null) continue;
      const { outcome, differences } = compare(kase, changed);
      outcomes[outcome]++;
      compared++;
      expect({ run, differences }).toEqual({ run, differences: [] });
    }
    expect(compared).toBeGreaterThan(0);
  });

  test('most of them without any difference to explain', () => {
    const { equal, explained, refused } = outcomes;
    expect(outcomes.different).toBe(0);
    expect(equal).toBeGreaterThan((equal + explained + refused) / 2);
  });
});
