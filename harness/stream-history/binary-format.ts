/**
 * The binary stream history, version 1: a header and a sequence of blocks, one per event. All
 * numbers are little-endian; everything begins at a multiple of 8 bytes.
 *
 *   bytes 0-7    "TIDESTR" and a zero byte
 *   bytes 8-11   version (uint32) = 1
 *   bytes 12-15  length of the header in bytes (uint32), a multiple of 8
 *   bytes 16-19  CRC-32 of the header (uint32)
 *   bytes 20-23  zero
 *   then         header: UTF-8 JSON (StreamHeader), padded with spaces
 *   then blocks  kind (uint32), length of the content in bytes (uint32), a multiple of 8,
 *                number of the block from 0 (uint32), CRC-32 of these 12 bytes and the content,
 *                content: the members below one after another, then its columns, padded with zeros
 *
 *   1 log          split, from, count, names (int32 each; 1: each offset is named, 0: they follow);
 *                  offset (int32 each, if named), key (int32 each), fingerprint (uint32 each)
 *   2 attempt      t (float64), attempt, restored (int32 each; -1: null)
 *   3 checkpoint   t, checkpoint, attempt, count, zero; offset (int32 each)
 *   4 transaction  t, subtask, attempt, checkpoint, transaction,
 *                  event (0 prepared, 1 aborted, 2 committed), rows
 *   5 rows         t, subtask, attempt, checkpoint, transaction (-1: null), count, zero;
 *                  offset (int32 each), key (int32 each), fingerprint (uint32 each),
 *                  split (uint16 each)
 *   6 values       the same; key (int32 each), vector (int32 each, one per split), fingerprint
 *   7 end          t, outcome (0 finished, 1 suspended, 2 failed, 3 deadline), zero
 *   8 job          t, event (0 finished, 1 suspended, 2 failed), zero
 *
 * Fingerprints are there when the header says so. Members mean what stream-history.ts says.
 */
import type {
  StreamEnd,
  StreamEvent,
  StreamHeader,
  StreamJob,
  StreamTransaction,
} from '../../src/model/stream-history.ts';

export const magicBytes: Uint8Array = new TextEncoder().encode('TIDESTR\0');
export const binaryVersion = 1;
export const fileHeadBytes = 24;
export const blockHeadBytes = 16;
/** Named limits: content of one block, and the header. */
export const blockBytesMax: number = 1 << 26;
export const headerBytesMax: number = 1 << 26;

export const kinds: readonly StreamEvent['kind'][] = [
  'log',
  'attempt',
  'checkpoint',
  'transaction',
  'rows',
  'values',
  'end',
  'job',
];

export const outcomes: readonly StreamEnd['outcome'][] = [
  'finished',
  'suspended',
  'failed',
  'deadline',
];

export const jobEvents: readonly StreamJob['event'][] = ['finished', 'suspended', 'failed'];

export const transactionEvents: readonly StreamTransaction['event'][] = [
  'prepared',
  'aborted',
  'committed',
];

export function isBinaryStream(bytes: Uint8Array): boolean {
  return bytes.length >= magicBytes.length && magicBytes.every((byte, i) => bytes[i] === byte);
}

/** Receives a history piece by piece. Columns are valid until the call returns. */
export interface StreamSink {
  header(header: StreamHeader): void;
  event(event: StreamEvent): void;
}

/** Takes the bytes of a file in any pieces. Both throw an InputFileError when it is damaged. */
export interface StreamDecoder {
  push(bytes: Uint8Array): void;
  /** After the last byte. */
  end(): void;
}
