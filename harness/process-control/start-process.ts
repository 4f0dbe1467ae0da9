/**
 * Starts a process that ends with the harness: on Linux the kernel sees to it (`setpriv`), and the
 * workspace lists it for the janitor. Keeps its last log lines, for the sentence that says why it
 * is not there.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Duplex, Readable, Writable } from 'node:stream';
import { execa } from 'execa';

import { present } from '../../src/base/assert.ts';
import { becomes, signal, type ProcessIdentity } from './process-identity.ts';
import type { Workspace } from './workspace.ts';

export interface ProcessSettings {
  readonly command: readonly [string, ...string[]];
  readonly workspace: Workspace;
  readonly environment?: Readonly<Record<string, string>>;
  /** Open a two-way pipe as file descriptor 3. */
  readonly pipe?: boolean;
  /** Numeric user and group to run as; only root can ask for it. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
  /** Why it could not be started at all. */
  readonly error: string | null;
}

export interface StartedProcess {
  readonly identity: ProcessIdentity;
  readonly input: Writable;
  /** The pipe at file descriptor 3, if one was asked for. */
  readonly pipe: Duplex | null;
  readonly ended: Promise<Ending>;
  /** What it printed last, at most a few lines. */
  lastLines(): string;
  /** SIGKILL, and true once it is gone. */
  kill(): boolean;
}

const logCharactersMax = 2_000;

/** Throws when the system refuses to start it. */
export function startProcess(settings: ProcessSettings): StartedProcess {
  const [file, ...args] = tiedToParent(settings);
  const child = execa(file, args, {
    stdio: settings.pipe === true ? ['pipe', 'pipe', 'pipe', 'pipe'] : ['pipe', 'pipe', 'pipe'],
    buffer: false,
    reject: false,
    cleanup: false,
    env: { ...settings.environment },
  });
  let log = '';
  const keep = (stream: Readable): void => {
    stream.on('data', (chunk: Buffer) => (log = (log + chunk.toString()).slice(-logCharactersMax)));
    stream.on('error', () => undefined);
  };
  keep(child.stdout);
  keep(child.stderr);
  // A process that ended takes no more input; that is told by `ended`.
  child.stdin.on('error', () => undefined);
  const identity = settings.workspace.adopt(present(child.pid, `pid of ${file}`));
  return {
    identity,
    input: child.stdin,
    pipe: settings.pipe === true ? (child.stdio[3] as unknown as Duplex) : null,
    ended: child.then(({ exitCode, signal: name, originalMessage }) => ({
      code: exitCode ?? null,
      signal: name ?? null,
      error: exitCode === undefined && name === undefined ? (originalMessage ?? null) : null,
    })),
    lastLines: () => log.trimEnd().split('\n').slice(-8).join('\n'),
    kill: () => {
      signal(identity, 'SIGKILL');
      return becomes(identity, 'gone');
    },
  };
}

/** Has the kernel kill the child when its parent dies in whatever way, and lowers its rights. */
function tiedToParent({ command, user }: ProcessSettings): readonly [string, ...string[]] {
  const setpriv = process.platform === 'linux' ? findProgram('setpriv') : null;
  if (setpriv === null) return command;
  const rights =
    user === undefined
      ? []
      : [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', '--inh-caps=-all'];
  return [setpriv, ...rights, '--pdeathsig', 'KILL', '--', ...command];
}

/** The first executable of that name on the path; null: none. */
export function findProgram(name: string): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const found = folders.map((folder) => join(folder, name)).find((path) => isExecutable(path));
  return found ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
