/**
 * The transactional store as files: rows of an open transaction are appended to its file, preparing
 * syncs and renames it, committing renames it into sight. See file-store-layout.ts for why a fenced
 * writer can do none of that.
 */
import { appendFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Failure, Reply, SinkIdentity, StorePort } from '../../src/engine/world/world.ts';
import type { Row } from '../../src/model/value.ts';
import { syncPath } from './disk-storage.ts';
import {
  epochOf,
  openName,
  ownerName,
  ownersFolder,
  parseHeld,
  parseVisible,
  preparedName,
  visibleFolder,
  visibleName,
  type HeldName,
} from './file-store-layout.ts';
import {
  CallQueues,
  fenced,
  missing,
  ownerOf,
  StoreFailure,
  type StoreLog,
} from './store-calls.ts';
import type { StoreEffect } from './store-effects.ts';
import type { Troubles } from './troubles.ts';

export interface FileStoreSettings {
  readonly folder: string;
  readonly log: StoreLog;
  readonly troubles: Troubles<StoreEffect>;
}

export function createFileStore(settings: FileStoreSettings): StorePort {
  const files = new FileStore(settings);
  const queues = new CallQueues();
  const call = <T>(
    identity: SinkIdentity,
    what: string,
    {
      reply,
      ...work
    }: {
      readonly act: () => Promise<T>;
      readonly reply: Reply<T>;
      readonly onLost?: () => void;
    },
  ): void => queues.run(ownerOf(identity), () => disturbed(settings, what, work), reply);
  return {
    fence: (identity, reply) =>
      call(identity, 'fence', { act: () => files.fence(identity), reply }),
    write: (identity, { transaction, rows }, reply) =>
      call(identity, 'write', { act: () => files.write(identity, transaction, rows), reply }),
    prepare: (identity, { transaction, checkpoint }, reply) =>
      call(identity, 'prepare', {
        act: () => files.prepare(identity, transaction, checkpoint),
        reply,
      }),
    commit: (identity, transaction, reply) =>
      call(identity, 'commit', {
        act: () => files.commit(identity, transaction),
        reply,
        onLost: () =>
          settings.log.transaction(identity, { transaction, checkpoint: null }, 'reply-lost'),
      }),
    abort: (identity, transaction, reply) =>
      call(identity, 'abort', { act: () => files.abort(identity, transaction), reply }),
    pending: (identity, reply) =>
      call(identity, 'pending', { act: () => files.pending(identity), reply }),
    append: (identity, rows, reply) =>
      call(identity, 'append', { act: () => files.show(identity, rows), reply }),
    upsert: (identity, rows, reply) =>
      call(identity, 'upsert', { act: () => files.show(identity, rows), reply }),
  };
}

/** Refuses the call, or does it and hides the answer, while a fault of the schedule is at work. */
async function disturbed<T>(
  { troubles }: FileStoreSettings,
  what: string,
  { act, onLost }: { readonly act: () => Promise<T>; readonly onLost?: () => void },
): Promise<T> {
  const trouble = troubles.find('unavailable', 'reply-lost');
  if (trouble?.effect === 'unavailable') {
    troubles.bites(trouble, `${what} was refused`);
    throw new StoreFailure('unavailable', `the store is down (${what})`);
  }
  const result = await act();
  if (trouble === null || what === 'pending') return result;
  onLost?.();
  troubles.bites(trouble, `the reply to ${what} was lost`);
  throw new StoreFailure('unknown', `no reply to ${what}`);
}

class FileStore {
  private readonly settings: FileStoreSettings;
  /** Number of the last visible file, per sink subtask. */
  private readonly numbers = new Map<string, number>();
  /** Transactions with rows, by id. */
  private readonly opened = new Set<string>();

  constructor(settings: FileStoreSettings) {
    this.settings = settings;
  }

  /** Takes the directory over from whoever owns it; of several takers the highest epoch stays. */
  async fence(identity: SinkIdentity): Promise<null> {
    const owners = this.owners(identity);
    for (;;) {
      const epoch = await this.currentEpoch(identity);
      if (epoch > identity.epoch) throw fenced(identity, epoch);
      if (epoch < identity.epoch) {
        const taken = await tryRename(
          join(owners, ownerName(epoch)),
          join(owners, ownerName(identity.epoch)),
        );
        if (!taken) continue;
        await syncPath(owners);
      }
      this.numbers.set(ownerOf(identity), await this.lastNumber(identity));
      return null;
    }
  }

  async write(identity: SinkIdentity, transaction: string, rows: readonly Row[]): Promise<null> {
    await this.expire(identity);
    const path = join(this.own(identity), openName(transaction));
    const held = this.opened.has(transaction) ? await this.find(identity, transaction) : null;
    if (held === null && this.opened.has(transaction)) return this.refuse(identity, transaction);
    await this.owned(identity, () => appendFile(path, linesOf(rows)));
    if (held === null) {
      this.opened.add(transaction);
      this.log(identity, { transaction, checkpoint: null }, 'opened');
    }
    this.settings.log.written(identity, transaction, rows);
    return null;
  }

  async prepare(identity: SinkIdentity, transaction: string, checkpoint: number): Promise<null> {
    await this.expire(identity);
    const own = this.own(identity);
    const held = await this.find(identity, transaction);
    if (held === null) return this.refuse(identity, transaction);
    if (held.checkpoint !== null) return null;
    await this.owned(identity, async () => {
      await syncPath(join(own, openName(transaction)));
      await rename(
        join(own, openName(transaction)),
        join(own, preparedName(transaction, checkpoint)),
      );
      await syncPath(own);
    });
    this.log(identity, { transaction, checkpoint }, 'prepared');
    return null;
  }

  async commit(identity: SinkIdentity, transaction: string): Promise<null> {
    const held = await this.find(identity, transaction);
    if (held === null) {
      if (await this.isVisible(identity, transaction)) return null;
      return this.refuse(identity, transaction);
    }
    const { checkpoint } = held;
    const source =
      checkpoint === null ? openName(transaction) : preparedName(transaction, checkpoint);
    await this.reveal(identity, source, { checkpoint, transaction });
    return null;
  }

  async abort(identity: SinkIdentity, transaction: string): Promise<null> {
    const held = await this.find(identity, transaction);
    if (held === null) {
      return (await this.isVisible(identity, transaction))
        ? this.refuse(identity, transaction)
        : null;
    }
    const { checkpoint } = held;
    const name =
      checkpoint === null ? openName(transaction) : preparedName(transaction, checkpoint);
    await this.owned(identity, () => rm(join(this.own(identity), name)));
    this.log(identity, held, 'aborted');
    return null;
  }

  async pending(identity: SinkIdentity): Promise<readonly string[]> {
    return (await this.held(identity)).map(({ transaction }) => transaction);
  }

  /** Makes rows visible at once. */
  async show(identity: SinkIdentity, rows: readonly Row[]): Promise<null> {
    const name = 'direct';
    await this.owned(identity, () => writeFile(join(this.own(identity), name), linesOf(rows)));
    await syncPath(join(this.own(identity), name));
    await this.reveal(identity, name, { checkpoint: null, transaction: null });
    return null;
  }

  private async reveal(
    identity: SinkIdentity,
    source: string,
    of: { readonly checkpoint: number | null; readonly transaction: string | null },
  ): Promise<void> {
    const { sink, subtask, epoch } = identity;
    const visible = visibleFolder(this.settings.folder, sink, subtask);
    const number = (this.numbers.get(ownerOf(identity)) ?? 0) + 1;
    const target = join(visible, visibleName({ number, epoch, ...of }));
    await this.owned(identity, () => rename(join(this.own(identity), source), target));
    this.numbers.set(ownerOf(identity), number);
    await syncPath(visible);
  }

  /** The store gives up transactions that were not prepared in time. */
  private async expire(identity: SinkIdentity): Promise<void> {
    const { troubles } = this.settings;
    const trouble = troubles.find('transaction-timeout');
    if (trouble === null) return;
    for (const held of await this.held(identity)) {
      if (held.checkpoint !== null) continue;
      await rm(join(this.own(identity), openName(held.transaction)), { force: true });
      this.log(identity, held, 'timed-out');
      troubles.bites(trouble, `transaction ${held.transaction} timed out`);
    }
  }

  /** Does what works on the owner's directory; if that is gone, somebody else owns it now. */
  private async owned<T>(identity: SinkIdentity, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      const epoch = await this.currentEpoch(identity);
      throw epoch > identity.epoch ? fenced(identity, epoch) : error;
    }
  }

  private async held(identity: SinkIdentity): Promise<readonly HeldName[]> {
    const names = await this.owned(identity, () => readdir(this.own(identity)));
    return names.filter((name) => name.includes('.')).map(parseHeld);
  }

  private async find(identity: SinkIdentity, transaction: string): Promise<HeldName | null> {
    const held = await this.held(identity);
    return held.find((one) => one.transaction === transaction) ?? null;
  }

  private async isVisible(identity: SinkIdentity, transaction: string): Promise<boolean> {
    const { sink, subtask } = identity;
    const names = await readdir(visibleFolder(this.settings.folder, sink, subtask));
    return names.some((name) => parseVisible(name).transaction === transaction);
  }

  private async lastNumber({ sink, subtask }: SinkIdentity): Promise<number> {
    const names = await readdir(visibleFolder(this.settings.folder, sink, subtask));
    return Math.max(0, ...names.map((name) => parseVisible(name).number));
  }

  private async currentEpoch(identity: SinkIdentity): Promise<number> {
    const names = await readdir(this.owners(identity));
    return Math.max(0, ...names.map(epochOf));
  }

  private refuse(identity: SinkIdentity, transaction: string): never {
    this.log(identity, { transaction, checkpoint: null }, 'refused');
    const failure: Failure = missing(transaction).failure;
    throw new StoreFailure(failure.kind, failure.message);
  }

  private log(
    identity: SinkIdentity,
    of: HeldName,
    event: 'opened' | 'prepared' | 'aborted' | 'timed-out' | 'refused',
  ): void {
    this.settings.log.transaction(identity, of, event);
  }

  private owners({ sink, subtask }: SinkIdentity): string {
    return ownersFolder(this.settings.folder, sink, subtask);
  }

  private own(identity: SinkIdentity): string {
    return join(this.owners(identity), ownerName(identity.epoch));
  }
}

/** False when the source is gone: somebody else was faster. */
async function tryRename(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function linesOf(rows: readonly Row[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
