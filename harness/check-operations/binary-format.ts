/**
 * The binary operation history, version 1. All integers are little-endian.
 *
 *   bytes 0-7    "TIDEOPS" and a zero byte
 *   bytes 8-11   version (uint32) = 1
 *   bytes 12-15  CRC-32 of everything from byte 16 on (uint32)
 *   bytes 16-19  number of operations n (uint32)
 *   bytes 20-23  length of the tables in bytes (uint32)
 *   then         tables: UTF-8 JSON `{processes, functions, values}`, padded with spaces to 4 bytes
 *   then         columns of n int32 each: process, key, input, output, call, returns, line
 *   then         columns of n uint8 each: f, outcome
 *
 * Columns mean what `OperationHistory` says; `returns` 2147483647: never.
 */
import { crc32 } from 'node:zlib';

import {
  neverReturned,
  type OperationHistory,
  outcomeIndefinite,
  outcomes,
} from '../../src/checker/linearizability/history.ts';
import { ValueTable } from '../../src/checker/linearizability/values.ts';
import type { Value } from '../../src/model/value.ts';
import { InputFileError } from './input-file.ts';

const magicBytes = new TextEncoder().encode('TIDEOPS\0');
export const binaryVersion = 1;
const headBytes = 24;
const wideColumns = 7;

export function isBinaryHistory(bytes: Uint8Array): boolean {
  if (bytes.length < magicBytes.length) return false;
  return magicBytes.every((byte, i) => bytes[i] === byte);
}

export function writeBinaryHistory(history: OperationHistory): Uint8Array<ArrayBuffer> {
  const { processes, functions, values, count } = history;
  const json = new TextEncoder().encode(JSON.stringify({ processes, functions, values }));
  const tableBytes = (json.length + 3) & ~3;
  const bytes = new Uint8Array(headBytes + tableBytes + count * (wideColumns * 4 + 2));
  bytes.set(magicBytes);
  bytes.fill(32, headBytes + json.length, headBytes + tableBytes);
  bytes.set(json, headBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, binaryVersion, true);
  view.setUint32(16, count, true);
  view.setUint32(20, tableBytes, true);
  let at = headBytes + tableBytes;
  const { process, key, input, output, call, returns, line } = history;
  for (const column of [process, key, input, output, call, returns, line]) {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, count * 4), at);
    at += count * 4;
  }
  bytes.set(history.f, at);
  bytes.set(history.outcome, at + count);
  view.setUint32(12, crc32(bytes.subarray(16)), true);
  return bytes;
}

/** Reads a whole file; columns are views of `bytes` where alignment allows. Throws InputFileError. */
export function readBinaryHistory(bytes: Uint8Array, file: string): OperationHistory {
  const fail = (problem: string): never => {
    throw new InputFileError(file, 0, problem);
  };
  if (bytes.length < headBytes || !isBinaryHistory(bytes)) fail('not a binary operation history');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint32(8, true);
  if (version !== binaryVersion) fail(`version ${version}; this program reads ${binaryVersion}`);
  const count = view.getUint32(16, true);
  const tableBytes = view.getUint32(20, true);
  const size = headBytes + tableBytes + count * (wideColumns * 4 + 2);
  if (size !== bytes.length) {
    fail(`${bytes.length} bytes, but ${size} were announced; is it cut off?`);
  }
  if (crc32(bytes.subarray(16)) !== view.getUint32(12, true)) fail('the checksum does not match');
  const tables = parseTables(bytes.subarray(headBytes, headBytes + tableBytes), fail);
  const table = new ValueTable(tables.values);
  const columns = columnsOf(bytes, headBytes + tableBytes, count);
  const history = { count, ...columns, ...tables, table };
  const fault = rangeFault(history);
  if (fault !== null) fail(fault);
  return history;
}

interface Tables {
  readonly processes: (number | string)[];
  readonly functions: string[];
  readonly values: Value[];
}

function parseTables(bytes: Uint8Array, fail: (problem: string) => never): Tables {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return fail('the tables are not JSON');
  }
  const tables = parsed as Partial<Tables> | null;
  const isTables =
    tables !== null &&
    Array.isArray(tables?.processes) &&
    Array.isArray(tables?.functions) &&
    Array.isArray(tables?.values) &&
    tables.functions.every((name) => typeof name === 'string');
  if (!isTables) return fail('the tables lack processes, functions or values');
  return {
    processes: tables.processes,
    functions: tables.functions,
    values: tables.values,
  };
}

function columnsOf(
  bytes: Uint8Array,
  from: number,
  count: number,
): Pick<
  OperationHistory,
  'process' | 'key' | 'input' | 'output' | 'call' | 'returns' | 'line' | 'f' | 'outcome'
> {
  const wide = Array.from({ length: wideColumns }, (_, i) => {
    const start = bytes.byteOffset + from + i * count * 4;
    if (start % 4 === 0) return new Int32Array(bytes.buffer, start, count);
    return new Int32Array(bytes.slice(from + i * count * 4, from + (i + 1) * count * 4).buffer);
  });
  const [process, key, input, output, call, returns, line] = wide as [
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  const narrow = from + wideColumns * count * 4;
  const f = bytes.subarray(narrow, narrow + count);
  const outcome = bytes.subarray(narrow + count, narrow + 2 * count);
  return { process, key, input, output, call, returns, line, f, outcome };
}

/** Every index has to hit its table, and positions have to be those of `count` operations. */
function rangeFault(history: OperationHistory): string | null {
  const { count, process, key, input, output, f, outcome, call, returns } = history;
  const values = history.values.length;
  const positions = 2 * count;
  const taken = new Uint8Array(positions);
  let latest = -1;
  for (let i = 0; i < count; i++) {
    const isFine =
      (process[i] as number) >>> 0 < history.processes.length &&
      (f[i] as number) < history.functions.length &&
      ((key[i] as number) === -1 || (key[i] as number) >>> 0 < values) &&
      (input[i] as number) >>> 0 < values &&
      (output[i] as number) >>> 0 < values &&
      (outcome[i] as number) < outcomes.length;
    if (!isFine) return `operation ${i} refers to something that is not there`;
    const from = call[i] as number;
    const to = returns[i] as number;
    const isOpen = to === neverReturned;
    const isOrdered =
      from > latest && from < positions && (isOpen || (to > from && to < positions));
    if (!isOrdered || isOpen !== (outcome[i] === outcomeIndefinite)) {
      return `operation ${i} has impossible positions`;
    }
    if (taken[from] === 1 || (!isOpen && taken[to] === 1)) return `operation ${i}: position taken`;
    taken[from] = 1;
    if (!isOpen) taken[to] = 1;
    latest = from;
  }
  return null;
}
