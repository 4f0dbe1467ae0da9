/**
 * A PostgreSQL server of the harness's own: private data directory below the workspace, a free port
 * of loopback, gone with the harness (law A7). Or a given one, of which only schemas are used.
 */
import { chownSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

import {
  becomes,
  childrenOf,
  signal as sendSignal,
} from '../../process-control/process-identity.ts';
import { startProcess, type StartedProcess } from '../../process-control/start-process.ts';
import type { Workspace } from '../../process-control/workspace.ts';
import { findPostgres, type PostgresBinaries } from './postgres-binaries.ts';
import { subjectFailure } from './subject-failure.ts';

export interface PostgresServer {
  readonly host: string;
  readonly port: number;
  /** Connection string that reaches the server at another `host:port`: through a proxy. */
  through(address: string): string;
  /** Connection string that reaches it directly. */
  readonly direct: string;
  /** It is somebody's, who gave it by URL. */
  readonly given: boolean;
  close(): Promise<void>;
}

/** A server that the harness started: it may be killed, and it comes back with what was on disk. */
export interface OwnPostgres extends PostgresServer {
  /** SIGKILL to the server and its helpers, and true once they are gone. */
  crash(): boolean;
  /** Starts it again, on the same data and the same port; resolves when it answers. */
  restart(): Promise<void>;
}

const startTimeoutMs = 20_000;
/** A server that is told to end at once needs at most this, ms. */
const endTimeoutMs = 2_000;
const pollMs = 15;
const startsMax = 3;

/** Throws a SubjectFailure in one sentence when there is no server to be had. */
export async function openPostgres(
  workspace: Workspace,
  url: string | undefined = process.env['TIDEMARK_POSTGRES_URL'],
): Promise<PostgresServer> {
  return url === undefined || url === '' ? startPostgres(workspace, 'postgres') : givenServer(url);
}

/**
 * A server that nobody else uses, so that it can be killed. Throws a SubjectFailure when servers
 * are given by URL, or there is none to be had. `name`: of its folder below the workspace.
 */
export function openPrivatePostgres(
  workspace: Workspace,
  name: string,
  url: string | undefined = process.env['TIDEMARK_POSTGRES_URL'],
): Promise<OwnPostgres> {
  if (url === undefined || url === '') return startPostgres(workspace, name);
  throw subjectFailure('the schedule crashes the PostgreSQL server, and a given one is not ours', {
    next: 'run the case without --postgres and TIDEMARK_POSTGRES_URL, to have a server started',
  });
}

async function startPostgres(workspace: Workspace, name: string): Promise<OwnPostgres> {
  const binaries = await findPostgres();
  const folder = join(workspace.folder, name);
  const user = unprivilegedUser();
  mkdirSync(folder, { mode: 0o700 });
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  await initialise(binaries, folder, { workspace, user });
  const started = await start(binaries, folder, { workspace, user });
  const { port } = started;
  let { server } = started;
  return {
    host: '127.0.0.1',
    port,
    given: false,
    through: (address) => `postgres://postgres@${address}/postgres`,
    direct: `postgres://postgres@127.0.0.1:${port}/postgres`,
    crash: () => crashServer(server),
    restart: async () => {
      server = await startAgain(() => launch({ ...binaries, folder, port }, { workspace, user }));
    },
    close: async () => {
      await endServer(server);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function givenServer(url: string): Promise<PostgresServer> {
  const { hostname, port } = new URL(url);
  const client = new Client({ connectionString: url, connectionTimeoutMillis: startTimeoutMs });
  try {
    await client.connect();
    const { rows } = await client.query<{ max: string; stamps: string }>(
      `SELECT current_setting('max_prepared_transactions') AS max,
              current_setting('track_commit_timestamp') AS stamps`,
    );
    if (rows[0]?.max === '0' || rows[0]?.stamps !== 'on') {
      throw subjectFailure(
        `the PostgreSQL server at ${hostname} has two-phase commit switched off`,
        {
          next: 'start it with -c max_prepared_transactions=64 -c track_commit_timestamp=on',
        },
      );
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'SubjectFailure') throw error;
    throw subjectFailure(`the PostgreSQL server at ${hostname} does not answer`, {
      next: 'check TIDEMARK_POSTGRES_URL, or unset it to have one started',
      cause: error,
    });
  } finally {
    await client.end().catch(() => undefined);
  }
  return {
    host: hostname,
    port: port === '' ? 5432 : Number(port),
    given: true,
    direct: url,
    through: (address) => {
      const proxied = new URL(url);
      proxied.host = address;
      return proxied.href;
    },
    close: () => Promise.resolve(),
  };
}

interface Surroundings {
  readonly workspace: Workspace;
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
}

async function initialise(
  { initdb }: PostgresBinaries,
  folder: string,
  surroundings: Surroundings,
): Promise<void> {
  const options = ['--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C'];
  const process = startOwned([initdb, `--pgdata=${folder}`, '--no-sync', ...options], surroundings);
  const { code, signal, error } = await process.ended;
  if (code === 0) return;
  throw subjectFailure(
    `PostgreSQL could not set up its data: ${error ?? signal ?? `code ${code}`}`,
    {
      lastLines: process.lastLines(),
      next: 'check that the disk has room and the folder for temporary files is open to all users',
    },
  );
}

async function start(
  { postgres }: PostgresBinaries,
  folder: string,
  surroundings: Surroundings,
): Promise<{ readonly server: StartedProcess; readonly port: number }> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const { server, isUp } = await launch({ postgres, folder, port }, surroundings);
    if (isUp) return { server, port };
    if (attempt < startsMax && /could not bind/.test(server.lastLines())) continue;
    throw notStarted(server);
  }
}

interface Launched {
  readonly server: StartedProcess;
  /** It answers; false: it is gone. */
  readonly isUp: boolean;
}

async function launch(
  {
    postgres,
    folder,
    port,
  }: { readonly postgres: string; readonly folder: string; readonly port: number },
  surroundings: Surroundings,
): Promise<Launched> {
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_prepared_transactions=64',
    'track_commit_timestamp=on',
    'max_connections=200',
    'shared_buffers=16MB',
    // Shared memory as files below the data directory: nothing of it can be left behind.
    'dynamic_shared_memory_type=mmap',
    'autovacuum=off',
  ];
  const flags = settings.flatMap((setting) => ['-c', setting]);
  const server = startOwned([postgres, '-D', folder, ...flags], surroundings);
  const ended = server.ended.then(() => false);
  const isUp = await Promise.race([untilAnswering(port), ended]);
  if (!isUp) server.kill();
  return { server, isUp };
}

/**
 * As when the machine fails. Helpers do not all notice that their server is gone: one that waits
 * for another goes on waiting, keeps its client waiting, and keeps the data from the next server.
 */
function crashServer(server: StartedProcess): boolean {
  const { identity } = server;
  // Stopped, it starts no helper that would be missed.
  sendSignal(identity, 'SIGSTOP');
  becomes(identity, 'stopped');
  const helpers = childrenOf(identity);
  const isGone = server.kill();
  for (const helper of helpers) sendSignal(helper, 'SIGKILL');
  return helpers.every((helper) => becomes(helper, 'gone')) && isGone;
}

/** The system may take a moment to see that nobody uses the data any more. */
async function startAgain(attempt: () => Promise<Launched>): Promise<StartedProcess> {
  const deadline = performance.now() + startTimeoutMs;
  for (;;) {
    const { server, isUp } = await attempt();
    if (isUp) return server;
    const isBusy = /still in use|already exists|could not bind/.test(server.lastLines());
    if (!isBusy || performance.now() > deadline) throw notStarted(server);
    await sleep(pollMs);
  }
}

function notStarted(server: StartedProcess): Error {
  return subjectFailure('the PostgreSQL server did not start', {
    lastLines: server.lastLines(),
    next: 'run it again; if it repeats, set TIDEMARK_POSTGRES_URL to a server of yours',
  });
}

/** At once, but tidily: a server that is killed leaves a piece of shared memory with the system. */
async function endServer(server: StartedProcess): Promise<void> {
  sendSignal(server.identity, 'SIGQUIT');
  await Promise.race([server.ended, sleep(endTimeoutMs, undefined, { ref: false })]);
  server.kill();
  await server.ended;
}

function startOwned(
  command: readonly [string, ...string[]],
  { workspace, user }: Surroundings,
): StartedProcess {
  return startProcess({ command, workspace, ...(user === undefined ? {} : { user }) });
}

async function untilAnswering(port: number): Promise<boolean> {
  const deadline = performance.now() + startTimeoutMs;
  while (performance.now() < deadline) {
    const client = new Client({
      host: '127.0.0.1',
      port,
      user: 'postgres',
      database: 'postgres',
    });
    client.on('error', () => undefined);
    const isUp = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end().catch(() => undefined);
    if (isUp) return true;
    await sleep(pollMs);
  }
  return false;
}

/**
 * PostgreSQL refuses to run as root: then it runs as its own user if there is one, else as nobody.
 */
function unprivilegedUser(): Surroundings['user'] {
  if (process.getuid?.() !== 0) return undefined;
  const entries = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const entry = entries.find((line) => line.startsWith(`${name}:`));
    if (entry === undefined) continue;
    const [, , uid, gid] = entry.split(':');
    return { uid: Number(uid), gid: Number(gid) };
  }
  throw subjectFailure('PostgreSQL does not run as root, and there is no user to run it as', {
    next: 'run Tidemark as another user, or set TIDEMARK_POSTGRES_URL to a server',
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}
