/**
 * The harness's own connection to a run's schema, beside the proxy that nodes go through. Where the
 * server is the harness's own, it may be killed and comes back; until then there is nothing to
 * read.
 */
import { Client, type QueryResult, type QueryResultRow } from 'pg';

import { present } from '../../../src/base/assert.ts';
import type { OwnPostgres } from './postgres-server.ts';
import { subjectFailure } from './subject-failure.ts';

export interface ReaderSettings {
  readonly connectionString: string;
  readonly schema: string;
  readonly own: OwnPostgres | null;
}

export class PostgresReader {
  private readonly settings: ReaderSettings;
  private client: Client;
  private crashes = 0;
  private state: 'up' | 'dead' | 'starting' = 'up';
  /** Settles when the server is back; resolved while it lives. */
  private back: Promise<void> = Promise.resolve();

  constructor(settings: ReaderSettings) {
    this.settings = settings;
    this.client = this.newClient();
  }

  async connect(): Promise<void> {
    await this.client.connect();
  }

  /**
   * Rejects with the driver's error, unless the server was killed meanwhile: then there are no
   * rows.
   */
  async query<R extends QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<Pick<QueryResult<R>, 'rows' | 'rowCount'>> {
    const { crashes } = this;
    if (this.state === 'dead') return nothing;
    try {
      await this.back;
      return await this.client.query<R>(text, [...values]);
    } catch (error) {
      if (this.crashes === crashes) throw error;
      return nothing;
    }
  }

  /**
   * Kills the server; false: it is down already. Throws a SubjectFailure when it is not gone then.
   */
  crashServer(): boolean {
    if (this.state !== 'up') return false;
    const own = present(this.settings.own, 'a server of the run');
    this.crashes++;
    this.state = 'dead';
    if (own.crash()) return true;
    throw subjectFailure('the PostgreSQL server could not be killed', {
      next: 'the run decides nothing; run it again',
    });
  }

  /** Starts the server again if it is dead; resolves when it answers. */
  bringBack(): Promise<void> {
    if (this.state === 'dead') {
      this.state = 'starting';
      this.back = this.restart();
      // Whoever waits for it hears of it.
      this.back.catch(() => undefined);
    }
    return this.back;
  }

  async end(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }

  private async restart(): Promise<void> {
    await present(this.settings.own, 'a server of the run').restart();
    this.client.end().catch(() => undefined);
    this.client = this.newClient();
    await this.connect();
    this.state = 'up';
  }

  private newClient(): Client {
    const { connectionString, schema } = this.settings;
    const client = new Client({ connectionString, options: `-c search_path=${schema}` });
    client.on('error', () => undefined);
    return client;
  }
}

const nothing = { rows: [], rowCount: 0 };
