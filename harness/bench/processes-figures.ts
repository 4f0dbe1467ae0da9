/**
 * The figures of the benchmark on processes, as data and as text. Times in ms, rates per second.
 */

/** Several runs of one thing, ascending. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly runs: readonly number[];
}

export interface IntervalFigures {
  readonly intervalMs: number;
  readonly recordsPerSecond: Spread;
  /** Null: no kill led to a new attempt. */
  readonly recoveryMs: Spread | null;
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
  /**
   * What the embedded Toxiproxy adds to a round trip, median, µs: its own work, on one event loop.
   */
  readonly proxyAddedUs: number;
  /** The same with both ends on another thread: with the waking of threads. */
  readonly proxyAddedWithWakingUs: number;
  readonly throughputRecords: number;
  /** A keyed tumbling count with a checkpoint each second, into the file sink. */
  readonly recordsPerSecond: number;
  readonly uncheckpointedPerSecond: number;
  /** Share of throughput that checkpoints cost; below 0 is noise. */
  readonly checkpointOverhead: number;
  /** Records of each throughput run of an interval. */
  readonly intervalRecords: number;
  readonly intervals: readonly IntervalFigures[];
}

/** Null of no runs. */
export function spreadOf(values: readonly number[]): Spread | null {
  const runs = values.toSorted((a, b) => a - b);
  const [least] = runs;
  const most = runs.at(-1);
  const median = runs[Math.floor(runs.length / 2)];
  return least === undefined || most === undefined || median === undefined
    ? null
    : { median, least, most, runs };
}

/** `12,345`, and the extremes where they differ. */
export function spreadText(spread: Spread | null): string {
  if (spread === null) return '–';
  const [median, least, most] = [spread.median, spread.least, spread.most].map(rounded);
  return least === most ? `${median}` : `${median} (${least}–${most})`;
}

function rounded(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** A table for people. */
export function processFiguresText(figures: ProcessFigures): string {
  const rows: readonly (readonly [string, string, string])[] = [
    ['cluster of 1 + 3 processes up (ms)', rounded(figures.clusterUpMs), '< 1,500'],
    ['default case with two kills, checked (ms)', rounded(figures.twoKillRunMs), '< 6,000'],
    ['SIGKILL to the next committed output (ms)', rounded(figures.recoveryMs), '< 2,000'],
    ['round trip longer through a proxy (µs)', rounded(figures.proxyAddedUs), '< 50'],
    ['the same with the waking of threads (µs)', rounded(figures.proxyAddedWithWakingUs), ''],
    [
      'records per second, a checkpoint each second',
      rounded(figures.recordsPerSecond),
      '≥ 300,000',
    ],
    ['records per second without checkpoints', rounded(figures.uncheckpointedPerSecond), ''],
    ['cost of checkpoints', `${(figures.checkpointOverhead * 100).toFixed(1)} %`, '< 10 %'],
    ...figures.intervals.map(
      ({ intervalMs, recordsPerSecond, recoveryMs }) =>
        [
          `checkpoint every ${rounded(intervalMs)} ms: records/s`,
          spreadText(recordsPerSecond),
          `recovery (ms) ${spreadText(recoveryMs)}`,
        ] as const,
    ),
  ];
  const lines = rows.map(
    ([name, value, goal]) => `  ${name.padEnd(46)} ${value.padStart(27)}   ${goal}`,
  );
  const head = `${figures.cpu}, ${figures.cores} cores, Node ${figures.node}`;
  return `${head}\n${lines.join('\n')}\n`;
}
