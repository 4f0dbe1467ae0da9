/**
 * Checkpoint storage on a real directory: write, fsync, rename with fsync of the directory. Paths
 * of the engine become paths below the folder, each part encoded. Refuses on demand, as a full or
 * broken disk does.
 */
import { open, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { Failure, Reply, StoragePort } from '../../src/engine/world/world.ts';
import { failureOf } from './failures.ts';
import type { FileEvent, Notifier } from './protocol.ts';
import type { Troubles } from './troubles.ts';

export type DiskEffect = 'io-error' | 'no-space';

export interface DiskStorageSettings {
  readonly node: string;
  readonly folder: string;
  readonly troubles: Troubles<DiskEffect>;
  readonly control: Notifier;
  readonly tracksUnsynced: boolean;
}

export function createDiskStorage(settings: DiskStorageSettings): StoragePort {
  const { folder, control, tracksUnsynced } = settings;
  const at = (path: string): string => join(folder, ...path.split('/').map(encodeURIComponent));
  const tell = (event: FileEvent, path: string, to = ''): void => {
    if (tracksUnsynced) control.notify({ kind: 'file', event, path, to });
  };
  const run = <T>(writing: boolean, act: () => Promise<T>, reply: Reply<T>): void => {
    const refused = refusal(settings, writing);
    if (refused !== null) {
      setImmediate(() => reply(refused, null));
      return;
    }
    act().then(
      (value) => setImmediate(() => reply(null, value)),
      (error: unknown) => setImmediate(() => reply(failureOf(error), null)),
    );
  };
  return {
    write: (path, content, reply) =>
      run(
        true,
        async () => {
          tell('unsynced', at(path));
          await mkdir(dirname(at(path)), { recursive: true });
          await writeFile(at(path), content);
          return null;
        },
        reply,
      ),
    sync: (path, reply) =>
      run(
        true,
        async () => {
          await syncPath(at(path));
          tell('synced', at(path));
          return null;
        },
        reply,
      ),
    rename: (from, to, reply) =>
      run(
        true,
        async () => {
          await rename(at(from), at(to));
          tell('renamed', at(from), at(to));
          await syncPath(dirname(at(to)));
          return null;
        },
        reply,
      ),
    read: (path, reply) => run(false, () => readFile(at(path), 'utf8'), reply),
    remove: (path, reply) =>
      run(
        true,
        async () => {
          await rm(at(path));
          tell('removed', at(path));
          return null;
        },
        reply,
      ),
    list: (prefix, reply) => run(false, () => listPrefix(folder, prefix), reply),
  };
}

/** The failure to inject now. A full disk can still be read. */
function refusal(settings: DiskStorageSettings, writing: boolean): Failure | null {
  const trouble = writing
    ? settings.troubles.find('io-error', 'no-space')
    : settings.troubles.find('io-error');
  if (trouble === null) return null;
  const { effect } = trouble;
  settings.troubles.bites(trouble, `an operation of ${settings.node} failed: ${effect}`);
  const message = effect === 'io-error' ? 'input/output error' : 'no space left on device';
  return { kind: effect, message };
}

/** Flushes a file, or the entries of a directory. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function listPrefix(folder: string, prefix: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .map((path) => path.split(/[\\/]/).map(decodeURIComponent).join('/'))
    .filter((path) => path.startsWith(prefix))
    .sort();
}
