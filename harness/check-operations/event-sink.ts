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

/** Applies events to a {@link HistoryBuilder}; throws its HistoryError. */
export class EventSink {
  readonly builder: HistoryBuilder = new HistoryBuilder();
  private readonly nullId: number = this.builder.table.intern(null);

  add(event: OperationEvent): void {
    const { builder, nullId } = this;
    const value = event.value < 0 ? nullId : event.value;
    switch (event.type) {
      case 'invoke':
        builder.call(event.process, event.f, event.key, value, event.line);
        return;
      case 'ok':
        builder.complete(event.process, outcomeOk, event.f, value);
        return;
      case 'fail': {
        // A failure with a reason says nothing of the comparison a compare-and-set makes.
        const output = event.error >= 0 && event.error !== nullId ? event.error : value;
        builder.complete(event.process, outcomeFailed, event.f, output);
        return;
      }
      case 'info':
        builder.complete(event.process, outcomeIndefinite, event.f, value);
    }
  }
}
