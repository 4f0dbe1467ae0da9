import { describe, expect, it } from 'vitest';

import { recoveries } from '../../../harness/bench/processes-bench.ts';
import {
  intervalCase,
  killedCase,
  throughputCase,
} from '../../../harness/bench/processes-cases.ts';
import {
  processFiguresText,
  type ProcessFigures,
  spreadOf,
  spreadText,
} from '../../../harness/bench/processes-figures.ts';
import { processesHtml } from '../../../harness/bench/processes-html.ts';
import { intervalPlot } from '../../../harness/bench/processes-plot.ts';
import { present } from '../../../src/base/assert.ts';
import type { HistoryEvent } from '../../../src/model/history.ts';
import { validateCase } from '../../../src/model/validate/validate-case.ts';

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

  it('kills between two checkpoints, whatever their interval', () => {
    for (const intervalMs of [50, 10_000]) {
      const { schedule, workload, options } = validateCase(intervalCase(1, intervalMs));
      const at = schedule.map(({ when }) => ('at' in when ? when.at : 0));
      const end = Math.max(...workload.splits.map(({ records }) => records.at(-1)?.at ?? 0));
      expect(options.checkpoint.intervalMs).toBe(intervalMs);
      expect(Math.min(...at)).toBeGreaterThan(intervalMs);
      expect(end).toBeGreaterThan(intervalMs * 2);
    }
  });

  it('takes the median of several runs and their extremes', () => {
    expect(spreadOf([30, 10, 20])).toEqual({ median: 20, least: 10, most: 30, runs: [10, 20, 30] });
    expect(spreadText(spreadOf([3_000, 1_000, 2_000]))).toBe('2,000 (1,000–3,000)');
    expect(spreadText(spreadOf([7]))).toBe('7');
    expect(spreadText(spreadOf([]))).toBe('–');
  });

  it('shows its figures as text', () => {
    const text = processFiguresText(figures);
    expect(text).toContain('350,000');
    expect(text).toContain('200,000 (150,000–250,000)');
    expect(text).toContain('recovery (ms) –');
  });

  it('draws a median, a whisker and every run', () => {
    const plot = intervalPlot(figures.intervals).text;
    expect(plot.match(/class="median"/g)).toHaveLength(3);
    expect(plot.match(/class="whisker"/g)).toHaveLength(3);
    expect(plot.match(/class="run"/g)).toHaveLength(3 + 2 + 1);
    expect(plot).toContain('every 50 ms: 200,000 (150,000–250,000) records per second');
    expect(plot + intervalPlot([]).text).not.toMatch(/NaN|Infinity/);
  });

  it('writes a page that loads nothing and escapes what it was given', () => {
    const page = processesHtml({ ...figures, cpu: '<script>alert(1)</script> & co' });
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; co');
    expect(page).not.toMatch(/<script|NaN|undefined|url\(|@import|src=|<link/);
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:\/\//);
    expect(page).toContain('prefers-color-scheme: dark');
    expect(page).toContain('200,000 (150,000–250,000)');
    expect(page).toContain('through 50 % of what it does with one every 1,000 ms');
    expect(processesHtml({ ...figures, intervals: [] })).toContain('No interval was measured');
    expect(page).toContain('goal &lt; 6,000 ms: met');
    const slow = processesHtml({ ...figures, allValid: false, twoKillRunMs: 6_000 });
    expect(slow).toContain('was not valid');
    expect(slow).toContain('goal &lt; 6,000 ms: missed');
  });
});

const spread = (...values: number[]): NonNullable<ReturnType<typeof spreadOf>> =>
  present(spreadOf(values), 'runs');
const figures: ProcessFigures = {
  schemaVersion: 1,
  node: '24.0.0',
  cpu: 'test',
  cores: 2,
  clusterUpMs: 700,
  twoKillRunMs: 5_000,
  proxyAddedUs: 20,
  proxyAddedWithWakingUs: 120,
  allValid: true,
  recoveryMs: 600,
  throughputRecords: 1_000,
  recordsPerSecond: 350_000,
  uncheckpointedPerSecond: 360_000,
  checkpointOverhead: 0.03,
  intervalRecords: 500,
  intervals: [
    {
      intervalMs: 50,
      recordsPerSecond: spread(150_000, 200_000, 250_000),
      recoveryMs: spread(300, 400),
    },
    { intervalMs: 1_000, recordsPerSecond: spread(400_000), recoveryMs: null },
  ],
};
