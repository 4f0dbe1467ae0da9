import { describe, expect, it } from 'vitest';

import { simulate } from '../../../harness/subjects/simulate.ts';
import { catalog } from '../../../scenarios/catalog/index.ts';
import { present } from '../../../src/base/assert.ts';
import { checkHistory } from '../../support/checker/verified.ts';
import type { Case } from '../../../src/model/case.ts';
import type { Schedule } from '../../../src/model/fault.ts';
import type { OperatorSpec } from '../../../src/model/pipeline.ts';

const scenario = present(
  catalog.find(({ id }) => id === 'backpressure'),
  'the scenario',
);

/** One split for two source subtasks: the second has nothing to read and ends at once. */
function oneSplit(run: number, schedule: Schedule): Case {
  const kase = scenario.generate(1, run);
  const [log] = kase.workload.splits;
  const { split, records } = present(log, 'a split');
  const alone = (operator: OperatorSpec): OperatorSpec =>
    operator.kind === 'source' ? { ...operator, splits: [split] } : operator;
  const operators = kase.pipeline.operators.map(alone);
  return {
    ...kase,
    schedule,
    pipeline: { ...kase.pipeline, operators },
    workload: { splits: [{ split, records }] },
  };
}

const hold: Schedule = [
  { when: { at: 100 }, action: { kind: 'source-hold', split: 'events-0', durationMs: 300 } },
];
const runs = Array.from({ length: 12 }, (_, run) => run);

describe('a source subtask without a split', () => {
  it('has ended: when the only split is idle, nothing holds event time back', () => {
    const anomalies = runs.flatMap((run) => {
      const kase = oneSplit(run, hold);
      return checkHistory(kase, simulate(kase).history).anomalies.map(({ name }) => name);
    });
    expect(anomalies).toEqual([]);
  });

  it('is no excuse while the split is read', () => {
    const kase = { ...oneSplit(0, []), promises: scenario.promises };
    const { history } = simulate(kase);
    expect(checkHistory(kase, history).status).toBe('valid');
    const lost = history.map((event) =>
      event.kind === 'visible' ? { ...event, rows: event.rows.slice(1) } : event,
    );
    expect(checkHistory(kase, lost).status).toBe('invalid');
  });
});
