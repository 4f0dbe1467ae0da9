/**
 * The stream tier against the plainest reading of the definitions, on small random outputs:
 * whatever the window, it counts what is there to be counted.
 */
import { expect, test } from 'vitest';
import { RandomStream } from '../../../src/base/random.ts';
import { StreamChecker } from '../../../src/stream-checker/stream-checker.ts';
import type {
  LogEvent,
  StreamHeader,
  VisibleRows,
  VisibleValues,
} from '../../../src/model/stream-history.ts';
import type { Verdict } from '../../../src/model/verdict/verdict.ts';

const runs = Math.ceil(800 * Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1));
const keys = 3;
const splits = 2;

const headerFor = (output: 'rows' | 'values'): StreamHeader => ({
  kind: 'header',
  version: 1,
  subject: 'test',
  splits: ['a', 'b'],
  keys,
  output,
  fingerprints: true,
  sink: { connector: 'append', subtasks: 1 },
  aligned: false,
  fifo: true,
  promises: ['validity', 'at-least-once', 'snapshot-consistent'],
});

function logs(random: RandomStream): LogEvent[] {
  return Array.from({ length: splits }, (_, split) => {
    const length = random.between(1, 9);
    const key = Int32Array.from({ length }, () => random.below(keys));
    const fingerprint = Uint32Array.from({ length }, () => random.next());
    return { kind: 'log', split, from: 0, key, fingerprint };
  });
}

const common = { attempt: 1, subtask: 0, checkpoint: null, transaction: null } as const;
const end = { kind: 'end', t: 99, outcome: 'finished' } as const;

interface Row {
  readonly split: number;
  readonly offset: number;
  readonly key: number;
  readonly fingerprint: number;
}

/** Mostly the records in order, with some left out, repeated, moved or changed. */
function outputs(random: RandomStream, input: readonly LogEvent[]): Row[] {
  const rows: Row[] = [];
  for (const { split, key, fingerprint } of input) {
    key.forEach((k, offset) => {
      const row = { split, offset, key: k, fingerprint: fingerprint[offset] as number };
      if (random.chance(0.9)) rows.push(row);
      if (random.chance(0.1)) rows.push(row);
    });
  }
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as Row;
    const change = random.below(20);
    if (change === 0) rows[i] = { ...row, offset: row.offset + 50 };
    else if (change === 1) rows[i] = { ...row, key: (row.key + 1) % keys };
    else if (change === 2) rows[i] = { ...row, fingerprint: (row.fingerprint ^ 1) >>> 0 };
    const other = random.below(rows.length);
    if (random.chance(0.2)) [rows[i], rows[other]] = [rows[other] as Row, rows[i] as Row];
  }
  return rows;
}

const commitOf = (rows: readonly Row[], t: number): VisibleRows => ({
  kind: 'rows',
  t,
  ...common,
  split: Uint16Array.from(rows, (row) => row.split),
  offset: Int32Array.from(rows, (row) => row.offset),
  key: Int32Array.from(rows, (row) => row.key),
  fingerprint: Uint32Array.from(rows, (row) => row.fingerprint),
});

function countsOf({ anomalies }: Verdict): Record<string, number> {
  return Object.fromEntries(anomalies.map(({ name, count }) => [name, count]));
}

/** By the definitions, with everything in memory. */
function expected(input: readonly LogEvent[], commits: readonly (readonly Row[])[]): object {
  const counts: Record<string, number> = {};
  const add = (name: string): number => (counts[name] = (counts[name] ?? 0) + 1);
  const first = new Map<string, { readonly row: Row; readonly step: number; own: number }>();
  const last = new Map<string, number>();
  commits.forEach((rows, step) => {
    for (const row of rows) {
      const log = input[row.split] as LogEvent;
      const id = `${row.split}@${row.offset}`;
      const own = log.key[row.offset];
      if (own === undefined) {
        add('phantom');
        continue;
      }
      if (row.fingerprint !== log.fingerprint[row.offset]) {
        add('state-divergence');
        continue;
      }
      if (row.key !== own) add('misroute');
      if (first.has(id)) {
        add('duplicate');
        if (first.get(id)?.step !== step) add('rollback');
      } else {
        first.set(id, { row, step, own });
        const cell = `${row.split} ${own}`;
        if (row.offset < (last.get(cell) ?? -1)) add('reorder');
        else last.set(cell, row.offset);
      }
    }
  });
  const total = input.reduce((sum, { key }) => sum + key.length, 0);
  if (total > first.size) counts['loss'] = total - first.size;
  const shown = [...first.values()];
  const isTorn = shown.some((a) =>
    shown.some(
      (b) => a.row.split === b.row.split && a.row.offset < b.row.offset && a.step > b.step,
    ),
  );
  return { counts, isTorn };
}

test('rows: the counts of every anomaly, in any window', () => {
  let torn = 0;
  for (let seed = 0; seed < runs; seed++) {
    const random = new RandomStream(seed, 'rows by brute force');
    const input = logs(random);
    const rows = outputs(random, input);
    const size = random.between(1, 5);
    const commits = Array.from({ length: Math.ceil(rows.length / size) }, (_, i) =>
      rows.slice(i * size, (i + 1) * size),
    );
    const right = expected(input, commits) as { counts: object; isTorn: boolean };
    if (right.isTorn) torn++;
    for (const windowMax of [1, 3, 100]) {
      const checker = new StreamChecker(headerFor('rows'), { windowMax });
      for (const log of input) checker.take(log);
      commits.forEach((commit, t) => checker.take(commitOf(commit, t)));
      checker.take(end);
      const { 'inconsistent-cut': cuts, ...counts } = countsOf(checker.verdict());
      expect(counts, `seed ${seed}, window ${windowMax}`).toEqual(right.counts);
      expect((cuts ?? 0) > 0, `seed ${seed}, window ${windowMax}`).toBe(right.isTorn);
    }
  }
  expect(torn).toBeGreaterThan(runs / 20);
});

/** Whether some cut explains the vectors of all keys. */
function hasCut(input: readonly LogEvent[], vectors: readonly (readonly number[])[]): boolean {
  return input.every(({ key }, p) =>
    Array.from({ length: key.length + 1 }, (_, cut) => cut).some((cut) =>
      vectors.every(
        (vector, k) => key.subarray(0, cut).filter((x) => x === k).length === vector[p],
      ),
    ),
  );
}

test('values: a state without a cut is noticed, and no other', () => {
  let inconsistent = 0;
  for (let seed = 0; seed < runs; seed++) {
    const random = new RandomStream(seed, 'values by brute force');
    const input = logs(random);
    const vectors = Array.from({ length: keys }, () => new Array<number>(splits).fill(0));
    const checker = new StreamChecker(headerFor('values'));
    for (const log of input) checker.take(log);
    let isTorn = false;
    // Mostly the key of the next record of a split, so that many states have a cut.
    for (let t = 0; t < 12; t++) {
      const p = random.below(splits);
      const log = input[p] as LogEvent;
      const seen = vectors.reduce((sum, vector) => sum + (vector[p] as number), 0);
      const k = random.chance(0.9) ? (log.key[seen] ?? 0) : random.below(keys);
      const vector = vectors[k] as number[];
      const own = [...log.key].filter((x) => x === k).length;
      if ((vector[p] as number) >= own) continue;
      vector[p] = (vector[p] as number) + 1;
      isTorn ||= !hasCut(input, vectors);
      checker.take(valueOf(input, { key: k, vector, t }));
    }
    checker.take(end);
    const { loss: _due, ...counts } = countsOf(checker.verdict());
    expect(Object.keys(counts), `seed ${seed}`).toEqual(isTorn ? ['inconsistent-cut'] : []);
    if (isTorn) inconsistent++;
  }
  expect(inconsistent).toBeGreaterThan(runs / 20);
  expect(inconsistent).toBeLessThan(runs);
});

function valueOf(
  input: readonly LogEvent[],
  {
    key,
    vector,
    t,
  }: { readonly key: number; readonly vector: readonly number[]; readonly t: number },
): VisibleValues {
  let sum = 0;
  input.forEach((log, p) => {
    const own = [...log.fingerprint].filter((_, offset) => log.key[offset] === key);
    for (const f of own.slice(0, vector[p])) sum = (sum + f) >>> 0;
  });
  return {
    kind: 'values',
    t,
    ...common,
    key: Int32Array.of(key),
    vector: Int32Array.from(vector),
    fingerprint: Uint32Array.of(sum),
  };
}
