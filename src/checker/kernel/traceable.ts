/**
 * The linear check of traceable per-record outputs (one visible row per due record): phantom,
 * misroute, duplicate, order per key and split, loss, and after every commit the prefix test: a
 * split has no hole iff it shows as many due records as there are below its highest visible one.
 * O(N) time, N bits plus one position per (key, split). Deterministic, allocates nothing per row.
 */
import type { InputColumns, OutputColumns, TraceableResult } from './columns.ts';

interface Tables {
  readonly shown: Uint8Array;
  /** Highest offset shown per key and split, -1 before the first. */
  readonly last: Int32Array;
  /** Due records at or below each record, within its split. */
  readonly dueUpTo: Int32Array;
  readonly shownPerSplit: Int32Array;
  readonly highest: Int32Array;
}

interface Tally {
  phantoms: number;
  misrouted: number;
  duplicates: number;
  reordered: number;
  lost: number;
  inconsistentCuts: number;
  firstPhantom: number;
  firstMisrouted: number;
  firstDuplicate: number;
  firstReordered: number;
  firstLost: number;
  firstInconsistentEpoch: number;
}

/** Checks `output` against `input`; columns are read only. */
export function checkTraceable(input: InputColumns, output: OutputColumns): TraceableResult {
  const tables = makeTables(input);
  const tally = emptyTally();
  passRows(input, output, { tables, tally });
  findLost(input, tables, tally);
  return tally;
}

function emptyTally(): Tally {
  return {
    phantoms: 0,
    misrouted: 0,
    duplicates: 0,
    reordered: 0,
    lost: 0,
    inconsistentCuts: 0,
    firstPhantom: -1,
    firstMisrouted: -1,
    firstDuplicate: -1,
    firstReordered: -1,
    firstLost: -1,
    firstInconsistentEpoch: -1,
  };
}

function makeTables({ firstOf, splitCount, due, keyCount }: InputColumns): Tables {
  const total = firstOf[splitCount] as number;
  const dueUpTo = new Int32Array(total);
  for (let p = 0; p < splitCount; p++) {
    let sum = 0;
    const end = firstOf[p + 1] as number;
    for (let g = firstOf[p] as number; g < end; g++) {
      sum += due[g] as number;
      dueUpTo[g] = sum;
    }
  }
  return {
    shown: new Uint8Array(total),
    last: new Int32Array(keyCount * splitCount).fill(-1),
    dueUpTo,
    shownPerSplit: new Int32Array(splitCount),
    highest: new Int32Array(splitCount).fill(-1),
  };
}

function passRows(
  { firstOf, splitCount, key: keyOf, due }: InputColumns,
  { count, split, offset, key, epoch }: OutputColumns,
  { tables, tally }: { readonly tables: Tables; readonly tally: Tally },
): void {
  const { shown, last, shownPerSplit, highest } = tables;
  let current = count > 0 ? (epoch[0] as number) : 0;
  for (let i = 0; i < count; i++) {
    const e = epoch[i] as number;
    if (e !== current) {
      closeEpoch(firstOf, current, { tables, tally });
      current = e;
    }
    const p = split[i] as number;
    const o = offset[i] as number;
    const g = (firstOf[p] as number) + o;
    if (p >= splitCount || o < 0 || g >= (firstOf[p + 1] as number) || due[g] === 0) {
      if (tally.phantoms++ === 0) tally.firstPhantom = i;
      continue;
    }
    const k = key[i] as number;
    if (k !== keyOf[g]) {
      if (tally.misrouted++ === 0) tally.firstMisrouted = i;
    }
    if (shown[g] !== 0) {
      if (tally.duplicates++ === 0) tally.firstDuplicate = i;
      continue;
    }
    shown[g] = 1;
    shownPerSplit[p] = (shownPerSplit[p] as number) + 1;
    const cell = k * splitCount + p;
    if (o < (last[cell] as number)) {
      if (tally.reordered++ === 0) tally.firstReordered = i;
    } else last[cell] = o;
    if (o > (highest[p] as number)) highest[p] = o;
  }
  if (count > 0) closeEpoch(firstOf, current, { tables, tally });
}

/** The prefix test of one commit. */
function closeEpoch(
  firstOf: Int32Array,
  epoch: number,
  { tables, tally }: { readonly tables: Tables; readonly tally: Tally },
): void {
  const { shownPerSplit, highest, dueUpTo } = tables;
  for (let p = 0; p < highest.length; p++) {
    const top = highest[p] as number;
    if (top < 0) continue;
    if (shownPerSplit[p] === dueUpTo[(firstOf[p] as number) + top]) continue;
    if (tally.inconsistentCuts++ === 0) tally.firstInconsistentEpoch = epoch;
    return;
  }
}

function findLost({ due }: InputColumns, { shown }: Tables, tally: Tally): void {
  for (let g = 0; g < shown.length; g++) {
    if (due[g] === 0 || shown[g] !== 0) continue;
    if (tally.lost++ === 0) tally.firstLost = g;
  }
}
