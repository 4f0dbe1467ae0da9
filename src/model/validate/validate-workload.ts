/**
 * Checks that a value is a workload: split logs whose records are in order of `at` and whose ids
 * are unique.
 */
import type { Report } from '../input-error.ts';
import {
  atMost,
  array,
  integer,
  jsonValue,
  milliseconds,
  object,
  text,
  type Shape,
  refined,
} from './shape.ts';
import { limits } from '../limits.ts';
import type { SourceRecord, SplitLog, Workload } from '../workload.ts';

const recordShape = object({
  id: integer(0),
  at: milliseconds(),
  ts: integer(),
  key: text(true),
  value: jsonValue,
});

const membersShape = object({
  splits: array(object({ split: text(), records: array(recordShape, { limit: 'recordsMax' }) }), {
    min: 1,
    limit: 'splitsMax',
  }),
});

/** A workload. */
export const workloadShape: Shape = refined(membersShape, (value, path, report) => {
  const { splits } = value as Workload;
  const before = report.count;
  const ids = new Map<number, SplitLog>();
  const names = new Set<string>();
  splits.forEach((log, i) => {
    const place = `${path}.splits[${i}]`;
    if (names.has(log.split)) report.add(`${place}.split`, log.split, 'a name no other split has');
    names.add(log.split);
    checkRecords(log, place, { ids, report });
  });
  if (ids.size > limits.recordsMax) report.add(path, value, `records: ${atMost('recordsMax')}`);
  return report.count === before;
});

function checkRecords(
  log: SplitLog,
  place: string,
  seen: { readonly ids: Map<number, SplitLog>; readonly report: Report },
): void {
  let last = 0;
  for (let i = 0; i < log.records.length; i++) {
    const record = log.records[i] as SourceRecord;
    if (record.at < last) {
      seen.report.add(`${place}.records[${i}].at`, record.at, {
        expectation: `at least ${last}, the time of the record before it`,
        suggestion: 'sort the records of a split by "at"; event time "ts" may be in any order',
      });
    }
    last = Math.max(last, record.at);
    const other = seen.ids.get(record.id);
    if (other === undefined) seen.ids.set(record.id, log);
    else {
      const offset = other.records.findIndex(({ id }) => id === record.id);
      seen.report.add(
        `${place}.records[${i}].id`,
        record.id,
        `an id no other record has (split ${other.split} offset ${offset} has it)`,
      );
    }
  }
}
