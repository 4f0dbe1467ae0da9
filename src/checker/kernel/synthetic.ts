/**
 * Large legal histories as columns, for measuring the kernels and for testing them at size.
 * Deterministic: keyed randomness only.
 */
import { RandomStream } from '../../base/random.ts';
import { idFingerprint } from '../../model/functions.ts';
import { type BoxInput, boxInput } from './box.ts';
import type { InputColumns, OutputColumns } from './columns.ts';

export interface SyntheticSettings {
  readonly records: number;
  readonly splits: number;
  readonly keys: number;
  /** Rows per commit. */
  readonly perEpoch: number;
}

export interface SyntheticHistory {
  readonly input: InputColumns;
  readonly output: OutputColumns;
}

export const millionRecords: SyntheticSettings = {
  records: 1_000_000,
  splits: 8,
  keys: 1000,
  perEpoch: 2000,
};

/** A random shuffle of `splits` equal logs, every record visible once, in commits of `perEpoch`. */
export function syntheticHistory(seed: number, settings: SyntheticSettings): SyntheticHistory {
  const { splits, keys, perEpoch } = settings;
  const length = Math.floor(settings.records / splits);
  const count = length * splits;
  const random = new RandomStream(seed, 'synthetic history');
  const firstOf = Int32Array.from({ length: splits + 1 }, (_, p) => p * length);
  const keyOf = Int32Array.from({ length: count }, () => random.below(keys));
  const columns = {
    count,
    split: new Uint8Array(count),
    offset: new Int32Array(count),
    key: new Int32Array(count),
    epoch: new Int32Array(count),
  };
  const next = new Int32Array(splits);
  for (let i = 0; i < count; i++) {
    let p = random.below(splits);
    while ((next[p] as number) >= length) p = (p + 1) % splits;
    const offset = next[p] as number;
    next[p] = offset + 1;
    columns.split[i] = p;
    columns.offset[i] = offset;
    columns.key[i] = keyOf[p * length + offset] as number;
    columns.epoch[i] = Math.floor(i / perEpoch);
  }
  const due = new Uint8Array(count).fill(1);
  return {
    input: { splitCount: splits, firstOf, key: keyOf, due, keyCount: keys },
    output: columns,
  };
}

/** Updates of running aggregates: which key, its version vector (row by row) and fingerprint. */
export interface SyntheticUpdates {
  readonly input: BoxInput;
  readonly key: Int32Array;
  /** `splits` numbers per update. */
  readonly vectors: Int32Array;
  readonly fingerprint: Uint32Array;
}

/** The T1 view of a synthetic history: one update per record, in order of visibility. */
export function syntheticUpdates({ input, output }: SyntheticHistory): SyntheticUpdates {
  const { splitCount, firstOf, keyCount } = input;
  const splits = Array.from({ length: splitCount }, (_, p) => {
    const [from, to] = [firstOf[p] as number, firstOf[p + 1] as number];
    const ids = Int32Array.from({ length: to - from }, (_unused, i) => from + i);
    return { keys: input.key.slice(from, to), ids };
  });
  const vectors = new Int32Array(output.count * splitCount);
  const fingerprint = new Uint32Array(output.count);
  const state = new Int32Array(keyCount * splitCount);
  const sums = new Uint32Array(keyCount);
  for (let i = 0; i < output.count; i++) {
    const k = output.key[i] as number;
    const p = output.split[i] as number;
    const cell = k * splitCount;
    state[cell + p] = (state[cell + p] as number) + 1;
    const id = (firstOf[p] as number) + (output.offset[i] as number);
    sums[k] = (sums[k] as number) + idFingerprint(id);
    vectors.set(state.subarray(cell, cell + splitCount), i * splitCount);
    fingerprint[i] = sums[k] ?? 0;
  }
  return { input: boxInput(splits, keyCount), key: output.key, vectors, fingerprint };
}
