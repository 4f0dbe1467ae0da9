/**
 * An independent look at the promise, without oracle and checker: where timing cannot show in the
 * output, every run commits the same multiset of rows, whatever the seed, whatever the faults.
 */
import { describe, expect, test } from 'vitest';

import type { Case } from '../../../src/model/case.ts';
import type { FaultAction } from '../../../src/model/fault.ts';
import type { OperatorSpec } from '../../../src/model/pipeline.ts';
import { catalog } from '../../../scenarios/catalog/index.ts';
import { defaultCase } from '../../../scenarios/default-case.ts';
import { simulate } from '../../../harness/subjects/simulate.ts';
import { randomFaults } from '../../support/simulator/random-faults.ts';
import { committed } from '../../support/simulator/runs.ts';

const scale = Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1);

/** Collected ids sorted: in which order rows of a pane arrived is the engine's choice. */
function orderless(rows: readonly string[]): string[] {
  return rows
    .map((row) =>
      row.replaceAll(/"ids":\[([^\]]*)\]/g, (_, ids: string) => {
        const sorted = ids.split(',').sort();
        return `"ids":[${sorted.join(',')}]`;
      }),
    )
    .sort();
}

/** Whether timing can show in what the operator puts out, given watermarks nobody overtakes. */
function isTimeless(operator: OperatorSpec): boolean {
  switch (operator.kind) {
    case 'source':
      return operator.watermark.idlenessMs === null;
    case 'reduce':
    case 'process':
    case 'dedup':
      return false;
    case 'sink':
      return operator.connector === 'two-phase';
    default:
      return true;
  }
}

/** No record is ever behind the watermark of its own split. */
function hasNoLateRecords({ pipeline, workload }: Case): boolean {
  return pipeline.operators.every((operator) => {
    if (operator.kind !== 'source') return true;
    const bound = operator.watermark.outOfOrdernessMs;
    return workload.splits
      .filter(({ split }) => operator.splits.includes(split))
      .every(({ records }) => {
        let highest = Number.NEGATIVE_INFINITY;
        return records.every(({ ts }) => {
          highest = Math.max(highest, ts);
          return ts >= highest - bound;
        });
      });
  });
}

function isDeterministic(kase: Case): boolean {
  const { pipeline, options } = kase;
  return options.stop === null && pipeline.operators.every(isTimeless) && hasNoLateRecords(kase);
}

function damagesFiles(action: FaultAction): boolean {
  return (
    action.kind === 'disk' && (action.effect === 'corrupt-file' || action.effect === 'missing-file')
  );
}

/**
 * Deterministic cases, at most a quarter of them of one scenario, with generous patience: no fault
 * here is for ever.
 */
function deterministicCases(count: number): Case[] {
  const found: Case[] = [];
  const isEnough = (scenario: string): boolean =>
    found.filter((kase) => kase.scenario === scenario).length >= count / 4;
  for (let i = 0; found.length < count; i++) {
    const scenario = catalog[i % catalog.length] as (typeof catalog)[number];
    const kase = i % 11 === 10 ? defaultCase(i) : scenario.generate(57, i);
    if (!isDeterministic(kase) || isEnough(kase.scenario)) continue;
    // A damaged checkpoint file may rightly end the job.
    const schedule = kase.schedule.filter(({ action }) => !damagesFiles(action));
    const restart = { kind: 'fixed-delay', attemptsMax: 1000, delayMs: 50 } as const;
    found.push({ ...kase, schedule, options: { ...kase.options, restart, mode: 'exactly-once' } });
  }
  return found;
}

function output(kase: Case): { rows: string[]; outcome: string } {
  const { history } = simulate(kase);
  const end = history.at(-1);
  return {
    rows: orderless(committed(history)),
    outcome: end?.kind === 'end' ? end.outcome : 'cut off',
  };
}

const cases = deterministicCases(Math.ceil(40 * scale));

describe('a deterministic pipeline commits the same multiset', () => {
  test('for different seeds, without faults', () => {
    for (const kase of cases) {
      const calm = { ...kase, schedule: [] };
      const first = output(calm);
      expect(first.outcome).toBe('finished');
      for (const seed of [1, 2]) {
        expect(output({ ...calm, seed }), `${kase.scenario} ${kase.seed}`).toEqual(first);
      }
    }
  });

  test('under the faults of its case, and under random ones', () => {
    let rows = 0;
    for (const kase of cases) {
      const calm = output({ ...kase, schedule: [] });
      rows += calm.rows.length;
      const extra = randomFaults(kase, 'same output', { count: 6, spanMs: 4_000 });
      const deadlineMs = kase.deadlineMs + 20_000;
      for (const schedule of [kase.schedule, extra, [...kase.schedule, ...extra]]) {
        const faulty = output({ ...kase, deadlineMs, schedule });
        expect(faulty, `${kase.scenario} ${kase.seed} ${JSON.stringify(schedule)}`).toEqual(calm);
      }
    }
    expect(rows).toBeGreaterThan(1000);
  });

  test('of many scenarios', () => {
    expect(new Set(cases.map((kase) => kase.scenario)).size).toBeGreaterThanOrEqual(5);
  });
});
