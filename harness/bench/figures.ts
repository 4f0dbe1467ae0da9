/**
 * The figures of the benchmark, as data. Times in ms unless named otherwise.
 */

export interface BenchFigures {
  readonly schemaVersion: 1;
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  /** The default case, complete runs with checking, on one core. */
  readonly runsPerSecond: number;
  /** The same without checking. */
  readonly simulationsPerSecond: number;
  readonly messagesPerSecond: number;
  readonly virtualPerWall: number;
  /** Linear checker on a traceable history in memory; null when there is no such benchmark. */
  readonly checkerRecordsPerSecond: number | null;
  readonly checkerRecords: number;
  readonly memory: MemoryFigures;
  readonly startUpMs: number;
}

/** Heap in use after garbage collection, in MB, at some numbers of runs in one process. */
export interface MemoryFigures {
  readonly runs: readonly number[];
  readonly heapMb: readonly number[];
  /** From the second sample to the last, so that warm-up does not count. */
  readonly growthMb: number;
}

/** What a figure should be at least, or at most. */
export const benchGoals = {
  runsPerSecond: 150,
  messagesPerSecond: 1_000_000,
  virtualPerWall: 1000,
  checkerRecordsPerSecond: 5_000_000,
  startUpMs: 250,
} as const;

/** A table for people. */
export function figuresText(figures: BenchFigures): string {
  const round = (value: number): string => Math.round(value).toLocaleString('en-US');
  const rows: readonly (readonly [string, string, string])[] = [
    ['complete runs per second, one core', round(figures.runsPerSecond), '≥ 150'],
    ['simulations alone per second', round(figures.simulationsPerSecond), ''],
    ['message deliveries per second', round(figures.messagesPerSecond), '≥ 1,000,000'],
    ['virtual time per wall time', round(figures.virtualPerWall), '≥ 1,000'],
    [
      `checker, records per second of ${round(figures.checkerRecords)}`,
      figures.checkerRecordsPerSecond === null ? '-' : round(figures.checkerRecordsPerSecond),
      '≥ 5,000,000',
    ],
    [
      `heap after ${figures.memory.runs.map(round).join(', ')} runs (MB)`,
      figures.memory.heapMb.map((mb) => mb.toFixed(1)).join(', '),
      'no growth',
    ],
    ['start of the command line (ms)', round(figures.startUpMs), '≤ 250'],
  ];
  const lines = rows.map(
    ([name, value, goal]) => `  ${name.padEnd(52)} ${value.padStart(24)}   ${goal}`,
  );
  const head = `${figures.cpu}, ${figures.cores} cores, Node ${figures.node}`;
  return `${head}\n${lines.join('\n')}\n`;
}
