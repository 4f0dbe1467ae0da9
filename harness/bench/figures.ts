/**
 * The figures of the benchmark, as data. Times in ms unless named otherwise.
 */
import type { SoakFigures } from './soak-process.ts';

export interface BenchFigures {
  readonly schemaVersion: 1;
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  /** The default case, complete runs with checking, on one core. */
  readonly runsPerSecond: number;
  /** The same without checking. */
  readonly simulationsPerSecond: number;
  /** Messages of the default case, with all the work of the engine. */
  readonly messagesPerSecond: number;
  /** Deliveries of the simulator when nodes only pass messages on. */
  readonly deliveriesPerSecond: number;
  readonly virtualPerWall: number;
  /** The whole checker of cases on the objects of a long history. */
  readonly historyRecordsPerSecond: number;
  readonly checkerRecords: number;
  /** A long run in the binary stream format, read and judged piece by piece. */
  readonly soak: SoakFigures;
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

/** A table for people. */
export function figuresText(figures: BenchFigures): string {
  const round = (value: number): string => Math.round(value).toLocaleString('en-US');
  const rows: readonly (readonly [string, string, string])[] = [
    ['complete runs per second, one core', round(figures.runsPerSecond), '≥ 150'],
    ['simulations alone per second', round(figures.simulationsPerSecond), ''],
    ['messages per second, engine included', round(figures.messagesPerSecond), ''],
    ['message deliveries per second', round(figures.deliveriesPerSecond), '≥ 1,000,000'],
    ['virtual time per wall time', round(figures.virtualPerWall), '≥ 1,000'],
    [
      `checker of cases, records per second of ${round(figures.checkerRecords)}`,
      round(figures.historyRecordsPerSecond),
      '≥ 3,000,000',
    ],
    [
      `soak of ${round(figures.soak.records)} records, per second`,
      round(figures.soak.recordsPerSecond),
      '',
    ],
    ['its peak memory (MB)', round(figures.soak.peakRssMb), '< 1,000'],
    [
      'its binary history, read alone (MB/s)',
      round(figures.soak.readBytesPerSecond / 1e6),
      '≥ 1,000',
    ],
    [
      `growth of the heap over ${round(figures.memory.runs.at(-1) ?? 0)} runs (MB)`,
      figures.memory.growthMb.toFixed(1),
      'none',
    ],
    ['start of the command line (ms)', round(figures.startUpMs), '≤ 250'],
  ];
  const lines = rows.map(
    ([name, value, goal]) => `  ${name.padEnd(56)} ${value.padStart(12)}   ${goal}`,
  );
  const head = `${figures.cpu}, ${figures.cores} cores, Node ${figures.node}`;
  return `${head}\n${lines.join('\n')}\n`;
}
