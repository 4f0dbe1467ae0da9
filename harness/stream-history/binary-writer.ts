/** Stream histories to bytes; the layout is described in binary-format.ts. */
import { crc32 } from 'node:zlib';

import type { StreamEvent, StreamHeader } from '../../src/model/stream-history.ts';
import {
  binaryVersion,
  blockHeadBytes,
  fileHeadBytes,
  jobEvents,
  kinds,
  magicBytes,
  outcomes,
  transactionEvents,
} from './binary-format.ts';

type Column = Int32Array | Uint32Array | Uint16Array;

interface Content {
  readonly t: number | null;
  readonly numbers: readonly number[];
  readonly columns: readonly Column[];
}

const roundUp = (length: number): number => (length + 7) & ~7;

export function encodeHeader(header: StreamHeader): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = roundUp(json.length);
  const bytes = new Uint8Array(fileHeadBytes + length);
  bytes.set(magicBytes);
  bytes.fill(32, fileHeadBytes);
  bytes.set(json, fileHeadBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, binaryVersion, true);
  view.setUint32(12, length, true);
  view.setUint32(16, crc32(bytes.subarray(fileHeadBytes)), true);
  return bytes;
}

/** The block of event number `sequence` (from 0). */
export function encodeEvent(event: StreamEvent, sequence: number): Uint8Array {
  const { t, numbers, columns } = contentOf(event);
  const fixed = (t === null ? 0 : 8) + numbers.length * 4;
  const length = roundUp(columns.reduce((sum, { byteLength }) => sum + byteLength, fixed));
  const bytes = new Uint8Array(blockHeadBytes + length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, kinds.indexOf(event.kind) + 1, true);
  view.setUint32(4, length, true);
  view.setUint32(8, sequence, true);
  let at = blockHeadBytes;
  if (t !== null) {
    view.setFloat64(at, t, true);
    at += 8;
  }
  for (const number of numbers) {
    view.setInt32(at, number, true);
    at += 4;
  }
  for (const column of columns) {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at);
    at += column.byteLength;
  }
  const checksum = crc32(bytes.subarray(blockHeadBytes), crc32(bytes.subarray(0, 12)));
  view.setUint32(12, checksum, true);
  return bytes;
}

function contentOf(event: StreamEvent): Content {
  switch (event.kind) {
    case 'log': {
      const { split, from, offset, key, fingerprint } = event;
      const columns = offset === undefined ? [key, fingerprint] : [offset, key, fingerprint];
      const names = offset === undefined ? 0 : 1;
      return { t: null, numbers: [split, from, key.length, names], columns };
    }
    case 'attempt':
      return { t: event.t, numbers: [event.attempt, event.restored ?? -1], columns: [] };
    case 'checkpoint': {
      const { t, checkpoint, attempt, offsets } = event;
      return { t, numbers: [checkpoint, attempt, offsets.length, 0], columns: [offsets] };
    }
    case 'transaction': {
      const { t, subtask, attempt, checkpoint, transaction, rows } = event;
      const what = transactionEvents.indexOf(event.event);
      return { t, numbers: [subtask, attempt, checkpoint, transaction, what, rows], columns: [] };
    }
    case 'rows':
    case 'values': {
      const { t, subtask, attempt, checkpoint, transaction, key, fingerprint } = event;
      const numbers = [subtask, attempt, checkpoint ?? -1, transaction ?? -1, key.length, 0];
      const columns =
        event.kind === 'rows'
          ? [event.offset, key, fingerprint, event.split]
          : [key, event.vector, fingerprint];
      return { t, numbers, columns };
    }
    case 'job':
      return { t: event.t, numbers: [jobEvents.indexOf(event.event), 0], columns: [] };
    case 'end':
      return { t: event.t, numbers: [outcomes.indexOf(event.outcome), 0], columns: [] };
  }
}
