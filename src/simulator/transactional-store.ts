/**
 * The external system behind the sinks: transactions with prepare and commit, fencing by epoch,
 * appends and upserts. It records what a read-committed reader sees, when it sees it.
 */
import type { StoreEffect } from '../model/fault.ts';
import type { Row } from '../model/value.ts';
import type { Failure, Reply, SinkIdentity, StorePort } from '../engine/world/world.ts';
import { isFailure } from './failures.ts';
import type { Recorder } from './recorder.ts';
import type { Scheduler } from './scheduler.ts';
import type { Streams } from './streams.ts';
import type { TransactionEvent } from '../model/history.ts';

/** Time of a call until it takes effect, and of the reply, µs. */
const callUs = { low: 150, high: 900 };
/** A store that does not answer is noticed at once (its connection breaks) or by a timeout, µs. */
const timeoutUs = { low: 1_000, high: 400_000 };

interface Transaction {
  readonly id: string;
  readonly identity: SinkIdentity;
  rows: Row[];
  checkpoint: number | null;
  state: 'open' | 'prepared' | 'committed' | 'aborted';
}

export interface StoreClient {
  readonly node: string;
  deliver(reply: () => void): void;
}

interface Outage {
  readonly effect: StoreEffect;
  readonly untilUs: number;
  readonly onEffect: (detail: string) => void;
}

type Result<T> = Failure | T;

export class TransactionalStore {
  private readonly scheduler: Scheduler;
  private readonly streams: Streams;
  private readonly recorder: Recorder;
  private readonly transactions = new Map<string, Transaction>();
  private readonly epochs = new Map<string, number>();
  private outages: Outage[] = [];
  /** Crashes so far: a call belongs to the server that was there when it was made. */
  private crashes = 0;
  /** The transaction that the call being performed has committed. */
  private justCommitted: Transaction | null = null;

  constructor(scheduler: Scheduler, streams: Streams, recorder: Recorder) {
    this.scheduler = scheduler;
    this.streams = streams;
    this.recorder = recorder;
  }

  disturb(outage: Outage): void {
    const wasDown = this.outage()?.effect === 'crash';
    this.outages.push(outage);
    if (outage.effect === 'transaction-timeout') this.timeOut(outage);
    else if (outage.effect === 'crash' && !wasDown) this.crash(outage);
  }

  port(client: StoreClient): StorePort {
    const stream = this.streams.of(`store ${client.node}`);
    let lastUs = 0;
    let lastReplyUs = 0;
    const call = <T>(what: string, act: () => Result<T>, reply: Reply<T>): void => {
      // One connection per node: calls take effect in order, and so come their replies (law A10).
      lastUs = Math.max(lastUs + 1, this.scheduler.now + stream.between(callUs.low, callUs.high));
      const { crashes } = this;
      this.scheduler.at(lastUs, () => {
        const performed = this.crashes === crashes ? this.perform(what, act) : unanswered(what);
        const committed = this.justCommitted;
        const noticed = isSilence(performed) && stream.chance(0.5) ? timeoutUs : callUs;
        const replyUs = this.scheduler.now + stream.between(noticed.low, noticed.high);
        lastReplyUs = Math.max(lastReplyUs + 1, replyUs);
        this.scheduler.at(lastReplyUs, () => {
          const lost = this.crashes !== crashes && !isFailure(performed);
          if (lost && committed !== null) this.log(committed, 'reply-lost');
          const result = lost ? unanswered(what) : performed;
          client.deliver(() => (isFailure(result) ? reply(result, null) : reply(null, result)));
        });
      });
    };
    return {
      fence: (identity, reply) => call('fence', () => this.fence(identity), reply),
      write: (identity, { transaction, rows }, reply) =>
        call('write', () => this.write(identity, transaction, rows), reply),
      prepare: (identity, { transaction, checkpoint }, reply) =>
        call('prepare', () => this.prepare(identity, transaction, checkpoint), reply),
      commit: (identity, transaction, reply) =>
        call('commit', () => this.commit(identity, transaction), reply),
      abort: (identity, transaction, reply) =>
        call('abort', () => this.abort(identity, transaction), reply),
      pending: (identity, reply) => call('pending', () => this.pending(identity), reply),
      append: (identity, rows, reply) => call('append', () => this.direct(identity, rows), reply),
      upsert: (identity, rows, reply) => call('upsert', () => this.direct(identity, rows), reply),
    };
  }

  /** Applies the call unless the store is down; hides the reply when replies get lost. */
  private perform<T>(what: string, act: () => Result<T>): Result<T> {
    const outage = this.outage();
    this.justCommitted = null;
    if (outage?.effect === 'unavailable' || outage?.effect === 'crash') {
      if (outage.effect === 'unavailable') outage.onEffect(`${what} was refused`);
      return { kind: 'unavailable', message: `the store is down (${what})` };
    }
    const result = act();
    if (outage?.effect !== 'reply-lost' || isFailure(result) || what === 'pending') return result;
    outage.onEffect(`the reply to ${what} was lost`);
    if (this.justCommitted !== null) this.log(this.justCommitted, 'reply-lost');
    return unanswered(what);
  }

  private outage(): Outage | undefined {
    const { now } = this.scheduler;
    this.outages = this.outages.filter((outage) => outage.untilUs > now);
    return this.outages.find((outage) => outage.effect !== 'transaction-timeout');
  }

  private fence(identity: SinkIdentity): Result<null> {
    const refused = this.refuseFenced(identity);
    if (refused !== null) return refused;
    this.epochs.set(owner(identity), identity.epoch);
    return null;
  }

  private write(identity: SinkIdentity, id: string, rows: readonly Row[]): Result<null> {
    const refused = this.refuseFenced(identity);
    if (refused !== null) return refused;
    let transaction = this.transactions.get(id);
    if (transaction === undefined) {
      transaction = { id, identity, rows: [], checkpoint: null, state: 'open' };
      this.transactions.set(id, transaction);
      this.log(transaction, 'opened');
      this.expireIfDue(transaction);
    }
    if (transaction.state !== 'open') return this.refuse(transaction, 'write');
    transaction.rows.push(...rows);
    const { sink, subtask, epoch: attempt } = identity;
    this.recorder.record({ kind: 'written', sink, subtask, attempt, transaction: id, rows });
    return null;
  }

  private prepare(identity: SinkIdentity, id: string, checkpoint: number): Result<null> {
    const refused = this.refuseFenced(identity);
    if (refused !== null) return refused;
    const transaction = this.transactions.get(id);
    if (transaction === undefined) return missing(id);
    if (transaction.state === 'prepared') return null;
    if (transaction.state !== 'open') return this.refuse(transaction, 'prepare');
    transaction.state = 'prepared';
    transaction.checkpoint = checkpoint;
    this.log(transaction, 'prepared');
    return null;
  }

  private commit(identity: SinkIdentity, id: string): Result<null> {
    const refused = this.refuseFenced(identity);
    if (refused !== null) return refused;
    const transaction = this.transactions.get(id);
    if (transaction === undefined) return missing(id);
    if (transaction.state === 'committed') return null;
    if (transaction.state === 'aborted') return this.refuse(transaction, 'commit');
    transaction.state = 'committed';
    this.justCommitted = transaction;
    this.log(transaction, 'committed', identity.epoch);
    this.show(identity, transaction.rows, transaction);
    return null;
  }

  private abort(identity: SinkIdentity, id: string): Result<null> {
    const refused = this.refuseFenced(identity);
    if (refused !== null) return refused;
    const transaction = this.transactions.get(id);
    if (transaction === undefined || transaction.state === 'aborted') return null;
    if (transaction.state === 'committed') return this.refuse(transaction, 'abort');
    transaction.state = 'aborted';
    this.log(transaction, 'aborted', identity.epoch);
    return null;
  }

  private pending(identity: SinkIdentity): Result<readonly string[]> {
    const refused = this.refuseFenced(identity);
    if (refused !== null) return refused;
    return [...this.transactions.values()]
      .filter((t) => owner(t.identity) === owner(identity))
      .filter((t) => t.state === 'open' || t.state === 'prepared')
      .map((t) => t.id);
  }

  private direct(identity: SinkIdentity, rows: readonly Row[]): Result<null> {
    const refused = this.refuseFenced(identity);
    if (refused !== null) return refused;
    this.show(identity, rows, null);
    return null;
  }

  private show(identity: SinkIdentity, rows: readonly Row[], from: Transaction | null): void {
    const { sink, subtask, epoch: attempt } = identity;
    const transaction = from?.id ?? null;
    const checkpoint = from?.checkpoint ?? null;
    this.recorder.record({
      kind: 'visible',
      sink,
      subtask,
      attempt,
      transaction,
      checkpoint,
      rows,
    });
  }

  private refuseFenced(identity: SinkIdentity): Failure | null {
    const epoch = this.epochs.get(owner(identity)) ?? 0;
    if (identity.epoch >= epoch) return null;
    return { kind: 'fenced', message: `epoch ${identity.epoch} is fenced by ${epoch}` };
  }

  private refuse(transaction: Transaction, what: string): Failure {
    this.log(transaction, 'refused');
    const message = `${what}: transaction ${transaction.id} is ${transaction.state}`;
    return { kind: 'not-found', message };
  }

  /** The store gives up transactions that were not prepared in time. */
  private timeOut(outage: Outage): void {
    for (const transaction of this.transactions.values()) {
      if (transaction.state === 'open') this.expire(transaction, outage);
    }
  }

  /** The server dies: what is prepared is on its disk, what is open was in its memory. */
  private crash({ onEffect }: Outage): void {
    this.crashes++;
    onEffect('the server of the store is gone');
    for (const transaction of this.transactions.values()) {
      if (transaction.state !== 'open') continue;
      transaction.state = 'aborted';
      this.log(transaction, 'timed-out');
    }
  }

  private expireIfDue(transaction: Transaction): void {
    const { now } = this.scheduler;
    for (const outage of this.outages) {
      if (outage.effect === 'transaction-timeout' && outage.untilUs > now) {
        this.expire(transaction, outage);
      }
    }
  }

  private expire(transaction: Transaction, outage: Outage): void {
    transaction.state = 'aborted';
    this.log(transaction, 'timed-out');
    outage.onEffect(`transaction ${transaction.id} timed out`);
  }

  private log(
    transaction: Transaction,
    event: TransactionEvent['event'],
    attempt: number = transaction.identity.epoch,
  ): void {
    const { sink, subtask } = transaction.identity;
    const { id, checkpoint } = transaction;
    this.recorder.record({
      kind: 'transaction',
      sink,
      subtask,
      attempt,
      checkpoint,
      transaction: id,
      event,
    });
  }
}

function owner(identity: SinkIdentity): string {
  return `${identity.sink}/${identity.subtask}`;
}

/** Whether the call took effect is not known. */
function unanswered(what: string): Failure {
  return { kind: 'unknown', message: `no reply to ${what}` };
}

/** The store gave no answer of its own. */
function isSilence(result: unknown): boolean {
  return isFailure(result) && (result.kind === 'unknown' || result.kind === 'unavailable');
}

function missing(id: string): Failure {
  return { kind: 'not-found', message: `no transaction ${id}` };
}
