/**
 * A1: the same case gives the same history, byte for byte: again in this process, in a fresh one,
 * and with other runs in between. Tested before anything else of the simulator, for without it no
 * other failure could be looked into.
 */
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';

import { digest64 } from '../../../src/base/hash.ts';
import { catalog } from '../../../scenarios/catalog/index.ts';
import { historyText } from '../../support/simulator/runs.ts';

const seed = 41;
const runsPerScenario = Math.ceil(3 * Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1));

const numbered = catalog.flatMap((scenario) =>
  Array.from({ length: runsPerScenario }, (_, run) => ({ scenario, run })),
);

function digestOf({ scenario, run }: (typeof numbered)[number]): string {
  return digest64(historyText(scenario.generate(seed, run)));
}

/** Digests of all cases, made here one after the other. */
const digests = numbered.map(digestOf);

describe('A1: the same case gives the same bytes', () => {
  test('in the reverse order, so with other runs in between', () => {
    expect(numbered.toReversed().map(digestOf)).toEqual(digests.toReversed());
  });

  test('from the same case object, and from a copy of it', () => {
    for (const { scenario, run } of numbered.filter((_, i) => i % runsPerScenario === 0)) {
      const kase = scenario.generate(seed, run);
      const before = JSON.stringify(kase);
      const text = historyText(kase);
      expect(historyText(kase)).toBe(text);
      expect(historyText(structuredClone(kase))).toBe(text);
      expect(JSON.stringify(kase), 'a run does not change its case').toBe(before);
    }
  });

  test('in a fresh process', () => {
    const program = new URL('../../support/simulator/print-digests.ts', import.meta.url).pathname;
    const out = execFileSync(process.execPath, [program, String(seed), String(runsPerScenario)], {
      encoding: 'utf8',
    });
    expect(out.trim().split('\n')).toEqual(
      numbered.map(({ scenario, run }, i) => `${scenario.id} ${run} ${digests[i]}`),
    );
  });

  test('and different cases different ones', () => {
    expect(new Set(digests).size).toBe(digests.length);
  });
});
