/**
 * The engine against the enumeration, without the checker: what a small run under faults shows is
 * among all that is legal for its attempts and checkpoints. It shows that the enumeration is not
 * too narrow, and that the engine does nothing else.
 */
import { expect, test } from 'vitest';
import { engineRun } from '../../support/enumeration/engine-run.ts';
import { visibleRows } from '../../support/enumeration/judge.ts';
import { isExactlyOnce, legalSetOf, showsAll } from '../../support/enumeration/legal-set.ts';

const runs = Math.ceil(250 * Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1));
const limits = { wordsMax: 5_000, movesMax: 40_000 };
const seed = 1;

test.each([
  ['two-phase', 'exactly-once', isExactlyOnce],
  ['two-phase', 'stop-the-world', isExactlyOnce],
  ['append', 'exactly-once', showsAll],
  ['two-phase', 'at-least-once', showsAll],
] as const)(
  'small runs with %s sinks in the mode %s show what is legal',
  (connector, mode, isLegal) => {
    const settings = { seed, connectors: [connector], modes: [mode], recordsMax: 4 };
    const counts = { legal: 0, restarted: 0 };
    for (let number = 0; number < runs; number++) {
      const simulated = engineRun(number, settings);
      const legal = simulated === null ? null : legalSetOf(simulated.run, limits);
      if (simulated === null || legal === null) continue;
      const rows = visibleRows(simulated.history);
      expect({ number, isLegal: isLegal(legal, rows) }).toEqual({ number, isLegal: true });
      counts.legal++;
      if (simulated.run.skeleton.attempts.length > 1) counts.restarted++;
    }
    expect(counts.legal).toBeGreaterThan(runs * 0.7);
    expect(counts.restarted).toBeGreaterThan(runs * 0.1);
  },
  120_000 * Math.max(1, runs / 250),
);
