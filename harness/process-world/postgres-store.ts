/**
 * The transactional store as PostgreSQL: one transaction per checkpoint and sink subtask, PREPARE
 * TRANSACTION as pre-commit, COMMIT PREPARED as commit. An open transaction lives in its session
 * and dies with it. Writes and commits use two sessions, because an open transaction admits no
 * commit of another.
 */
import type { Reply, SinkIdentity, StorePort } from '../../src/engine/world/world.ts';
import type { Row } from '../../src/model/value.ts';
import { globalId, ownerPrefix } from './postgres-names.ts';
import { codeOf, PostgresSession, type SessionSettings } from './postgres-session.ts';
import { CallQueues, missing, ownerOf, StoreFailure, type StoreLog } from './store-calls.ts';
import type { Notifier } from './protocol.ts';

export interface PostgresStoreSettings extends SessionSettings {
  readonly log: StoreLog;
  readonly control: Notifier;
}

export function createPostgresStore(settings: PostgresStoreSettings): StorePort {
  const owners = new Map<string, OwnedStore>();
  const queues = new CallQueues();
  const call = <T>(
    identity: SinkIdentity,
    reply: Reply<T>,
    act: (store: OwnedStore) => Promise<T>,
  ): void => {
    const name = `${ownerOf(identity)}/${identity.epoch}`;
    const store = owners.get(name) ?? new OwnedStore(settings, identity);
    owners.set(name, store);
    queues.run(name, () => watched(settings, () => act(store)), reply);
  };
  return {
    fence: (identity, reply) => call(identity, reply, (store) => store.fence()),
    write: (identity, { transaction, rows }, reply) =>
      call(identity, reply, (store) => store.write(transaction, rows)),
    prepare: (identity, { transaction, checkpoint }, reply) =>
      call(identity, reply, (store) => store.prepare(transaction, checkpoint)),
    commit: (identity, transaction, reply) =>
      call(identity, reply, (store) => store.commit(transaction)),
    abort: (identity, transaction, reply) =>
      call(identity, reply, (store) => store.abort(transaction)),
    pending: (identity, reply) => call(identity, reply, (store) => store.pending()),
    append: (identity, rows, reply) => call(identity, reply, (store) => store.show(rows, false)),
    upsert: (identity, rows, reply) => call(identity, reply, (store) => store.show(rows, true)),
  };
}

/** Tells the harness of calls that failed: evidence that a fault of the store took effect. */
async function watched<T>({ control }: PostgresStoreSettings, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof StoreFailure) {
      const { kind: failure, message: detail } = error.failure;
      control.notify({ kind: 'store-failure', failure, detail });
    }
    throw error;
  }
}

interface Open {
  readonly transaction: string;
  /** Generation of the session it lives in. */
  readonly generation: number;
}

const undefinedObject = '42704';

/** The store as one sink subtask of one epoch sees it. */
class OwnedStore {
  private readonly settings: PostgresStoreSettings;
  private readonly identity: SinkIdentity;
  private readonly writer: PostgresSession;
  private readonly committer: PostgresSession;
  private open: Open | null = null;
  /** Commits whose outcome is not known. */
  private readonly indefinite = new Set<string>();

  constructor(settings: PostgresStoreSettings, identity: SinkIdentity) {
    this.settings = settings;
    this.identity = identity;
    this.writer = new PostgresSession(settings, identity);
    this.committer = new PostgresSession(settings, identity);
  }

  async fence(): Promise<null> {
    await this.committer.fence();
    return null;
  }

  async write(transaction: string, rows: readonly Row[]): Promise<null> {
    if (this.open?.transaction !== transaction) {
      await this.writer.query('BEGIN');
      this.open = { transaction, generation: this.writer.generation };
      this.log(transaction, null, 'opened');
    }
    const { generation } = this.checkOpen(transaction);
    await this.writer.queryWithin(
      generation,
      `INSERT INTO written (transaction, key, ts, value)
       SELECT $1, key, ts, value
       FROM unnest($2::text[], $3::bigint[], $4::text[]) AS row (key, ts, value)`,
      [transaction, ...columnsOf(rows)],
    );
    this.settings.log.written(this.identity, transaction, rows);
    return null;
  }

  async prepare(transaction: string, checkpoint: number): Promise<null> {
    if (this.open?.transaction !== transaction && (await this.isPrepared(transaction))) return null;
    const { generation } = this.checkOpen(transaction);
    const { sink, subtask, epoch } = this.identity;
    const insert = 'INSERT INTO transactions VALUES ($1, $2, $3, $4, $5)';
    const values = [transaction, sink, subtask, epoch, checkpoint];
    await this.writer.queryWithin(generation, insert, values);
    this.open = null;
    await this.writer.queryWithin(generation, `PREPARE TRANSACTION ${this.literal(transaction)}`);
    this.log(transaction, checkpoint, 'prepared');
    return null;
  }

  async commit(transaction: string): Promise<null> {
    try {
      await this.committer.query(`COMMIT PREPARED ${this.literal(transaction)}`);
    } catch (error) {
      if (error instanceof StoreFailure && error.failure.kind === 'unknown') {
        this.indefinite.add(transaction);
      }
      if (codeOf(error) !== undefinedObject) throw error;
      if (!(await this.isCommitted(transaction))) return this.refuse(transaction);
      if (this.indefinite.delete(transaction)) this.log(transaction, null, 'reply-lost');
    }
    return null;
  }

  async abort(transaction: string): Promise<null> {
    if (this.open?.transaction === transaction) {
      const { generation } = this.open;
      this.open = null;
      // A session that has ended has rolled back already.
      if (this.writer.isAlive(generation)) await this.writer.queryWithin(generation, 'ROLLBACK');
      this.log(transaction, null, 'aborted');
      return null;
    }
    try {
      await this.committer.query(`ROLLBACK PREPARED ${this.literal(transaction)}`);
      this.log(transaction, null, 'aborted');
    } catch (error) {
      if (codeOf(error) !== undefinedObject) throw error;
      if (await this.isCommitted(transaction)) return this.refuse(transaction);
    }
    return null;
  }

  /** Open transactions of earlier processes are gone with their sessions. */
  async pending(): Promise<readonly string[]> {
    const prefix = ownerPrefix(this.settings.schema, this.identity);
    const rows = await this.committer.query<{ gid: string }>(
      'SELECT gid FROM pg_prepared_xacts WHERE starts_with(gid, $1) ORDER BY prepared',
      [prefix],
    );
    const prepared = rows.map(({ gid }) => gid.slice(prefix.length));
    return this.open === null ? prepared : [...prepared, this.open.transaction];
  }

  /** `latest`: rows replace those of their key. */
  async show(rows: readonly Row[], latest: boolean): Promise<null> {
    const { sink, subtask, epoch } = this.identity;
    await this.committer.query('SELECT show($1, $2, $3, $4, $5, $6, $7)', [
      sink,
      subtask,
      epoch,
      latest,
      ...columnsOf(rows),
    ]);
    return null;
  }

  /** Throws when the transaction is not the open one, or its session has ended. */
  private checkOpen(transaction: string): Open {
    const { open } = this;
    if (open?.transaction === transaction && this.writer.isAlive(open.generation)) return open;
    if (open?.transaction === transaction) {
      this.open = null;
      this.log(transaction, null, 'timed-out');
    }
    return this.refuse(transaction);
  }

  private async isPrepared(transaction: string): Promise<boolean> {
    const gid = globalId(this.settings.schema, this.identity, transaction);
    const text = 'SELECT 1 FROM pg_prepared_xacts WHERE gid = $1';
    return (await this.committer.query(text, [gid])).length > 0;
  }

  private async isCommitted(transaction: string): Promise<boolean> {
    const text = 'SELECT 1 FROM transactions WHERE id = $1';
    return (await this.committer.query(text, [transaction])).length > 0;
  }

  private refuse(transaction: string): never {
    this.log(transaction, null, 'refused');
    throw missing(transaction);
  }

  private log(
    transaction: string,
    checkpoint: number | null,
    event: 'opened' | 'prepared' | 'aborted' | 'timed-out' | 'refused' | 'reply-lost',
  ): void {
    this.settings.log.transaction(this.identity, { transaction, checkpoint }, event);
  }

  /** The commands of two-phase commit take no parameters. */
  private literal(transaction: string): string {
    const gid = globalId(this.settings.schema, this.identity, transaction);
    return `'${gid.replaceAll("'", "''")}'`;
  }
}

function columnsOf(rows: readonly Row[]): [string[], number[], string[]] {
  return [
    rows.map(({ key }) => key),
    rows.map(({ ts }) => ts),
    rows.map(({ value }) => JSON.stringify(value)),
  ];
}
