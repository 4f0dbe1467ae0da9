/**
 * The figures of the benchmark on processes, as data and as text. Times in ms, rates per second.
 */

export interface IntervalFigures {
  readonly intervalMs: number;
  readonly recordsPerSecond: number;
  /** Null: the kill led to no new attempt. */
  readonly recoveryMs: number | null;
}

export interface ProcessFigures {
  readonly schemaVersion: 1;
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  /** One JobManager and three TaskManagers, until they are told to begin. */
  readonly clusterUpMs: number;
  /** The default case with two kills, checking included. */
  readonly twoKillRunMs: number;
  readonly allValid: boolean;
  /** From SIGKILL of a TaskManager to the first output committed afterwards. */
  readonly recoveryMs: number;
  readonly throughputRecords: number;
  /** A keyed tumbling count with a checkpoint each second, into the file sink. */
  readonly recordsPerSecond: number;
  readonly uncheckpointedPerSecond: number;
  /** Share of throughput that checkpoints cost; below 0 is noise. */
  readonly checkpointOverhead: number;
  readonly intervals: readonly IntervalFigures[];
}

/** A table for people. */
export function processFiguresText(figures: ProcessFigures): string {
  const round = (value: number): string => Math.round(value).toLocaleString('en-US');
  const rows: readonly (readonly [string, string, string])[] = [
    ['cluster of 1 + 3 processes up (ms)', round(figures.clusterUpMs), '< 1,500'],
    ['default case with two kills, checked (ms)', round(figures.twoKillRunMs), '< 6,000'],
    ['SIGKILL to the next committed output (ms)', round(figures.recoveryMs), '< 2,000'],
    ['records per second, a checkpoint each second', round(figures.recordsPerSecond), '≥ 300,000'],
    ['records per second without checkpoints', round(figures.uncheckpointedPerSecond), ''],
    ['cost of checkpoints', `${(figures.checkpointOverhead * 100).toFixed(1)} %`, '< 10 %'],
    ...figures.intervals.map(
      ({ intervalMs, recordsPerSecond, recoveryMs }) =>
        [
          `checkpoint every ${round(intervalMs)} ms: records/s, recovery (ms)`,
          `${round(recordsPerSecond)}, ${recoveryMs === null ? '–' : round(recoveryMs)}`,
          '',
        ] as const,
    ),
  ];
  const lines = rows.map(
    ([name, value, goal]) => `  ${name.padEnd(56)} ${value.padStart(18)}   ${goal}`,
  );
  const head = `${figures.cpu}, ${figures.cores} cores, Node ${figures.node}`;
  return `${head}\n${lines.join('\n')}\n`;
}
