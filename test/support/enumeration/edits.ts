/**
 * Near misses: small changes of what a legal run shows. Whether the result is still legal is not
 * said here; it is looked up.
 */
import type { RandomStream } from '../../../src/base/random.ts';
import type { Row, Value, ValueObject } from '../../../src/model/value.ts';
import type { LegalSet } from './legal-set.ts';
import type { Output } from './history.ts';
import { type AttemptPlan, isOver } from './skeleton.ts';
import type { OutRow } from './stage-run.ts';

export interface EditInput {
  readonly legal: LegalSet;
  readonly output: Output;
  readonly random: RandomStream;
}

/** Null: there is no place for it. */
export type Edit = (input: EditInput) => Output | null;

interface Place {
  readonly attempt: number;
  readonly part: number;
  readonly index: number;
}

function placesOf(output: Output): readonly Place[] {
  return output.flatMap((parts, attempt) =>
    parts.flatMap((rows, part) => rows.map((_, index) => ({ attempt, part, index }))),
  );
}

function rowAt(output: Output, { attempt, part, index }: Place): OutRow {
  return output[attempt]?.[part]?.[index] as OutRow;
}

/** The rows in place of the one at `place`. */
function replaceAt(output: Output, place: Place, by: readonly OutRow[]): Output {
  return output.map((parts, attempt) =>
    parts.map((rows, part) =>
      attempt === place.attempt && part === place.part
        ? rows.toSpliced(place.index, 1, ...by)
        : rows,
    ),
  );
}

const atSomeRow =
  (change: (row: OutRow, input: EditInput) => readonly OutRow[] | null): Edit =>
  (input) => {
    const places = placesOf(input.output);
    if (places.length === 0) return null;
    const place = input.random.pick(places);
    const rows = change(rowAt(input.output, place), input);
    return rows === null ? null : replaceAt(input.output, place, rows);
  };

const withRow = (row: OutRow, members: Partial<Row>): OutRow => ({
  ...row,
  row: { ...row.row, ...members },
});

const drop = atSomeRow(() => []);
const double = atSomeRow((row) => [row, row]);
const retime = atSomeRow((row, { random }) => {
  const by = random.pick([-1, 1, 5]);
  return [withRow(row, { ts: row.row.ts + by })];
});
const rekey = atSomeRow((row, { random }) => [
  withRow(row, { key: random.pick(['a', 'b', 'c'].filter((key) => key !== row.row.key)) }),
]);
const changeNumber = atSomeRow((row, { random }) => {
  const value = changed(row.row.value, random);
  return value === null ? null : [withRow(row, { value })];
});

/** One number somewhere in the value, by one or a lot. */
function changed(value: Value, random: RandomStream): Value | null {
  if (typeof value === 'number') return value + random.pick([-1, 1, 7]);
  if (value === null || typeof value !== 'object') return null;
  if (Array.isArray(value)) {
    const list = value as readonly Value[];
    if (list.length === 0) return null;
    const at = random.below(list.length);
    const member = changed(list[at] as Value, random);
    return member === null ? null : list.with(at, member);
  }
  const object = value as ValueObject;
  const names = Object.keys(object);
  if (names.length === 0) return null;
  const name = random.pick(names);
  const member = changed(object[name] as Value, random);
  return member === null ? null : { ...object, [name]: member };
}

/** A row moves to another place, perhaps into another transaction. */
const move: Edit = (input) => {
  const { output, random } = input;
  const places = placesOf(output);
  if (places.length === 0) return null;
  const place = random.pick(places);
  const row = rowAt(output, place);
  return insertSomewhere({ ...input, output: replaceAt(output, place, []) }, row);
};

const repeatElsewhere: Edit = (input) => {
  const { output, random } = input;
  const places = placesOf(output);
  if (places.length === 0) return null;
  return insertSomewhere(input, rowAt(output, random.pick(places)));
};

/** Into any attempt that works at all. */
function insertSomewhere({ legal, output, random }: EditInput, row: OutRow): Output {
  const { skeleton } = legal.run;
  const parts = output.flatMap((list, attempt) =>
    isOver(skeleton, skeleton.attempts[attempt] as AttemptPlan)
      ? []
      : list.map((_, part) => ({ attempt, part })),
  );
  const into = random.pick(parts);
  return output.map((list, attempt) =>
    list.map((rows, part) =>
      attempt === into.attempt && part === into.part
        ? rows.toSpliced(random.below(rows.length + 1), 0, row)
        : rows,
    ),
  );
}

/** A row of another legal outcome of the same key, added or in place of one. */
const foreign =
  (replaces: boolean): Edit =>
  (input) => {
    const { legal, output, random } = input;
    const all = [...legal.keys.values()].flatMap(({ outcomes }) => outcomes);
    if (all.length === 0) return null;
    const { rows } = random.pick(all);
    if (rows.length === 0) return null;
    const row = random.pick(rows);
    if (!replaces) return insertSomewhere(input, row);
    const places = placesOf(output).filter((place) => {
      const there = rowAt(output, place);
      return there.sink === row.sink && there.row.key === row.row.key;
    });
    return places.length === 0 ? null : replaceAt(output, random.pick(places), [row]);
  };

/** Lists of ids: one pane becomes two, or an id leaves its pane. */
const splitPane = atSomeRow((row, { random }) => {
  const list = collected(row.row.value);
  if (list === null || list.length < 2) return null;
  const at = random.between(1, list.length - 1);
  return [list.slice(0, at), list.slice(at)].map((ids) =>
    withRow(row, { value: withIds(row.row.value, ids) }),
  );
});

const mergePanes: Edit = ({ output, random }) => {
  const places = placesOf(output).filter((p) => collected(rowAt(output, p).row.value) !== null);
  if (places.length < 2) return null;
  const first = random.pick(places);
  const second = random.pick(places.filter((place) => place !== first));
  const [a, b] = [rowAt(output, first).row, rowAt(output, second).row];
  const ids = [...(collected(a.value) ?? []), ...(collected(b.value) ?? [])];
  const merged = withRow(rowAt(output, first), { value: withIds(a.value, ids, b.value) });
  const without = replaceAt(output, first, [merged]);
  return replaceAt(without, second, []);
};

function collected(value: Value): readonly number[] | null {
  const { result, ids } = (value ?? {}) as { result?: { ids?: number[] }; ids?: number[] };
  return ids ?? result?.ids ?? null;
}

/** The same value over other ids; sums are guessed from equal shares, and often right. */
function withIds(value: Value, ids: readonly number[], other: Value = null): Value {
  const object = value as ValueObject;
  if ('result' in object) {
    return { ...object, result: withIds(object['result'], ids, other) };
  }
  const { n, sum } = object as { n: number; sum?: number };
  const more = other as { sum?: number; result?: { sum?: number } } | null;
  const total = (sum ?? 0) + (more?.sum ?? more?.result?.sum ?? 0);
  const share = Math.round((total * ids.length) / Math.max(1, n));
  return sum === undefined
    ? { ...object, ids, n: ids.length }
    : { ...object, ids, n: ids.length, sum: share };
}

/** Two neighbours of one transaction change places. */
const swap: Edit = ({ output, random }) => {
  const places = placesOf(output).filter(
    (p) => (output[p.attempt]?.[p.part]?.length ?? 0) > p.index + 1,
  );
  if (places.length === 0) return null;
  const place = random.pick(places);
  const [a, b] = [rowAt(output, place), rowAt(output, { ...place, index: place.index + 1 })];
  return replaceAt(replaceAt(output, { ...place, index: place.index + 1 }, [a]), place, [b]);
};

export const edits: Readonly<Record<string, Edit>> = {
  drop,
  double,
  retime,
  rekey,
  'change-number': changeNumber,
  move,
  repeat: repeatElsewhere,
  'foreign-added': foreign(false),
  'foreign-instead': foreign(true),
  'split-pane': splitPane,
  'merge-panes': mergePanes,
  swap,
};
