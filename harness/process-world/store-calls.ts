/**
 * What file and database sinks share on the node's side: calls of one sink subtask take effect in
 * order, failures become replies, and the store's side of the history is written down.
 */
import type { Failure, Reply, SinkIdentity } from '../../src/engine/world/world.ts';
import type { TransactionEvent } from '../../src/model/history.ts';
import type { Row } from '../../src/model/value.ts';
import { failureOf } from './failures.ts';

/** A failure of the store as an exception. */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure';
  readonly failure: Failure;

  constructor(kind: Failure['kind'], message: string) {
    super(message);
    this.failure = { kind, message };
  }
}

export function fenced(identity: SinkIdentity, by: number): StoreFailure {
  return new StoreFailure('fenced', `epoch ${identity.epoch} is fenced by ${by}`);
}

export function missing(transaction: string): StoreFailure {
  return new StoreFailure('not-found', `no transaction ${transaction}`);
}

/** One call after the other per name. */
export class CallQueues {
  private readonly tails = new Map<string, Promise<void>>();

  run<T>(name: string, act: () => Promise<T>, reply: Reply<T>): void {
    const before = this.tails.get(name) ?? Promise.resolve();
    const tail = before.then(act).then(
      (value) => void setImmediate(() => reply(null, value)),
      (error: unknown) => {
        const failure = error instanceof StoreFailure ? error.failure : failureOf(error);
        setImmediate(() => reply(failure, null));
      },
    );
    this.tails.set(name, tail);
  }
}

export function ownerOf({ sink, subtask }: SinkIdentity): string {
  return `${sink}/${subtask}`;
}

/** Where the store's side of the history goes. */
export interface StoreLog {
  transaction(
    identity: SinkIdentity,
    of: { readonly transaction: string; readonly checkpoint: number | null },
    event: TransactionEvent['event'],
  ): void;
  written(identity: SinkIdentity, transaction: string, rows: readonly Row[]): void;
}
