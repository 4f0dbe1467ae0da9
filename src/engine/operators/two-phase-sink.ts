/**
 * Exactly-once sink: rows go into a transaction per checkpoint, prepared before the
 * acknowledgement, committed once the checkpoint is complete (Flink `TwoPhaseCommitSinkFunction`,
 * Sink V2 committer). A restored sink commits what the checkpoint lists and aborts whatever else
 * earlier attempts left.
 */
import { assert } from '../../base/assert.ts';
import type { Row } from '../../model/value.ts';
import type { Failure, SinkIdentity } from '../world/world.ts';
import type { OperatorState } from '../state/operator-state.ts';
import { isTransient, type Done, type SinkEnvironment, type SinkOperator } from './sink.ts';

/** Rows that wait in memory before they are written into the open transaction. */
const unwrittenRowsMax = 256;

interface Pending {
  readonly transaction: string;
  readonly checkpoint: number;
}

/** A checkpoint whose rows are sealed. */
interface Seal {
  readonly done: Done;
  isSafe: boolean;
}

class TwoPhaseSink implements SinkOperator {
  private readonly env: SinkEnvironment;
  private readonly identity: SinkIdentity;
  private open: { readonly transaction: string; rows: Row[] } | null = null;
  /** Sealed transactions in order of checkpoint, until their commit is confirmed. */
  private pending: Pending[] = [];
  /**
   * In order of checkpoint. The state of a later checkpoint lists the transactions of earlier ones,
   * so it is safe only when those are prepared: with concurrent checkpoints it may be complete
   * before.
   */
  private readonly seals: Seal[] = [];
  private transactions = 0;
  /** Highest completed checkpoint we were told of. */
  private completed = 0;
  private committing = false;

  constructor(env: SinkEnvironment) {
    this.env = env;
    this.identity = { sink: env.sink, subtask: env.subtask, epoch: env.attempt };
  }

  row(row: Row): void {
    this.open ??= { transaction: this.nextTransaction(), rows: [] };
    this.open.rows.push(row);
    if (this.open.rows.length >= unwrittenRowsMax) this.writeRows();
  }

  advance(): void {}
  end(): void {}
  flush(): void {}

  busy(): boolean {
    return false;
  }

  settled(): boolean {
    return this.open === null && this.pending.length === 0;
  }

  preCommit(checkpoint: number, done: Done): void {
    const { world } = this.env;
    const seal = { done, isSafe: this.open === null };
    this.seals.push(seal);
    if (this.open === null) {
      this.releaseSeals();
      return;
    }
    const { transaction } = this.open;
    world.point('pre-commit', 'before', this.env.site(checkpoint));
    this.writeRows();
    this.open = null;
    this.pending.push({ transaction, checkpoint });
    world.store.prepare(this.identity, { transaction, checkpoint }, (failure) => {
      if (!this.env.alive()) return;
      world.point('pre-commit', 'after', this.env.site(checkpoint));
      if (failure !== null) {
        done(`pre-commit of ${transaction}: ${failure.message}`);
        return;
      }
      seal.isSafe = true;
      this.releaseSeals();
    });
  }

  private releaseSeals(): void {
    while (this.seals[0]?.isSafe === true) this.seals.shift()?.done(null);
  }

  complete(checkpoint: number): void {
    this.completed = Math.max(this.completed, checkpoint);
    this.commitNext();
  }

  snapshot(): OperatorState {
    return this.pending.map(({ transaction, checkpoint }) => [transaction, checkpoint]);
  }

  restore(state: OperatorState): void {
    const stored = state as readonly (readonly [string, number])[];
    this.pending = stored.map(([transaction, checkpoint]) => ({ transaction, checkpoint }));
    // Whatever a completed checkpoint lists may be committed: its completion is why we are here.
    this.completed = Math.max(0, ...this.pending.map((p) => p.checkpoint));
  }

  initialise(done: Done): void {
    this.untilDone(
      (reply) => this.env.world.store.fence(this.identity, reply),
      () => this.recover(done),
    );
  }

  /** Commits the restored transactions one by one, then aborts all others. */
  private recover(done: Done): void {
    const next = this.pending[0];
    if (next === undefined) {
      this.abortLeftovers(done);
      return;
    }
    this.commit(next, () => this.recover(done));
  }

  private abortLeftovers(done: Done): void {
    this.untilDone<readonly string[]>(
      (reply) => this.env.world.store.pending(this.identity, reply),
      (transactions) => this.abortAll([...(transactions ?? [])], done),
    );
  }

  private abortAll(transactions: string[], done: Done): void {
    const next = transactions.shift();
    if (next === undefined) {
      done(null);
      return;
    }
    this.untilDone(
      (reply) => this.env.world.store.abort(this.identity, next, reply),
      () => this.abortAll(transactions, done),
    );
  }

  private commitNext(): void {
    const next = this.pending[0];
    if (this.committing || next === undefined || next.checkpoint > this.completed) return;
    this.committing = true;
    this.commit(next, () => {
      this.committing = false;
      this.env.changed();
      this.commitNext();
    });
  }

  /** Repeats the commit until the store confirms it; only then is it no longer pending. */
  private commit(pending: Pending, then: () => void): void {
    const { world, site } = this.env;
    assert(pending.checkpoint <= this.completed, 'commit of an incomplete checkpoint');
    world.point('commit-call', 'before', site(pending.checkpoint));
    this.untilDone(
      (reply) => world.store.commit(this.identity, pending.transaction, reply),
      () => {
        world.point('commit-reply', 'before', site(pending.checkpoint));
        this.pending = this.pending.filter((p) => p !== pending);
        world.point('commit-reply', 'after', site(pending.checkpoint));
        then();
      },
    );
    world.point('commit-call', 'after', site(pending.checkpoint));
  }

  private writeRows(): void {
    if (this.open === null || this.open.rows.length === 0) return;
    const { transaction, rows } = this.open;
    this.open.rows = [];
    this.env.world.store.write(this.identity, { transaction, rows }, (failure) => {
      if (failure !== null) this.fail(`write to ${transaction}`, failure);
    });
  }

  private untilDone<T>(
    call: (reply: (failure: Failure | null, value: T | null) => void) => void,
    then: (value: T | null) => void,
  ): void {
    const attempt = (): void => {
      if (!this.env.alive()) return;
      call((failure, value) => {
        if (!this.env.alive()) return;
        if (failure === null) then(value);
        else if (isTransient(failure)) this.env.world.timer(this.env.commitRetryMs, attempt);
        else this.fail('call to the store', failure);
      });
    };
    attempt();
  }

  private fail(what: string, failure: Failure): void {
    if (this.env.alive()) this.env.fail(`${this.env.sink}: ${what}: ${failure.message}`);
  }

  private nextTransaction(): string {
    const { sink, subtask, attempt } = this.env;
    return `${sink}/${subtask}/${attempt}/${++this.transactions}`;
  }
}

export function createTwoPhaseSink(env: SinkEnvironment): SinkOperator {
  return new TwoPhaseSink(env);
}
