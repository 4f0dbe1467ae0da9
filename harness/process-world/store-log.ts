/**
 * The store's side of the history as a node's adapter sees it. What became visible is not reported
 * here but by a reader outside.
 */
import type { HistoryEvent } from '../../src/model/history.ts';
import type { Unstamped } from '../../src/engine/world/world.ts';
import { machineMs } from './machine-clock.ts';
import { microseconds } from './microseconds.ts';
import type { StoreLog } from './store-calls.ts';
import type { Notifier } from './protocol.ts';

export function createStoreLog(control: Notifier, startedAtMs: number): StoreLog {
  const record = (event: Unstamped<HistoryEvent>): void => {
    const t = microseconds(Math.max(0, machineMs() - startedAtMs));
    control.notify({ kind: 'record', event: { ...event, t } as HistoryEvent });
  };
  return {
    transaction: ({ sink, subtask, epoch }, { transaction, checkpoint }, event) =>
      record({
        kind: 'transaction',
        sink,
        subtask,
        attempt: epoch,
        checkpoint,
        transaction,
        event,
      }),
    written: ({ sink, subtask, epoch }, transaction, rows) =>
      record({ kind: 'written', sink, subtask, attempt: epoch, transaction, rows }),
  };
}
