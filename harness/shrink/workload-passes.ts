/**
 * Passes that take data away: keys, splits, records, and the waiting between records. Ids never
 * change, so a record of the smallest case is the record of the original one.
 */
import type { Case } from '../../src/model/case.ts';
import { digitBase, traceFields } from '../../src/model/trace.ts';
import type { ValueObject } from '../../src/model/value.ts';
import type { SourceRecord, SplitLog } from '../../src/model/workload.ts';
import { deltaDebug } from './delta-debug.ts';
import type { Search } from './search.ts';

/** Drops all records of a key at once. */
export async function dropKeys(search: Search): Promise<void> {
  const keys = [...new Set(recordsOf(search.current).map((record) => record.key))].sort();
  if (keys.length < 2) return;
  const base = search.current;
  await deltaDebug(keys, (kept) => {
    const wanted = new Set(kept);
    return search.accept(withRecords(base, (record) => wanted.has(record.key)));
  });
}

/** Drops records, whatever split they are in. */
export async function dropRecords(search: Search): Promise<void> {
  await dropRecordChunks(search, 1);
}

/** The same down to eighths only: a few runs that take most of the data away. */
export async function dropManyRecords(search: Search): Promise<void> {
  await dropRecordChunks(search, Math.ceil(recordsOf(search.current).length / 8));
}

async function dropRecordChunks(search: Search, sizeMin: number): Promise<void> {
  const base = search.current;
  const ids = recordsOf(base).map((record) => record.id);
  const test = (kept: readonly number[]): Promise<boolean> => {
    const wanted = new Set(kept);
    return search.accept(withRecords(base, (record) => wanted.has(record.id)));
  };
  await deltaDebug(ids, test, sizeMin);
}

/** Drops splits: from the workload and from the sources that read them. */
export async function dropSplits(search: Search): Promise<void> {
  const base = search.current;
  const names = base.workload.splits.map((log) => log.split);
  if (names.length < 2) return;
  await deltaDebug(names, (kept) => search.accept(withSplits(base, kept)));
}

/** Lets records arrive faster, and faults at fixed times strike earlier with them. */
export async function hasten(search: Search): Promise<void> {
  for (const divisor of [4, 2]) {
    // Shorter than that, a run is all start and end.
    while (Math.max(0, ...recordsOf(search.current).map(({ at }) => at)) >= 200) {
      if (!(await search.accept(hastened(search.current, divisor)))) break;
    }
  }
}

function hastened(kase: Case, divisor: number): Case {
  const shorten = (at: number): number => Math.floor(at / divisor);
  const faster = mapRecords(kase, (record) => ({ ...record, at: shorten(record.at) }));
  const schedule = faster.schedule.map((fault) =>
    'at' in fault.when ? { ...fault, when: { at: shorten(fault.when.at) } } : fault,
  );
  return { ...faster, schedule };
}

/** Gives all records one key. */
export async function mergeKeys(search: Search): Promise<void> {
  const first = recordsOf(search.current)[0]?.key;
  if (first === undefined) return;
  await search.accept(mapRecords(search.current, (record) => ({ ...record, key: first })));
}

/** Makes arrivals and event times rounder; order within a split stays. */
export async function roundRecordTimes(search: Search): Promise<void> {
  for (const step of [1000, 100, 10]) {
    const round = (time: number): number => Math.floor(time / step) * step;
    const arrivals = (record: SourceRecord): SourceRecord => ({ ...record, at: round(record.at) });
    const eventTimes = (record: SourceRecord): SourceRecord => ({
      ...record,
      ts: round(record.ts),
    });
    await search.accept(mapRecords(search.current, arrivals));
    await search.accept(mapRecords(search.current, eventTimes));
  }
  for (const divisor of [10, 2]) {
    const shorten = (record: SourceRecord): SourceRecord => ({
      ...record,
      at: Math.floor(record.at / divisor),
    });
    await search.accept(mapRecords(search.current, shorten));
  }
}

function recordsOf(kase: Case): SourceRecord[] {
  return kase.workload.splits.flatMap((log) => [...log.records]);
}

function mapLogs(kase: Case, change: (log: SplitLog) => SplitLog): Case {
  return { ...kase, workload: { ...kase.workload, splits: kase.workload.splits.map(change) } };
}

function mapRecords(kase: Case, change: (record: SourceRecord) => SourceRecord): Case {
  return mapLogs(kase, (log) => ({ ...log, records: log.records.map(change) }));
}

function withRecords(kase: Case, keep: (record: SourceRecord) => boolean): Case {
  return mapLogs(kase, (log) => ({ ...log, records: log.records.filter(keep) }));
}

/** The case with only the splits named in `kept`, their traces renumbered. */
export function withSplits(kase: Case, kept: readonly string[]): Case {
  const before = kase.workload.splits;
  const logs = before.filter((log) => kept.includes(log.split));
  const retraced = logs.map((log, index) => ({
    ...log,
    records: log.records.map((record) =>
      retrace(record, [before.indexOf(log), before.length], [index, logs.length]),
    ),
  }));
  return {
    ...kase,
    workload: { ...kase.workload, splits: retraced },
    pipeline: {
      ...kase.pipeline,
      operators: kase.pipeline.operators.map((operator) =>
        operator.kind === 'source'
          ? { ...operator, splits: operator.splits.filter((split) => kept.includes(split)) }
          : operator,
      ),
    },
    schedule: kase.schedule.filter(
      ({ action }) => action.kind !== 'source-hold' || kept.includes(action.split),
    ),
  };
}

/** Index of a split and the number of splits. */
type Place = readonly [index: number, count: number];

/** A cut-traceable value names its split by a digit: see model/trace.ts. */
function retrace(record: SourceRecord, from: Place, to: Place): SourceRecord {
  const { value } = record;
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return record;
  const fields = value as ValueObject;
  if (fields['q'] !== digitBase(from[1]) ** from[0]) return record;
  const { q } = traceFields(record.id, to[0], to[1]);
  return { ...record, value: { ...fields, q: q ?? null } };
}
