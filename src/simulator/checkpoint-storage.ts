/**
 * Checkpoint storage shared by all nodes, with what disks may do: contents that were not synced can
 * be cut or lost when their writer's machine goes down; operations can fail.
 */
import type { Failure, Reply, StoragePort } from '../engine/world/world.ts';
import { isFailure } from './failures.ts';
import type { Scheduler } from './scheduler.ts';
import type { Streams } from './streams.ts';

/** Duration of one operation, µs. */
const operationUs = { low: 100, high: 900 };

interface File {
  content: string;
  synced: boolean;
  readonly writer: string;
}

/** Why operations of a node fail at present; null: they do not. */
export type DiskFailure = 'io-error' | 'no-space';

/** A node's handle on the storage: replies only reach the process that asked. */
export interface StorageClient {
  readonly node: string;
  /** Runs `reply` on the node unless its process is gone. */
  deliver(reply: () => void): void;
  /** The failure to inject into an operation now. */
  failure(writing: boolean): DiskFailure | null;
}

export class CheckpointStorage {
  private readonly files = new Map<string, File>();
  private readonly scheduler: Scheduler;
  private readonly streams: Streams;

  constructor(scheduler: Scheduler, streams: Streams) {
    this.scheduler = scheduler;
    this.streams = streams;
  }

  /** The writer's machine went down: its un-synced files are cut in half or gone. */
  loseUnsynced(writer: string, effect: 'torn-write' | 'lost-unsynced'): number {
    let hit = 0;
    for (const [path, file] of this.files) {
      if (file.synced || file.writer !== writer) continue;
      hit++;
      if (effect === 'lost-unsynced') this.files.delete(path);
      else file.content = file.content.slice(0, file.content.length >> 1);
    }
    return hit;
  }

  /** Damages the file a restore would read; false when there is none such. */
  damage(path: string, effect: 'corrupt-file' | 'missing-file'): boolean {
    const file = this.files.get(path);
    if (file === undefined) return false;
    if (effect === 'missing-file') this.files.delete(path);
    else file.content = `${file.content.slice(0, -2)}?${file.content.slice(-1)}`;
    return true;
  }

  /** The port of one process. */
  port(client: StorageClient): StoragePort {
    const delay = this.streams.of(`storage ${client.node}`);
    const run = <T>(writing: boolean, act: () => T | Failure, reply: Reply<T>): void => {
      this.scheduler.after(delay.between(operationUs.low, operationUs.high), () => {
        const injected = client.failure(writing);
        const result = injected === null ? act() : failureOf(injected);
        client.deliver(() => {
          if (isFailure(result)) reply(result, null);
          else reply(null, result);
        });
      });
    };
    const { files } = this;
    return {
      write: (path, content, reply) =>
        run(true, () => this.put(path, { content, synced: false, writer: client.node }), reply),
      sync: (path, reply) => run(true, () => this.sync(path), reply),
      rename: (from, to, reply) => run(true, () => this.rename(from, to), reply),
      read: (path, reply) => run(false, () => files.get(path)?.content ?? notFound(path), reply),
      remove: (path, reply) => run(true, () => this.remove(path), reply),
      list: (prefix, reply) =>
        run(false, () => [...files.keys()].filter((p) => p.startsWith(prefix)).sort(), reply),
    };
  }

  private put(path: string, file: File): null {
    this.files.set(path, file);
    return null;
  }

  private sync(path: string): null | Failure {
    const file = this.files.get(path);
    if (file === undefined) return notFound(path);
    file.synced = true;
    return null;
  }

  private rename(from: string, to: string): null | Failure {
    const file = this.files.get(from);
    if (file === undefined) return notFound(from);
    this.files.delete(from);
    this.files.set(to, file);
    return null;
  }

  private remove(path: string): null | Failure {
    return this.files.delete(path) ? null : notFound(path);
  }
}

function notFound(path: string): Failure {
  return { kind: 'not-found', message: `no file ${path}` };
}

function failureOf(failure: DiskFailure): Failure {
  const message = failure === 'io-error' ? 'input/output error' : 'no space left on device';
  return { kind: failure, message };
}
