/**
 * The source records of a case as one flat table: record g is (split, offset). Everything the
 * checker says about input refers to these indices.
 * Not here: what happens to the records (branches.ts, stages.ts).
 */
import type { SourceSpec } from '../../model/pipeline.ts';
import type { Case } from '../../model/case.ts';
import type { FunctionCatalog } from '../../model/functions.ts';
import type { HeaderEvent } from '../../model/history.ts';
import type { SourceRecord } from '../../model/workload.ts';
import { mayIdle } from './idleness.ts';

export interface SplitInfo {
  readonly name: string;
  /** Flat index of its first record. */
  readonly first: number;
  readonly records: readonly SourceRecord[];
  /** Whether its watermark may have been lifted by the end of input. */
  readonly ends: boolean;
  /** Null when no source reads it. */
  readonly source: SourceSpec | null;
  /** Whether a correct source may have taken it for idle, so that nothing waited for it. */
  readonly mayIdle: boolean;
  /**
   * Its source has subtasks without a split: they end at once, and hold event time back no more.
   */
  readonly besideEnded: boolean;
}

export interface RecordTable {
  readonly splits: readonly SplitInfo[];
  readonly count: number;
  readonly splitIndex: ReadonlyMap<string, number>;
  /** Split number of each record. */
  readonly splitOf: Int32Array;
  readonly recordAt: readonly SourceRecord[];
  /** Record of an id; ids are unique in a workload. */
  readonly byId: ReadonlyMap<number, number>;
}

/** Where a stopped job ended. */
export interface Stopped {
  /** Next offsets, by split name. */
  readonly offsets: Readonly<Record<string, number>>;
  /** Splits with more to come did not end. */
  readonly suspended: boolean;
  /** A restart made event time start again, so how far it had come in the end is not known. */
  readonly restarted: boolean;
}

/** A case, the functions it refers to, and the clock its run was recorded by. */
export interface Setting {
  readonly kase: Case;
  readonly functions: FunctionCatalog;
  readonly clock: HeaderEvent['clock'];
}

/**
 * `stopped`: only what the job had read by then; what it could have waited for is judged by all.
 */
export function recordTable(
  { kase, clock }: Pick<Setting, 'kase' | 'clock'>,
  stopped: Stopped | null = null,
): RecordTable {
  const readers = new Map<string, SourceSpec>();
  for (const operator of kase.pipeline.operators) {
    if (operator.kind !== 'source') continue;
    for (const split of operator.splits) readers.set(split, operator);
  }
  const splits: SplitInfo[] = [];
  const recordAt: SourceRecord[] = [];
  const byId = new Map<number, number>();
  const splitIndex = new Map<string, number>();
  for (const { split, records: log } of kase.workload.splits) {
    splitIndex.set(split, splits.length);
    const records = stopped === null ? log : log.slice(0, stopped.offsets[split] ?? 0);
    const ends = stopped?.suspended !== true || records.length === log.length;
    const source = readers.get(split) ?? null;
    const idle = mayIdle({ kase, records: log, source, ends, clock });
    const besideEnded = source !== null && source.parallelism > source.splits.length;
    const info = { name: split, first: recordAt.length, records, ends, source, besideEnded };
    splits.push({ ...info, mayIdle: idle });
    for (const record of records) {
      byId.set(record.id, recordAt.length);
      recordAt.push(record);
    }
  }
  const splitOf = new Int32Array(recordAt.length);
  splits.forEach((split, index) => {
    splitOf.fill(index, split.first, split.first + split.records.length);
  });
  return { splits, count: recordAt.length, splitIndex, splitOf, recordAt, byId };
}

export function offsetOf(table: RecordTable, record: number): number {
  return record - (table.splits[table.splitOf[record] as number] as SplitInfo).first;
}

/** "s1@17" */
export function recordName(table: RecordTable, record: number): string {
  const split = table.splits[table.splitOf[record] as number] as SplitInfo;
  return `${split.name}@${record - split.first}`;
}
