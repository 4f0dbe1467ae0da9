/** Histories written down event by event, for examples. */
import {
  HistoryBuilder,
  type OperationHistory,
  outcomeFailed,
  outcomeIndefinite,
  outcomeOk,
} from '../../../src/linearizability/history/history.ts';
import type { Value } from '../../../src/model/value.ts';

/** `[process, type, f, value, key?]`. */
export type Event = readonly [number, 'invoke' | 'ok' | 'fail' | 'info', string, Value, string?];

const outcomeOf = { ok: outcomeOk, fail: outcomeFailed, info: outcomeIndefinite };

export function historyOf(events: readonly Event[]): OperationHistory {
  const builder = new HistoryBuilder();
  events.forEach(([process, type, f, value, key], i) => {
    const ids = {
      process: builder.processId(process),
      f: builder.functionId(f),
      key: key === undefined ? -1 : builder.table.intern(key),
      value: builder.table.intern(value),
      line: i + 1,
    };
    if (type === 'invoke') builder.call(ids);
    else builder.complete(ids.process, outcomeOf[type], ids);
  });
  return builder.finish();
}
