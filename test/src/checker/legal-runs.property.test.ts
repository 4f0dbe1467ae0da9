/**
 * No false alarm: histories that are legal by construction are valid, in every regime.
 */
import { describe, expect, test } from 'vitest';
import { checkHistory } from '../../support/checker/verified.ts';
import { legalRun, makeCase, makeLogs } from './legal-run.ts';
import { bodies } from './pipelines.ts';

const runs = Math.ceil(25 * Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1));
const splits = ['s0', 's1', 's2'];

/** Opaque or nested values of records whose lateness is open: nobody can decide all of them. */
const undecidable = new Set([
  'tumbling-trace',
  'sliding-count',
  'session-sum',
  'window-window',
  'window-reduce',
]);

/** Disorder within the bound, and far beyond it. */
const regimes = { punctual: { disorder: 20, bound: 20 }, late: { disorder: 40, bound: 3 } };

describe.each(Object.entries(regimes))('%s input', (regime, { disorder, bound }) => {
  test.each(Object.keys(bodies))('legal runs of %s are valid', (name) => {
    for (let seed = 1; seed <= runs; seed++) {
      const body = bodies[name];
      if (body === undefined) throw new Error(`no pipeline ${name}`);
      const logs = makeLogs(seed, { splits: 3, records: 25, keys: 3, disorder });
      const kase = makeCase({ operators: body(splits, bound), splits: logs });
      const verdict = checkHistory(kase, legalRun(kase, seed));
      const found = verdict.anomalies.map((a) => [a.name, a.explanation]);
      expect({ seed, found }).toEqual({ seed, found: [] });
      if (regime === 'late' && undecidable.has(name)) continue;
      const { status, unknowns } = verdict;
      expect({ seed, status, unknowns }).toEqual({ seed, status: 'valid', unknowns: [] });
    }
  });
});
