/**
 * A temporary folder that belongs to one harness process and knows the processes it started. Its
 * name carries the harness's pid and start time, its file `children` theirs: whoever finds it can
 * tell whether it is still in use, and sweep it if not (law A7).
 */
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  chmodSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { present } from '../../src/base/assert.ts';
import { becomes, identityOf, signal, stateOf, type ProcessIdentity } from './process-identity.ts';
import { removeSharedMemory } from './shared-memory.ts';

const prefix = 'tidemark-';
const childrenFile = 'children';

export class Workspace {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** A new folder below `parent`. Throws the system's error when it cannot be made. */
  static create(parent: string = tmpdir()): Workspace {
    const { pid, startTime } = present(identityOf(process.pid), 'own process');
    const folder = mkdtempSync(join(parent, `${prefix}${pid}-${startTime}-`));
    // A database server may run as another user and has to reach its directory in here.
    chmodSync(folder, 0o711);
    return new Workspace(folder);
  }

  /** Writes down that this process is ours. Call it right after the start. */
  adopt(pid: number): ProcessIdentity {
    const identity = identityOf(pid) ?? { pid, startTime: 'ended' };
    appendFileSync(join(this.folder, childrenFile), `${pid} ${identity.startTime}\n`);
    return identity;
  }

  /** Ends what is left of our processes and removes the folder. Safe to call twice. */
  remove(): void {
    sweepFolder(this.folder);
  }
}

/** Kills the processes a workspace lists, stopped ones too, and removes it. */
export function sweepFolder(folder: string): void {
  const children = childrenOf(folder);
  const killed = children.filter((child) => signal(child, 'SIGKILL'));
  for (const child of killed) becomes(child, 'gone');
  const pids = new Set(children.map(({ pid }) => pid));
  if (pids.size > 0) removeSharedMemory(pids, statSync(folder).birthtimeMs);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Sweeps the workspaces whose harness is gone. Returns how many there were. */
export function sweepLeftovers(parent: string = tmpdir()): number {
  const orphans = readdirSync(parent)
    .filter((name) => name.startsWith(prefix))
    .filter((name) => isOrphan(name));
  for (const name of orphans) sweepFolder(join(parent, name));
  return orphans.length;
}

function isOrphan(name: string): boolean {
  const match = /^tidemark-(\d+)-([^-]+(?:-[^-]+)*)-[^-]{6}$/.exec(basename(name));
  if (match === null) return false;
  const [, pid = '', startTime = ''] = match;
  return stateOf({ pid: Number(pid), startTime }) === 'gone';
}

function childrenOf(folder: string): ProcessIdentity[] {
  try {
    return readFileSync(join(folder, childrenFile), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [pid = '', startTime = ''] = line.split(' ');
        return { pid: Number(pid), startTime };
      });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
