/**
 * The PostgreSQL server a user gives for the sinks, by `--postgres` or in the environment. It is
 * asked before anything runs, and used for every run then; it is not ours to kill.
 */
import { Client } from 'pg';

import type { Fault } from '../../../src/model/fault.ts';
import { refusal } from '../../store/refusal.ts';

const variable = 'TIDEMARK_POSTGRES_URL';
const connectTimeoutMs = 20_000;

/** Null: none was given. */
export function givenPostgresUrl(): string | null {
  const url = process.env[variable];
  return url === undefined || url === '' ? null : url;
}

/** Whether the run's store can be made to do this. */
export function canInject({ action }: Fault): boolean {
  const isServerCrash = action.kind === 'store' && action.effect === 'crash';
  return (
    !isServerCrash || (givenPostgresUrl() === null && process.env['TIDEMARK_STORE'] !== 'files')
  );
}

/** `host:port`, without credentials. Throws an InputError for what is no URL of a server. */
function placeOf(url: string): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw refusal('PostgreSQL server', shownPart(url), rule);
  }
  const { protocol, hostname, port } = parsed;
  if (!['postgres:', 'postgresql:'].includes(protocol) || hostname === '') {
    throw refusal('PostgreSQL server', shownPart(url), rule);
  }
  return `${hostname}:${port === '' ? '5432' : port}`;
}

const rule = 'a URL such as postgres://user@localhost:5432/database';

/** What stands before the last "@" may be a password. */
function shownPart(url: string): string {
  return url.slice(url.lastIndexOf('@') + 1);
}

/**
 * Asks the server at `asked`, or else that of the environment, if there is one. Rejects with an
 * InputError unless it answers and can do what sinks need of it. From then on it is the given one,
 * here and in workers, which take the environment along.
 */
export async function askGivenPostgres(asked: string | null): Promise<void> {
  const url = asked ?? givenPostgresUrl();
  if (url === null) return;
  await ask(url);
  process.env[variable] = url;
}

async function ask(url: string): Promise<void> {
  const place = placeOf(url);
  const client = new Client({ connectionString: url, connectionTimeoutMillis: connectTimeoutMs });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const missing = await missingSettings(client);
    if (missing.length === 0) return;
    throw refusal('PostgreSQL server', place, {
      expectation: 'a server with two-phase commit and commit timestamps',
      suggestion: `start it with ${missing.join(' ')}`,
    });
  } catch (error) {
    if (error instanceof Error && error.name === 'InputError') throw error;
    throw refusal('PostgreSQL server', place, {
      expectation: 'a PostgreSQL server that answers',
      suggestion: `${reasonOf(error)}; check --postgres or ${variable}, or leave it out to have one started`,
    });
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function missingSettings(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ max: string; stamps: string }>(
    `SELECT current_setting('max_prepared_transactions') AS max,
            current_setting('track_commit_timestamp') AS stamps`,
  );
  return [
    ...(rows[0]?.max === '0' ? ['-c max_prepared_transactions=64'] : []),
    ...(rows[0]?.stamps === 'on' ? [] : ['-c track_commit_timestamp=on']),
  ];
}

/** Several addresses of one name fail together, with a message for each and none of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
