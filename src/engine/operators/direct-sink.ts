/**
 * Sinks whose rows are visible as soon as they are written: `append` (at-least-once) and `upsert`
 * (last value per key). Rows go out in order, one batch at a time; a checkpoint is acknowledged
 * only when the store has everything before it (Flink `AsyncSinkWriter` flush on checkpoint).
 */
import type { Row } from '../../model/value.ts';
import type { SinkIdentity } from '../world/world.ts';
import { isTransient, type Done, type SinkEnvironment, type SinkOperator } from './sink.ts';

/** Rows that may wait for the store before the sink takes no more. */
const waitingRowsMax = 256;

class DirectSink implements SinkOperator {
  private readonly env: SinkEnvironment;
  private readonly connector: 'append' | 'upsert';
  private readonly identity: SinkIdentity;
  private waiting: Row[] = [];
  private writing: readonly Row[] | null = null;
  /** Pre-commits that wait until everything up to their row count is written. */
  private barriers: { readonly rows: number; readonly done: Done }[] = [];
  private received = 0;
  private written = 0;

  constructor(env: SinkEnvironment, connector: 'append' | 'upsert') {
    this.env = env;
    this.connector = connector;
    this.identity = { sink: env.sink, subtask: env.subtask, epoch: env.attempt };
  }

  row(row: Row): void {
    this.waiting.push(row);
    this.received++;
  }

  advance(): void {}
  end(): void {}
  complete(): void {}
  restore(): void {}

  snapshot(): null {
    return null;
  }

  busy(): boolean {
    return this.waiting.length >= waitingRowsMax;
  }

  settled(): boolean {
    return this.waiting.length === 0 && this.writing === null;
  }

  initialise(done: Done): void {
    this.env.world.store.fence(this.identity, (failure) => {
      if (!this.env.alive()) return;
      if (failure === null) done(null);
      else if (isTransient(failure)) this.retry(() => this.initialise(done));
      else done(`${this.env.sink}: fencing: ${failure.message}`);
    });
  }

  preCommit(checkpoint: number, done: Done): void {
    this.env.world.point('pre-commit', 'before', this.env.site(checkpoint));
    this.barriers.push({
      rows: this.received,
      done: (problem) => {
        this.env.world.point('pre-commit', 'after', this.env.site(checkpoint));
        done(problem);
      },
    });
    this.flush();
    this.releaseBarriers();
  }

  flush(): void {
    if (this.writing !== null || this.waiting.length === 0) return;
    this.writing = this.waiting;
    this.waiting = [];
    this.write(this.writing);
  }

  private write(rows: readonly Row[]): void {
    this.env.world.store[this.connector](this.identity, rows, (failure) => {
      if (!this.env.alive()) return;
      if (failure === null) this.onWritten(rows.length);
      // The outcome may be unknown: an append sink then writes twice, which is what it promises.
      else if (isTransient(failure)) this.retry(() => this.write(rows));
      else this.env.fail(`${this.env.sink}: write: ${failure.message}`);
    });
  }

  private onWritten(rows: number): void {
    this.writing = null;
    this.written += rows;
    this.releaseBarriers();
    this.flush();
    this.env.changed();
  }

  private releaseBarriers(): void {
    for (;;) {
      const first = this.barriers[0];
      if (first === undefined || first.rows > this.written) return;
      this.barriers.shift();
      first.done(null);
    }
  }

  private retry(action: () => void): void {
    this.env.world.timer(this.env.commitRetryMs, () => {
      if (this.env.alive()) action();
    });
  }
}

export function createDirectSink(
  env: SinkEnvironment,
  connector: 'append' | 'upsert',
): SinkOperator {
  return new DirectSink(env, connector);
}
