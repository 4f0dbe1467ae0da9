/**
 * Registers without compare-and-set whose read values were each written once: Gibbons and Korach,
 * "Testing Shared Memories" (1997). The operations on one value form a block of the order. Its zone
 * reaches from the earliest return to the latest call of the block: a forward zone when it is that
 * way round, a backward zone otherwise. The history is linearizable iff no two forward zones
 * overlap and no backward zone lies inside a forward one; the order of zone starts is then a
 * linearization. Linear time. Preconditions checked elsewhere: every read value has a writer called
 * in time.
 */
import type { Spans } from '../history/real-time.ts';

/**
 * Blocks of one register: block 0 is the initial value; `blockOf[op]` is -1 for what is left out.
 */
export interface Blocks {
  readonly count: number;
  readonly blockOf: Int32Array;
  /** 1 for writes: they open their block. */
  readonly isWrite: Uint8Array;
}

export type ZoneOutcome =
  | { readonly kind: 'order'; readonly order: Int32Array }
  /**
   * `u1` returned before the call of `v2`, `v1` before the call of `u2`; u and v are two blocks.
   */
  | {
      readonly kind: 'interleaved';
      readonly operations: readonly [number, number, number, number];
    };

interface Zones {
  /** Operation with the earliest return, and its position; -1 for the initial value's "write". */
  readonly firstOp: Int32Array;
  readonly first: Int32Array;
  /** Operation with the latest call, and its position. */
  readonly lastOp: Int32Array;
  readonly last: Int32Array;
}

export function orderByZones(blocks: Blocks, spans: Spans): ZoneOutcome {
  const zones = zonesOf(blocks, spans);
  const { first, last } = zones;
  const startAt = new Int32Array(spans.end + 1).fill(-1);
  for (let block = 1; block < blocks.count; block++) {
    startAt[Math.min(first[block] as number, last[block] as number)] = block;
  }
  const sequence: number[] = [];
  let forward = -1;
  if ((last[0] as number) >= 0) {
    sequence.push(0);
    forward = 0;
  }
  for (let position = 0; position <= spans.end; position++) {
    const block = startAt[position] as number;
    if (block < 0) continue;
    const isForward = (first[block] as number) < (last[block] as number);
    // Inside the current forward zone: any forward zone, and a backward one that also ends there.
    const reach = isForward ? position : (first[block] as number);
    if (forward >= 0 && reach < (last[forward] as number)) {
      return { kind: 'interleaved', operations: conflict(zones, forward, block) };
    }
    if (isForward) forward = block;
    sequence.push(block);
  }
  return { kind: 'order', order: emit(blocks, sequence) };
}

function conflict(zones: Zones, u: number, v: number): [number, number, number, number] {
  const { firstOp, lastOp } = zones;
  return [firstOp[u] as number, lastOp[u] as number, firstOp[v] as number, lastOp[v] as number];
}

function zonesOf(blocks: Blocks, spans: Spans): Zones {
  const { count, blockOf } = blocks;
  const zones: Zones = {
    firstOp: new Int32Array(count).fill(-1),
    first: new Int32Array(count).fill(spans.end),
    lastOp: new Int32Array(count).fill(-1),
    last: new Int32Array(count).fill(-1),
  };
  zones.first[0] = -1;
  const { first, firstOp, last, lastOp } = zones;
  for (let op = 0; op < blockOf.length; op++) {
    const block = blockOf[op] as number;
    if (block < 0) continue;
    const end = spans.returns[op] as number;
    const call = spans.call[op] as number;
    if (end < (first[block] as number) || (block > 0 && firstOp[block] === -1)) {
      first[block] = end;
      firstOp[block] = op;
    }
    if (call > (last[block] as number)) {
      last[block] = call;
      lastOp[block] = op;
    }
  }
  return zones;
}

/** Block after block; in each the write, then the reads in order of their calls. */
function emit(blocks: Blocks, sequence: readonly number[]): Int32Array {
  const { count, blockOf, isWrite } = blocks;
  const size = new Int32Array(count);
  const hasWrite = new Uint8Array(count);
  let total = 0;
  for (let op = 0; op < blockOf.length; op++) {
    const block = blockOf[op] as number;
    if (block < 0) continue;
    size[block] = (size[block] as number) + 1;
    if (isWrite[op] === 1) hasWrite[block] = 1;
    total++;
  }
  const start = new Int32Array(count);
  const nextRead = new Int32Array(count);
  let at = 0;
  for (const block of sequence) {
    start[block] = at;
    nextRead[block] = at + (hasWrite[block] as number);
    at += size[block] as number;
  }
  const order = new Int32Array(total);
  for (let op = 0; op < blockOf.length; op++) {
    const block = blockOf[op] as number;
    if (block < 0) continue;
    if (isWrite[op] === 1) order[start[block] as number] = op;
    else {
      order[nextRead[block] as number] = op;
      nextRead[block] = (nextRead[block] as number) + 1;
    }
  }
  return order;
}
