/**
 * What every text format boils down to: one event after another, paired into operations. Members an
 * event does not have are -1.
 */
import {
  HistoryBuilder,
  outcomeFailed,
  outcomeIndefinite,
  outcomeOk,
} from '../../src/linearizability/history/history.ts';
import type { Value } from '../../src/model/value.ts';

/** Name of the step that carries a rebalance log. */
export const rebalanceStep = 'rebalance-log';

export type EventType = 'invoke' | 'ok' | 'fail' | 'info';

/**
 * `process`, `f`: ids of the builder; `key`, `value`, `error` and `rebalanced` (Jepsen's rebalance
 * log of a consumer) ids of its value table.
 */
export interface OperationEvent {
  process: number;
  type: EventType;
  f: number;
  key: number;
  value: number;
  error: number;
  rebalanced: number;
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
    if (event.rebalanced >= 0) this.addRebalance(event);
    builder.complete(event.process, outcomeOf[event.type], event);
  }

  /** A history has no column for it: it goes along as one more step of the operation. */
  private addRebalance(event: OperationEvent): void {
    const { table } = this.builder;
    const steps = table.values[event.value];
    const log = table.values[event.rebalanced] ?? null;
    if (!Array.isArray(steps)) return;
    event.value = table.intern([...(steps as Value[]), [rebalanceStep, log]]);
  }
}

const outcomeOf = { ok: outcomeOk, fail: outcomeFailed, info: outcomeIndefinite };
