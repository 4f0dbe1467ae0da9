/**
 * What the fake World's outside systems remember. They answer through the World, which may have
 * planned a failure.
 */
import type {
  Failure,
  RegisterPort,
  Reply,
  SinkIdentity,
  StoragePort,
  StorePort,
} from '../../../src/engine/world/world.ts';
import type { Row } from '../../../src/model/value.ts';

export type Answer = <T>(name: string, act: () => T | Failure, reply: Reply<T>) => void;

export class FakeFiles {
  readonly contents: Map<string, string> = new Map();
  readonly synced: Set<string> = new Set();
  readonly port: StoragePort;

  constructor(answer: Answer) {
    const { contents, synced } = this;
    const missing = (path: string): Failure => ({ kind: 'not-found', message: `no ${path}` });
    this.port = {
      write: (path, content, reply) =>
        answer(`storage.write ${path}`, () => done(contents.set(path, content)), reply),
      sync: (path, reply) => answer(`storage.sync ${path}`, () => done(synced.add(path)), reply),
      rename: (from, to, reply) =>
        answer(
          `storage.rename ${from}`,
          () => (contents.has(from) ? this.rename(from, to) : missing(from)),
          reply,
        ),
      read: (path, reply) =>
        answer(`storage.read ${path}`, () => contents.get(path) ?? missing(path), reply),
      remove: (path, reply) =>
        answer(
          `storage.remove ${path}`,
          () => (contents.delete(path) ? null : missing(path)),
          reply,
        ),
      list: (prefix, reply) =>
        answer(
          `storage.list ${prefix}`,
          () => [...contents.keys()].filter((path) => path.startsWith(prefix)).sort(),
          reply,
        ),
    };
  }

  private rename(from: string, to: string): null {
    const content = this.contents.get(from);
    if (content !== undefined) this.contents.set(to, content);
    this.contents.delete(from);
    return null;
  }
}

export class FakeRegisters {
  readonly values: Map<string, { readonly value: string; readonly version: number }> = new Map();
  readonly port: RegisterPort;

  constructor(answer: Answer) {
    const { values } = this;
    const find = (name: string): { value: string | null; version: number } =>
      values.get(name) ?? { value: null, version: 0 };
    this.port = {
      read: (name, reply) => answer(`registers.read ${name}`, () => find(name), reply),
      compareAndSet: ({ name, expected, value }, reply) =>
        answer(
          `registers.compareAndSet ${name}`,
          () => {
            const { version } = find(name);
            if (version !== expected) return { kind: 'conflict' as const, message: 'conflict' };
            values.set(name, { value, version: version + 1 });
            return { version: version + 1 };
          },
          reply,
        ),
    };
  }

  /** Another process writes. */
  overwrite(name: string, value: string): void {
    this.values.set(name, { value, version: (this.values.get(name)?.version ?? 0) + 1 });
  }

  json(name: string): unknown {
    return JSON.parse(this.values.get(name)?.value ?? 'null') as unknown;
  }
}

export interface FakeTransaction {
  readonly rows: Row[];
  state: 'open' | 'prepared' | 'committed' | 'aborted';
  checkpoint: number | null;
}

export class FakeStore {
  readonly transactions: Map<string, FakeTransaction> = new Map();
  readonly visible: Row[] = [];
  readonly fences: SinkIdentity[] = [];
  readonly port: StorePort;

  constructor(answer: Answer) {
    const show = (rows: readonly Row[]): null => {
      this.visible.push(...rows);
      return null;
    };
    this.port = {
      fence: (identity, reply) =>
        answer('store.fence', () => done(this.fences.push(identity)), reply),
      write: (_, part, reply) =>
        answer(
          `store.write ${part.transaction}`,
          () => this.write(part.transaction, part.rows),
          reply,
        ),
      prepare: (_, { transaction, checkpoint }, reply) =>
        answer(
          `store.prepare ${transaction}`,
          () => {
            this.find(transaction).checkpoint = checkpoint;
            return this.move(transaction, 'prepared');
          },
          reply,
        ),
      commit: (_, id, reply) => answer(`store.commit ${id}`, () => this.commit(id), reply),
      abort: (_, id, reply) => answer(`store.abort ${id}`, () => this.move(id, 'aborted'), reply),
      pending: (_, reply) => answer('store.pending', () => this.unsettled(), reply),
      append: (_, rows, reply) => answer('store.append', () => show(rows), reply),
      upsert: (_, rows, reply) => answer('store.upsert', () => show(rows), reply),
    };
  }

  /** A transaction some earlier attempt left. */
  leave(id: string, state: FakeTransaction['state'], rows: readonly Row[] = []): void {
    this.transactions.set(id, { rows: [...rows], state, checkpoint: null });
  }

  stateOf(id: string): string {
    return this.transactions.get(id)?.state ?? 'unknown';
  }

  private find(id: string): FakeTransaction {
    const known = this.transactions.get(id);
    if (known !== undefined) return known;
    const fresh: FakeTransaction = { rows: [], state: 'open', checkpoint: null };
    this.transactions.set(id, fresh);
    return fresh;
  }

  private write(id: string, rows: readonly Row[]): null {
    this.find(id).rows.push(...rows);
    return null;
  }

  private move(id: string, state: FakeTransaction['state']): null {
    this.find(id).state = state;
    return null;
  }

  private commit(id: string): null {
    const transaction = this.find(id);
    if (transaction.state !== 'committed') this.visible.push(...transaction.rows);
    transaction.state = 'committed';
    return null;
  }

  private unsettled(): string[] {
    return [...this.transactions]
      .filter(([, { state }]) => state === 'open' || state === 'prepared')
      .map(([id]) => id);
  }
}

function done(_result: unknown): null {
  return null;
}
