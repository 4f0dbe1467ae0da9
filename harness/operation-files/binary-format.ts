/**
 * The binary operation history, version 1. All integers are little-endian.
 *
 *   bytes 0-7    "TIDEOPS" and a zero byte
 *   bytes 8-11   version (uint32) = 1
 *   bytes 12-15  CRC-32 of everything from byte 16 on (uint32)
 *   bytes 16-19  number of operations n (uint32)
 *   bytes 20-23  length of the tables in bytes (uint32)
 *   then         tables: UTF-8 JSON `{processes, functions, valueCount, others}`, padded with
 *                spaces to 4 bytes; `others` lists `[number, value]` of the values that are
 *                no int32
 *   then         the values that are: int32 each, 0 where `others` has one
 *   then         columns of n int32 each: process, key, input, output, call, returns, line
 *   then         columns of n uint8 each: f, outcome
 *
 * No two values are equal; numbers in the tables are exact, however many digits they have.
 * Columns mean what `OperationHistory` says; `returns` 2147483647: never.
 */
import { crc32 } from 'node:zlib';

import {
  neverReturned,
  type OperationHistory,
  outcomeIndefinite,
  outcomes,
} from '../../src/linearizability/history/history.ts';
import { ValueTable } from '../../src/linearizability/history/values.ts';
import { ExactJsonError, parseExactJson } from '../../src/model/exact/exact-json.ts';
import { numeralJson } from '../../src/model/exact/exact-value.ts';
import type { Value } from '../../src/model/value.ts';
import { int32View } from './byte-columns.ts';
import { repeatedValue } from './distinct.ts';
import { InputFileError } from './input-file.ts';

const magicBytes = new TextEncoder().encode('TIDEOPS\0');
const binaryVersion = 1;
const headBytes = 24;
const wideColumns = 7;

export function isBinaryHistory(bytes: Uint8Array): boolean {
  if (bytes.length < magicBytes.length) return false;
  return magicBytes.every((byte, i) => bytes[i] === byte);
}

export function writeBinaryHistory(history: OperationHistory): Uint8Array<ArrayBuffer> {
  const { processes, functions, values, count } = history;
  const others = values.flatMap((value, i) => (isInt32(value) ? [] : [[i, value] as const]));
  const valueCount = values.length;
  const text = numeralJson(JSON.stringify({ processes, functions, valueCount, others }));
  const json = new TextEncoder().encode(text);
  const tableBytes = (json.length + 3) & ~3;
  const integers = Int32Array.from(values, (value) => (isInt32(value) ? value : 0));
  const columnBytes = count * (wideColumns * 4 + 2);
  const bytes = new Uint8Array(headBytes + tableBytes + integers.byteLength + columnBytes);
  bytes.set(magicBytes);
  bytes.fill(32, headBytes + json.length, headBytes + tableBytes);
  bytes.set(json, headBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, binaryVersion, true);
  view.setUint32(16, count, true);
  view.setUint32(20, tableBytes, true);
  let at = headBytes + tableBytes;
  bytes.set(new Uint8Array(integers.buffer), at);
  at += integers.byteLength;
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

/**
 * Reads a whole file; columns are views of `bytes` where alignment allows. Throws InputFileError.
 */
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
  if (crc32(bytes.subarray(16)) !== view.getUint32(12, true)) fail('the checksum does not match');
  const tablesEnd = headBytes + tableBytes;
  if (tablesEnd > bytes.length) fail('the tables are cut off');
  const { valueCount, others, ...tables } = parseTables(bytes.subarray(headBytes, tablesEnd), fail);
  const columnsStart = tablesEnd + valueCount * 4;
  const size = columnsStart + count * (wideColumns * 4 + 2);
  if (size !== bytes.length || valueCount < 0) {
    fail(`${bytes.length} bytes, but ${size} were announced; is it cut off?`);
  }
  const integers = int32View(bytes, tablesEnd, valueCount);
  const values = new Array<Value>(valueCount);
  for (let i = 0; i < valueCount; i++) values[i] = integers[i] as number;
  if (others.some(([id]) => id < 0 || id >= valueCount)) fail('a value has a number out of range');
  for (const [id, value] of others) values[id] = value;
  const repeated = repeatedValue({ integers, others });
  if (repeated >= 0) fail(`value ${repeated} stood in the table before, under another number`);
  const table = new ValueTable(values);
  const columns = columnsOf(bytes, columnsStart, count);
  const history = { count, ...columns, ...tables, values, table };
  const fault = rangeFault(history);
  if (fault !== null) fail(fault);
  return history;
}

interface Tables {
  readonly processes: (number | string)[];
  readonly functions: string[];
  readonly valueCount: number;
  readonly others: (readonly [number, Value])[];
}

function isInt32(value: Value): value is number {
  return typeof value === 'number' && (value | 0) === value && !Object.is(value, -0);
}

function parseTables(bytes: Uint8Array, fail: (problem: string) => never): Tables {
  let parsed: unknown;
  try {
    parsed = parseExactJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    const reason = error instanceof ExactJsonError ? `: ${error.message}` : '';
    return fail(`the tables are not JSON${reason}`);
  }
  const tables = parsed as Partial<Tables> | null;
  const isTables =
    tables !== null &&
    Array.isArray(tables?.processes) &&
    Array.isArray(tables?.functions) &&
    Number.isInteger(tables?.valueCount) &&
    Array.isArray(tables?.others) &&
    tables.functions.every((name) => typeof name === 'string') &&
    tables.processes.every((name) => typeof name === 'string' || typeof name === 'number') &&
    tables.others.every((pair) => Array.isArray(pair) && pair.length === 2 && isInt32(pair[0]));
  if (!isTables) return fail('the tables lack processes, functions or values');
  return tables as Tables;
}

function columnsOf(
  bytes: Uint8Array,
  from: number,
  count: number,
): Pick<
  OperationHistory,
  'process' | 'key' | 'input' | 'output' | 'call' | 'returns' | 'line' | 'f' | 'outcome'
> {
  const wide = Array.from({ length: wideColumns }, (_, i) =>
    int32View(bytes, from + i * count * 4, count),
  );
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
  const processes = history.processes.length;
  const functions = history.functions.length;
  const values = history.values.length;
  const positions = 2 * count;
  const taken = new Uint8Array(positions);
  let latest = -1;
  for (let i = 0; i < count; i++) {
    const isFine =
      (process[i] as number) >>> 0 < processes &&
      (f[i] as number) < functions &&
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
