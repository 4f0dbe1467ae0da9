/**
 * Files that a node wrote and has not synced: what a machine that goes down may cut or lose. A
 * killed process leaves them whole, because the system's cache survives it, so the harness does the
 * damage.
 */
import { rmSync, statSync, truncateSync } from 'node:fs';

import type { Notice } from '../../process-world/protocol.ts';

export class UnsyncedFiles {
  /** Writer by path. */
  private readonly writers = new Map<string, string>();

  onNotice(node: string, { event, path, to }: Extract<Notice, { kind: 'file' }>): void {
    const writer = this.writers.get(path);
    if (event === 'unsynced') this.writers.set(path, node);
    else this.writers.delete(path);
    if (event === 'renamed' && writer !== undefined) this.writers.set(to, writer);
  }

  /** Damages the files of `node`; returns how many there were. */
  lose(node: string, effect: 'torn-write' | 'lost-unsynced'): number {
    let hit = 0;
    for (const [path, writer] of this.writers) {
      if (writer !== node) continue;
      this.writers.delete(path);
      const bytes = sizeOf(path);
      if (bytes === null) continue;
      hit++;
      if (effect === 'lost-unsynced') rmSync(path, { force: true });
      else truncateSync(path, bytes >> 1);
    }
    return hit;
  }
}

/** Null when the file is not there (any more). */
function sizeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.size ?? null;
}
