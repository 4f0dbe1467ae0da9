import { describe, expect, it } from 'vitest';

import { recoveries } from '../../../harness/bench/processes-bench.ts';
import { killedCase, throughputCase } from '../../../harness/bench/processes-cases.ts';
import { processFiguresText } from '../../../harness/bench/processes-figures.ts';
import { intervalPlot } from '../../../harness/bench/processes-plot.ts';
import type { HistoryEvent } from '../../../src/model/history.ts';
import { validateCase } from '../../../src/model/validate-case.ts';

const visible = (t: number, attempt: number): HistoryEvent => ({
  kind: 'visible',
  t,
  sink: 'out',
  subtask: 0,
  attempt,
  transaction: 'x',
  checkpoint: 1,
  rows: [],
});
const attempt = (t: number, number: number): HistoryEvent => ({
  kind: 'attempt',
  t,
  attempt: number,
  leader: 1,
  restored: null,
  cause: '',
});
const crashed = (t: number): HistoryEvent => ({
  kind: 'node',
  t,
  node: 'tm0',
  event: 'crashed',
  incarnation: 1,
});

describe('the benchmark on processes', () => {
  it('measures from a kill to the first output of a later attempt', () => {
    const history = [
      attempt(0, 1),
      visible(90, 1),
      crashed(100),
      visible(120, 1),
      attempt(300, 2),
      visible(310, 1),
      visible(450, 2),
      crashed(500),
    ];
    expect(recoveries(history)).toEqual([350]);
  });

  it('measures valid cases', () => {
    expect(() => validateCase(throughputCase({ records: 1_000, intervalMs: 50 }))).not.toThrow();
    const { schedule } = validateCase(killedCase(3, [10, 20]));
    expect(schedule.map(({ action }) => action.kind)).toEqual(['crash', 'crash']);
  });

  it('shows its figures as text and as a picture', () => {
    const intervals = [
      { intervalMs: 50, recordsPerSecond: 200_000, recoveryMs: 300 },
      { intervalMs: 1_000, recordsPerSecond: 400_000, recoveryMs: null },
    ];
    const text = processFiguresText({
      schemaVersion: 1,
      node: '24.0.0',
      cpu: 'test',
      cores: 2,
      clusterUpMs: 700,
      twoKillRunMs: 5_000,
      allValid: true,
      recoveryMs: 600,
      throughputRecords: 1_000,
      recordsPerSecond: 350_000,
      uncheckpointedPerSecond: 360_000,
      checkpointOverhead: 0.03,
      intervals,
    });
    expect(text).toContain('350,000');
    expect(text).toContain('400,000, –');
    const plot = intervalPlot(intervals);
    expect(plot.match(/<circle/g)).toHaveLength(3);
    expect(plot).not.toContain('NaN');
    expect(intervalPlot([])).not.toContain('NaN');
  });
});
