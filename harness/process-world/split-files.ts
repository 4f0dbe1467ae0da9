/**
 * Split logs as growing files, one record a line: `[id, at, ts, key, value]`; the line `end` closes
 * a split. A record is readable once its line is complete. Offsets count records.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

import { assert } from '../../src/base/assert.ts';
import type { Polled, SourcePort } from '../../src/engine/world/world.ts';
import type { SourceRecord } from '../../src/model/workload.ts';

/** The line that says that no record will follow. */
export const endMark = 'end';

/** File of a split below the folder of splits. */
export function splitFile(folder: string, split: string): string {
  return join(folder, `${encodeURIComponent(split)}.jsonl`);
}

export function splitLine({ id, at, ts, key, value }: SourceRecord): string {
  return `${JSON.stringify([id, at, ts, key, value])}\n`;
}

export function createSplitFiles(folder: string): SourcePort {
  const readers = new Map<string, SplitReader>();
  return {
    poll: (split, offset, recordsMax) => {
      let reader = readers.get(split);
      if (reader === undefined || offset < reader.firstOffset) {
        reader?.close();
        reader = new SplitReader(splitFile(folder, split));
        readers.set(split, reader);
      }
      return reader.poll(offset, recordsMax);
    },
  };
}

const chunkBytes = 262_144;
const lineFeed = 10;

/** Reads one file forwards; what was handed out is forgotten. */
class SplitReader {
  /** Offset of the first record that is still at hand. */
  firstOffset = 0;
  private readonly file: number;
  private readonly chunk = Buffer.allocUnsafe(chunkBytes);
  private position = 0;
  /** Bytes of a line whose end has not been read. */
  private rest: Buffer = Buffer.alloc(0);
  private records: SourceRecord[] = [];
  private taken = 0;
  private ended = false;

  constructor(path: string) {
    this.file = openSync(path, 'r');
  }

  close(): void {
    closeSync(this.file);
  }

  poll(offset: number, recordsMax: number): Polled {
    this.forget(offset);
    while (this.records.length === this.taken && this.more()) this.forget(offset);
    const records = this.records.slice(this.taken, this.taken + recordsMax);
    const ended = this.ended && this.taken === this.records.length;
    return { records, ended, retryInMs: null };
  }

  /** Everything before `offset` has been read: it is not asked for again unless anew. */
  private forget(offset: number): void {
    assert(offset >= this.firstOffset, 'a split is read forwards');
    const skipped = Math.min(offset - this.firstOffset, this.records.length);
    this.taken = skipped;
    if (skipped < this.records.length) return;
    this.firstOffset += this.records.length;
    this.records = [];
    this.taken = 0;
  }

  /** Reads on; false when the file has nothing more at present. */
  private more(): boolean {
    if (this.ended) return false;
    const read = readSync(this.file, this.chunk, 0, chunkBytes, this.position);
    if (read === 0) return false;
    this.position += read;
    const bytes = Buffer.concat([this.rest, this.chunk.subarray(0, read)]);
    const end = bytes.lastIndexOf(lineFeed);
    this.rest = Buffer.from(bytes.subarray(end + 1));
    if (end >= 0) this.take(bytes.toString('utf8', 0, end));
    return true;
  }

  private take(text: string): void {
    let lines = text;
    if (lines === endMark || lines.endsWith(`\n${endMark}`)) {
      this.ended = true;
      lines = lines.slice(0, -endMark.length);
    }
    // One call of the parser for the whole chunk: several times faster than one a line.
    const joined = lines.trimEnd().replaceAll('\n', ',');
    const rows = JSON.parse(`[${joined}]`) as Line[];
    for (const [id, at, ts, key, value] of rows) this.records.push({ id, at, ts, key, value });
  }
}

type Line = readonly [number, number, number, string, SourceRecord['value']];
