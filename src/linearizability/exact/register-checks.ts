/**
 * R10 for registers: reads of values nobody wrote, or that were only written later, and the zones
 * of unique values where there is no compare-and-set. Linear; integers only.
 */
import type { PreCheck, PreCheckInput } from './pre-check.ts';
import type { Value } from '../../model/value.ts';
import { outcomeOk } from '../history/history.ts';
import { casArguments } from '../models/register.ts';
import { respectsRealTime, type Spans, spansOf } from '../history/real-time.ts';
import { findStaleRead } from './stale-reads.ts';
import { type Blocks, orderByZones } from './zones.ts';

/** Per operation the value it needs and the value it leaves, as ids; -1 for none. */
interface Flow {
  readonly needs: Int32Array;
  readonly makes: Int32Array;
  /** No compare-and-set among the operations. */
  readonly isPlain: boolean;
}

export function checkRegister(input: PreCheckInput): PreCheck | null {
  const spans = spansOf(input.partition);
  const flow = flowOf(input);
  const initial = input.scratch.table.intern(input.model.initial);
  const maker = firstMakers(input, flow);
  const fault =
    sourceless({ input, flow, spans }, maker, initial) ?? replaced({ input, flow, spans });
  const found = fault ?? (flow.isPlain ? byZones({ input, flow, spans }, maker, initial) : null);
  for (const value of flow.makes) if (value >= 0) maker[value] = -1;
  return found;
}

interface Register {
  readonly input: PreCheckInput;
  readonly flow: Flow;
  readonly spans: Spans;
}

function flowOf(input: PreCheckInput): Flow {
  const { history, partition, scratch } = input;
  const count = partition.ops.length;
  const needs = new Int32Array(count).fill(-1);
  const makes = new Int32Array(count).fill(-1);
  const read = history.functions.indexOf('read');
  const write = history.functions.indexOf('write');
  let isPlain = true;
  for (let op = 0; op < count; op++) {
    const row = partition.ops[op] as number;
    const f = history.f[row];
    const isOk = history.outcome[row] === outcomeOk;
    if (f === read) {
      if (isOk) needs[op] = history.output[row] as number;
    } else if (f === write) {
      makes[op] = history.input[row] as number;
    } else {
      isPlain = false;
      const pair = casArguments(history.values[history.input[row] as number] as Value);
      if (pair === null || (!isOk && history.returns[row] !== 0x7fffffff)) continue;
      if (isOk) needs[op] = scratch.table.intern(pair[0]);
      makes[op] = scratch.table.intern(pair[1]);
    }
  }
  return { needs, makes, isPlain };
}

/** By value the first called operation that makes it. Entries are -1 again afterwards. */
function firstMakers(input: PreCheckInput, flow: Flow): Int32Array {
  const { scratch } = input;
  const size = scratch.table.values.length;
  if (scratch.makerOf.length < size) scratch.makerOf = new Int32Array(size * 2).fill(-1);
  const maker = scratch.makerOf;
  for (let op = 0; op < flow.makes.length; op++) {
    const value = flow.makes[op] as number;
    if (value >= 0 && maker[value] === -1) maker[value] = op;
  }
  return maker;
}

function sourceless(register: Register, maker: Int32Array, initial: number): PreCheck | null {
  const { flow, spans, input } = register;
  for (let op = 0; op < flow.needs.length; op++) {
    const value = flow.needs[op] as number;
    if (value < 0 || value === initial) continue;
    const by = maker[value] as number;
    if (by !== -1 && (spans.call[by] as number) < (spans.returns[op] as number)) continue;
    const rule = by === -1 ? 'never-written' : 'read-before-write';
    const operations = (by === -1 ? [op] : [op, by]).map((o) => input.partition.ops[o] as number);
    return {
      method: 'sources of values',
      certificate: { kind: 'contradiction', rule, operations },
    };
  }
  return null;
}

function replaced({ input, flow, spans }: Register): PreCheck | null {
  const { partition, scratch } = input;
  const valueCount = scratch.table.values.length;
  const found = findStaleRead(partition.events, spans, { ...flow, valueCount });
  if (found === null) return null;
  const operations = [found.reader, found.other].map((op) => partition.ops[op] as number);
  return {
    method: 'stale reads',
    certificate: { kind: 'contradiction', rule: 'stale-read', operations },
  };
}

function byZones(register: Register, maker: Int32Array, initial: number): PreCheck | null {
  const { input, spans } = register;
  const blocks = blocksOf(register, maker, initial);
  if (blocks === null) return null;
  const outcome = orderByZones(blocks, spans);
  const { ops } = input.partition;
  const method = 'zones of unique values';
  if (outcome.kind === 'interleaved') {
    const operations = outcome.operations.map((op) => (op === -1 ? -1 : (ops[op] as number)));
    return {
      method,
      certificate: { kind: 'contradiction', rule: 'interleaved-values', operations },
    };
  }
  if (!respectsRealTime(spans, outcome.order)) return null;
  const order = outcome.order.map((op) => ops[op] as number);
  return { method, certificate: { kind: 'linearization', order } };
}

/** Null when a value that is read was written twice, or is the initial one and was written. */
function blocksOf(register: Register, maker: Int32Array, initial: number): Blocks | null {
  const { flow, spans } = register;
  const { needs, makes } = flow;
  const count = needs.length;
  const isRead = new Uint8Array(count);
  let readsInitial = false;
  for (const value of needs) {
    if (value === initial) readsInitial = true;
    else if (value >= 0) isRead[maker[value] as number] = 1;
  }
  const blockOf = new Int32Array(count).fill(-1);
  const isWrite = new Uint8Array(count);
  let blocks = 1;
  for (let op = 0; op < count; op++) {
    const value = makes[op] as number;
    if (value < 0) continue;
    isWrite[op] = 1;
    const first = maker[value] as number;
    if (value === initial ? readsInitial : first !== op && isRead[first] === 1) return null;
    const isIdle = spans.returns[op] === spans.end && isRead[op] === 0;
    if (!isIdle) blockOf[op] = blocks++;
  }
  for (let op = 0; op < count; op++) {
    const value = needs[op] as number;
    if (value >= 0) {
      blockOf[op] = value === initial ? 0 : (blockOf[maker[value] as number] as number);
    }
  }
  return { count: blocks, blockOf, isWrite };
}
