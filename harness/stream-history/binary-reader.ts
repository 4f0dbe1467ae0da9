/**
 * Bytes to stream histories, block by block, as they come. A damaged file is refused with the byte
 * at which the damaged block begins; nothing of such a block is passed on.
 */
import { crc32 } from 'node:zlib';

import type { StreamEvent, StreamHeader } from '../../src/model/stream-history.ts';
import { StreamRules, validateStreamHeader } from '../../src/stream-checker/validate-stream.ts';
import { InputError } from '../../src/model/input-error.ts';
import { InputFileError } from '../operation-files/input-file.ts';
import {
  binaryVersion,
  blockBytesMax,
  blockHeadBytes,
  fileHeadBytes,
  headerBytesMax,
  isBinaryStream,
  jobEvents,
  kinds,
  outcomes,
  type StreamDecoder,
  type StreamSink,
  transactionEvents,
} from './binary-format.ts';

export class BinaryStreamReader implements StreamDecoder {
  private readonly sink: StreamSink;
  private readonly file: string;
  /** Begins with a block, so that its columns are aligned. */
  private buffer = new Uint8Array(1 << 16);
  private filled = 0;
  /** Of the file, where the buffer begins. */
  private offset = 0;
  private sequence = 0;
  private rules: StreamRules | null = null;
  private head: StreamHeader | null = null;

  constructor(file: string, sink: StreamSink) {
    this.file = file;
    this.sink = sink;
  }

  push(bytes: Uint8Array): void {
    const needed = this.filled + bytes.length;
    if (needed > this.buffer.length) {
      const larger = new Uint8Array(2 ** Math.ceil(Math.log2(needed)));
      larger.set(this.buffer.subarray(0, this.filled));
      this.buffer = larger;
    }
    this.buffer.set(bytes, this.filled);
    this.filled = needed;
    let at = 0;
    for (;;) {
      const length = this.head === null ? this.takeHeader() : this.takeBlock(at);
      if (length === 0) break;
      at += length;
    }
    this.buffer.copyWithin(0, at, this.filled);
    this.filled -= at;
    this.offset += at;
  }

  end(): void {
    if (this.head === null) this.fail(0, 'the header is cut off');
    if (this.filled > 0) this.fail(0, 'the block that begins here is cut off');
    if (this.rules?.isWhole !== true) {
      this.fail(0, 'the end event is missing: the history was cut off and decides nothing');
    }
  }

  private fail(at: number, problem: string): never {
    throw new InputFileError(this.file, 0, `byte ${this.offset + at}: ${problem}`);
  }

  /** Length of the header in the file; 0 while it is not all there. */
  private takeHeader(): number {
    const { buffer, filled } = this;
    if (filled < fileHeadBytes) return 0;
    if (!isBinaryStream(buffer)) this.fail(0, 'not a binary stream history');
    const view = new DataView(buffer.buffer);
    const version = view.getUint32(8, true);
    if (version !== binaryVersion) {
      this.fail(8, `version ${version}; this program reads ${binaryVersion}`);
    }
    const length = view.getUint32(12, true);
    if (length % 8 !== 0 || length > headerBytesMax || view.getUint32(20, true) !== 0) {
      this.fail(12, `a header of ${length} bytes`);
    }
    const end = fileHeadBytes + length;
    if (filled < end) return 0;
    const json = buffer.subarray(fileHeadBytes, end);
    const isIntact = crc32(json) === view.getUint32(16, true);
    if (!isIntact) this.fail(0, 'the checksum of the header is wrong');
    try {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(json);
      this.head = validateStreamHeader(JSON.parse(text));
    } catch (error) {
      const isBad = error instanceof InputError || error instanceof SyntaxError;
      this.fail(fileHeadBytes, isBad ? error.message : 'the header is no UTF-8');
    }
    this.rules = new StreamRules(this.head);
    this.sink.header(this.head);
    return end;
  }

  private takeBlock(at: number): number {
    const { buffer, filled } = this;
    if (filled - at < blockHeadBytes) return 0;
    const view = new DataView(buffer.buffer, at);
    const length = view.getUint32(4, true);
    const sequence = view.getUint32(8, true);
    if (length % 8 !== 0 || length > blockBytesMax) this.fail(at, `a block of ${length} bytes`);
    if (sequence !== this.sequence) {
      this.fail(at, `block ${sequence} stands where block ${this.sequence} should`);
    }
    const end = at + blockHeadBytes + length;
    if (filled < end) return 0;
    const content = buffer.subarray(at + blockHeadBytes, end);
    if (crc32(content, crc32(buffer.subarray(at, at + 12))) !== view.getUint32(12, true)) {
      this.fail(at, 'the checksum of the block is wrong');
    }
    const header = this.head as StreamHeader;
    const event = new Content(content, header).read(view.getUint32(0, true) - 1);
    if (event === null) this.fail(at, 'the block does not hold what its kind says');
    const fault = (this.rules as StreamRules).faultOf(event);
    if (fault !== null) this.fail(at, fault);
    this.sink.event(event);
    this.sequence++;
    return blockHeadBytes + length;
  }
}

/** The members and columns of one block. */
class Content {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly header: StreamHeader;
  private at = 0;
  private isShort = false;

  constructor(bytes: Uint8Array, header: StreamHeader) {
    this.bytes = bytes;
    this.header = header;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** The event; null when the lengths do not fit or a name is unknown. */
  read(kind: number): StreamEvent | null {
    const event = this.event(kind);
    const isWhole = !this.isShort && this.bytes.length - this.at < 8;
    return isWhole ? event : null;
  }

  private event(kind: number): StreamEvent | null {
    switch (kinds[kind]) {
      case 'log':
        return this.log();
      case 'attempt': {
        const [t, attempt, restored] = [this.time(), this.int(), this.int()];
        return { kind: 'attempt', t, attempt, restored: restored === -1 ? null : restored };
      }
      case 'checkpoint': {
        const [t, checkpoint, attempt, count] = [this.time(), this.int(), this.int(), this.int()];
        this.int();
        return { kind: 'checkpoint', t, checkpoint, attempt, offsets: this.int32(count) };
      }
      case 'transaction':
        return this.transaction();
      case 'rows':
      case 'values':
        return this.visible(kinds[kind]);
      case 'end': {
        const [t, outcome] = [this.time(), outcomes[this.int()]];
        this.int();
        return outcome === undefined ? null : { kind: 'end', t, outcome };
      }
      case 'job': {
        const [t, event] = [this.time(), jobEvents[this.int()]];
        this.int();
        return event === undefined ? null : { kind: 'job', t, event };
      }
      default:
        return null;
    }
  }

  private log(): StreamEvent | null {
    const [split, from, count, names] = [this.int(), this.int(), this.int(), this.int()];
    if (names !== 0 && names !== 1) return null;
    const offset = names === 1 ? { offset: this.int32(count) } : {};
    const key = this.int32(count);
    return { kind: 'log', split, from, ...offset, key, fingerprint: this.fingerprints(count) };
  }

  private transaction(): StreamEvent | null {
    const [t, subtask, attempt] = [this.time(), this.int(), this.int()];
    const [checkpoint, transaction, what, rows] = [this.int(), this.int(), this.int(), this.int()];
    const event = transactionEvents[what];
    if (event === undefined) return null;
    return { kind: 'transaction', t, subtask, attempt, checkpoint, transaction, event, rows };
  }

  private visible(kind: 'rows' | 'values'): StreamEvent {
    const [t, subtask, attempt] = [this.time(), this.int(), this.int()];
    const [checkpoint, transaction] = [this.int(), this.int()].map((n) => (n === -1 ? null : n));
    const count = this.int();
    this.int();
    const common = {
      t,
      subtask,
      attempt,
      checkpoint: checkpoint ?? null,
      transaction: transaction ?? null,
    };
    if (kind === 'values') {
      const key = this.int32(count);
      const vector = this.int32(count * this.header.splits.length);
      return { kind, ...common, key, vector, fingerprint: this.fingerprints(count) };
    }
    const [offset, key] = [this.int32(count), this.int32(count)];
    const fingerprint = this.fingerprints(count);
    return { kind, ...common, offset, key, fingerprint, split: this.uint16(count) };
  }

  private time(): number {
    const at = this.skip(8);
    return at < 0 ? 0 : this.view.getFloat64(at, true);
  }

  private int(): number {
    const at = this.skip(4);
    return at < 0 ? 0 : this.view.getInt32(at, true);
  }

  private int32(count: number): Int32Array {
    const at = this.skip(count * 4);
    return at < 0
      ? new Int32Array(0)
      : new Int32Array(this.bytes.buffer, this.bytes.byteOffset + at, count);
  }

  private fingerprints(count: number): Uint32Array {
    const at = this.header.fingerprints ? this.skip(count * 4) : -1;
    return at < 0
      ? new Uint32Array(0)
      : new Uint32Array(this.bytes.buffer, this.bytes.byteOffset + at, count);
  }

  private uint16(count: number): Uint16Array {
    const at = this.skip(count * 2);
    return at < 0
      ? new Uint16Array(0)
      : new Uint16Array(this.bytes.buffer, this.bytes.byteOffset + at, count);
  }

  /** Where the next `length` bytes begin; -1 when there are not as many. */
  private skip(length: number): number {
    const { at } = this;
    if (length < 0 || this.isShort || at + length > this.bytes.length) {
      this.isShort = true;
      return -1;
    }
    this.at = at + length;
    return at;
  }
}
