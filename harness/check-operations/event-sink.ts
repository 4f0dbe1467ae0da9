/**
 * What every text format boils down to: one event after another, paired into operations. Members an
 * event does not have are -1.
 */
import {
  HistoryBuilder,
  outcomeFailed,
  outcomeIndefinite,
  outcomeOk,
} from '../../src/checker/linearizability/history.ts';

export type EventType = 'invoke' | 'ok' | 'fail' | 'info';

/** `process`, `f`: ids of the builder; `key`, `value`, `error`: ids of its value table. */
export interface OperationEvent {
  process: number;
  type: EventType;
  f: number;
  key: number;
  value: number;
  error: number;
  line: number;
}

/** Applies events, which it may complete, to a {@link HistoryBuilder}; throws its HistoryError. */
export class EventSink {
  readonly builder: HistoryBuilder = new HistoryBuilder();
  private readonly nullId: number = this.builder.table.intern(null);

  add(event: OperationEvent): void {
    const { builder, nullId } = this;
    if (event.value < 0) event.value = nullId;
    if (event.type === 'invoke') {
      builder.call(event);
      return;
    }
    if (event.type === 'fail' && event.error >= 0 && event.error !== nullId) {
      // A failure with a reason says nothing of the comparison a compare-and-set makes.
      event.value = event.error;
    }
    builder.complete(event.process, outcomeOf[event.type], event);
  }
}

const outcomeOf = { ok: outcomeOk, fail: outcomeFailed, info: outcomeIndefinite };
