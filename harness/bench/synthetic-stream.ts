/**
 * Long legal runs as columnar histories, for measuring and testing: random shuffles of the splits,
 * a transaction per sink subtask and checkpoint, crashes before and after a checkpoint completes.
 * Deterministic: keyed randomness only. Made piece by piece, so that length costs no memory.
 */
import { mix32 } from '../../src/base/hash.ts';
import { RandomStream } from '../../src/base/random.ts';
import type { Guarantee } from '../../src/model/guarantee.ts';
import type {
  StreamEvent,
  StreamHeader,
  VisibleRows,
  VisibleValues,
} from '../../src/model/stream-history.ts';

export interface StreamSettings {
  readonly records: number;
  readonly splits: number;
  readonly keys: number;
  readonly subtasks: number;
  /** Records per checkpoint. */
  readonly perCheckpoint: number;
  /** Probability of a crash at a checkpoint. */
  readonly crashes: number;
  readonly promises: readonly Guarantee[];
  readonly output: StreamHeader['output'];
}

export const soakSettings: StreamSettings = {
  records: 100_000_000,
  splits: 8,
  keys: 1000,
  subtasks: 4,
  perCheckpoint: 50_000,
  crashes: 0.01,
  promises: ['exactly-once', 'ordered', 'atomic-commit', 'checkpoint-sound', 'progress'],
  output: 'rows',
};

export function syntheticHeader(settings: StreamSettings): StreamHeader {
  return {
    kind: 'header',
    version: 1,
    subject: 'synthetic',
    splits: Array.from({ length: settings.splits }, (_, p) => `s${p}`),
    keys: settings.keys,
    output: settings.output,
    fingerprints: true,
    sink: { connector: 'two-phase', subtasks: settings.subtasks },
    aligned: true,
    fifo: true,
    promises: settings.promises,
  };
}

/** Any function of the record will do: it stands for the hash of its value. */
function fingerprintOf(split: number, offset: number): number {
  return mix32((offset * 31 + split) ^ 0x5bd1e995);
}

/** The events after the header. */
export function* syntheticStream(
  seed: number,
  settings: StreamSettings,
): Generator<StreamEvent, void> {
  const run = new SyntheticRun(seed, settings);
  const values = settings.output === 'values' ? new RunningValues(settings) : null;
  yield run.attempt(null);
  while (run.left > 0) {
    for (const event of run.epoch()) {
      yield event.kind === 'rows' && values !== null ? values.after(event) : event;
    }
  }
  yield { kind: 'end', t: run.t, outcome: 'finished' };
}

interface Shuffle {
  readonly split: Uint16Array;
  readonly offset: Int32Array;
  readonly key: Int32Array;
}

class SyntheticRun {
  t = 0;
  left: number;
  private readonly settings: StreamSettings;
  private readonly random: RandomStream;
  private readonly next: Int32Array;
  private checkpoint = 0;
  private completed: number | null = null;
  private attemptNumber = 0;
  private transactions = 0;

  constructor(seed: number, settings: StreamSettings) {
    this.settings = settings;
    this.random = new RandomStream(seed, 'synthetic stream');
    this.next = new Int32Array(settings.splits);
    this.left = settings.records - (settings.records % settings.splits);
  }

  attempt(restored: number | null): StreamEvent {
    this.t += 50;
    return { kind: 'attempt', t: this.t, attempt: ++this.attemptNumber, restored };
  }

  /** What is read until the next checkpoint, and its commit; perhaps twice, after a crash. */
  *epoch(): Generator<StreamEvent, void> {
    const { splits, perCheckpoint, crashes } = this.settings;
    const perSplit = Math.min(Math.ceil(perCheckpoint / splits), this.left / splits);
    const keys: Int32Array[] = [];
    for (let split = 0; split < splits; split++) {
      const log = this.log(split, perSplit);
      keys.push(log.key);
      yield log;
    }
    this.left -= perSplit * splits;
    if (this.random.chance(crashes)) yield* this.abandoned(this.shuffle(keys));
    const from = this.next.slice();
    const rows = this.shuffle(keys);
    this.checkpoint++;
    this.t += 1000;
    const commits = this.commits(rows);
    for (const commit of commits) yield this.transaction(commit, 'prepared');
    for (let p = 0; p < splits; p++) this.next[p] = (from[p] as number) + perSplit;
    yield {
      kind: 'checkpoint',
      t: this.t,
      checkpoint: this.checkpoint,
      attempt: this.attemptNumber,
      offsets: this.next.slice(),
    };
    this.completed = this.checkpoint;
    if (this.random.chance(crashes)) yield this.attempt(this.completed);
    for (const commit of commits) yield { ...commit, t: this.t };
  }

  /** Transactions of an attempt that crashes before its checkpoint completes. */
  private *abandoned(rows: Shuffle): Generator<StreamEvent, void> {
    this.checkpoint++;
    const commits = this.commits(rows);
    for (const commit of commits) yield this.transaction(commit, 'prepared');
    yield this.attempt(this.completed);
    for (const commit of commits) yield this.transaction(commit, 'aborted');
  }

  private log(split: number, count: number): StreamEvent & { readonly kind: 'log' } {
    const from = this.next[split] as number;
    const key = new Int32Array(count);
    const fingerprint = new Uint32Array(count);
    for (let i = 0; i < count; i++) {
      key[i] = this.random.below(this.settings.keys);
      fingerprint[i] = fingerprintOf(split, from + i);
    }
    return { kind: 'log', split, from, key, fingerprint };
  }

  /** A random interleaving of what the splits gained. */
  private shuffle(keys: readonly Int32Array[]): Shuffle {
    const splits = keys.length;
    const perSplit = keys[0]?.length ?? 0;
    const count = splits * perSplit;
    const rows = {
      split: new Uint16Array(count),
      offset: new Int32Array(count),
      key: new Int32Array(count),
    };
    const taken = new Int32Array(splits);
    for (let i = 0; i < count; i++) {
      let p = this.random.below(splits);
      while (taken[p] === perSplit) p = (p + 1) % splits;
      const at = taken[p] as number;
      taken[p] = at + 1;
      rows.split[i] = p;
      rows.offset[i] = (this.next[p] as number) + at;
      rows.key[i] = (keys[p] as Int32Array)[at] as number;
    }
    return rows;
  }

  /** The rows by sink subtask, in order. */
  private commits({ split, offset, key }: Shuffle): VisibleRows[] {
    const { subtasks } = this.settings;
    const counts = new Int32Array(subtasks);
    for (const k of key) counts[k % subtasks] = (counts[k % subtasks] as number) + 1;
    const commits = Array.from(counts, (count, subtask): VisibleRows => ({
      kind: 'rows',
      t: this.t,
      subtask,
      attempt: this.attemptNumber,
      checkpoint: this.checkpoint,
      transaction: this.transactions++,
      split: new Uint16Array(count),
      offset: new Int32Array(count),
      key: new Int32Array(count),
      fingerprint: new Uint32Array(count),
    }));
    counts.fill(0);
    for (let i = 0; i < key.length; i++) {
      const k = key[i] as number;
      const subtask = k % subtasks;
      const commit = commits[subtask] as VisibleRows;
      const at = counts[subtask] as number;
      counts[subtask] = at + 1;
      const [p, o] = [split[i] as number, offset[i] as number];
      commit.split[at] = p;
      commit.offset[at] = o;
      commit.key[at] = k;
      commit.fingerprint[at] = fingerprintOf(p, o);
    }
    return commits;
  }

  private transaction(commit: VisibleRows, event: 'prepared' | 'aborted'): StreamEvent {
    const { subtask, attempt, checkpoint, transaction, key } = commit;
    return {
      kind: 'transaction',
      t: this.t,
      subtask,
      attempt,
      checkpoint: checkpoint ?? 0,
      transaction: transaction ?? 0,
      event,
      rows: key.length,
    };
  }
}

/** What running aggregates show for the same rows: after each record its key's value. */
export class RunningValues {
  private readonly splits: number;
  private readonly counts: Int32Array;
  private readonly sums: Uint32Array;

  constructor({ keys, splits }: StreamSettings) {
    this.splits = splits;
    this.counts = new Int32Array(keys * splits);
    this.sums = new Uint32Array(keys);
  }

  after({ split, offset, fingerprint, ...event }: VisibleRows): VisibleValues {
    const { splits, counts, sums } = this;
    const { length } = offset;
    const vector = new Int32Array(length * splits);
    const sum = new Uint32Array(length);
    for (let i = 0; i < length; i++) {
      const k = event.key[i] as number;
      const cell = k * splits + (split[i] as number);
      counts[cell] = (counts[cell] as number) + 1;
      sums[k] = (sums[k] as number) + (fingerprint[i] as number);
      vector.set(counts.subarray(k * splits, (k + 1) * splits), i * splits);
      sum[i] = sums[k] ?? 0;
    }
    return { ...event, kind: 'values', vector, fingerprint: sum };
  }
}
