/**
 * A session of one sink subtask with PostgreSQL. It is a lease: it holds the subtask's advisory
 * lock in shared mode for as long as it lives, and a fence ends all such sessions before it raises
 * the epoch. So whatever a session does, it does not do it after the fence; no call needs a check
 * of its own, and a commit is one round trip. One query at a time.
 */
import { Client, type QueryResultRow } from 'pg';

import type { SinkIdentity } from '../../src/engine/world/world.ts';
import { fencedCode, lockKeys } from './postgres-names.ts';
import { StoreFailure } from './store-calls.ts';

export interface SessionSettings {
  readonly connectionString: string;
  readonly schema: string;
}

/** A server that does not answer is given up after this time, ms. */
const connectTimeoutMs = 2_000;
const queryTimeoutMs = 10_000;

export class PostgresSession {
  private readonly settings: SessionSettings;
  private readonly identity: SinkIdentity;
  private client: Client | null = null;
  /** Bumped with every connection: what belonged to an earlier one is gone. */
  generation = 0;

  constructor(settings: SessionSettings, identity: SinkIdentity) {
    this.settings = settings;
    this.identity = identity;
  }

  /** Connects if need be and runs one statement. Throws a {@link StoreFailure}. */
  async query<R extends QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<readonly R[]> {
    const client = this.client ?? (await this.connect());
    return this.run<R>(client, text, values);
  }

  /** Whether the connection of that generation is still there. */
  isAlive(generation: number): boolean {
    return this.client !== null && this.generation === generation;
  }

  /** Runs a statement of an open transaction: on its own connection or not at all. */
  async queryWithin(
    generation: number,
    text: string,
    values: readonly unknown[] = [],
  ): Promise<void> {
    const { client } = this;
    if (client === null || this.generation !== generation) {
      throw new StoreFailure('not-found', 'the session of the transaction has ended');
    }
    await this.run(client, text, values);
  }

  /** Raises the epoch; the lease comes after it. */
  async fence(): Promise<void> {
    this.drop();
    const client = await this.open();
    const [space, key] = lockKeys(this.settings.schema, this.identity);
    const { sink, subtask, epoch } = this.identity;
    await this.run(client, 'SELECT fence($1, $2, $3, $4)', [
      `${sink}/${subtask}`,
      epoch,
      space,
      key,
    ]);
    await this.lease(client);
  }

  drop(): void {
    const { client } = this;
    this.client = null;
    client?.end().catch(() => undefined);
  }

  private async connect(): Promise<Client> {
    const client = await this.open();
    await this.lease(client);
    return client;
  }

  private async open(): Promise<Client> {
    const { connectionString, schema } = this.settings;
    const client = new Client({
      connectionString,
      application_name: schema,
      options: `-c search_path=${schema}`,
      connectionTimeoutMillis: connectTimeoutMs,
      query_timeout: queryTimeoutMs,
    });
    client.on('error', () => this.forget(client));
    client.on('end', () => this.forget(client));
    try {
      await client.connect();
    } catch (error) {
      client.end().catch(() => undefined);
      throw new StoreFailure('unavailable', `no connection to the store: ${textOf(error)}`);
    }
    return client;
  }

  private async lease(client: Client): Promise<void> {
    const [space, key] = lockKeys(this.settings.schema, this.identity);
    const { sink, subtask, epoch } = this.identity;
    const values = [`${sink}/${subtask}`, epoch, space, key];
    await this.run(client, 'SELECT lease($1, $2, $3, $4)', values);
    this.client = client;
    this.generation++;
  }

  private async run<R extends QueryResultRow>(
    client: Client,
    text: string,
    values: readonly unknown[],
  ): Promise<readonly R[]> {
    try {
      const { rows } = await client.query<R>(text, [...values]);
      return rows;
    } catch (error) {
      const code = codeOf(error);
      if (code === fencedCode) {
        this.drop();
        throw new StoreFailure('fenced', textOf(error));
      }
      if (isAnswer(code)) throw error;
      // No answer: it happened, or it did not.
      this.forget(client);
      client.end().catch(() => undefined);
      throw new StoreFailure('unknown', `no reply from the store: ${textOf(error)}`);
    }
  }

  private forget(client: Client): void {
    if (this.client === client) this.client = null;
  }
}

/** `SQLSTATE`, or null when the error is not the server's. */
export function codeOf(error: unknown): string | null {
  const code = (error as { readonly code?: unknown }).code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : null;
}

/** Class 57P0x means that the session was ended: what it was doing may have been done. */
function isAnswer(code: string | null): boolean {
  return code !== null && !code.startsWith('57P') && !code.startsWith('08');
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
