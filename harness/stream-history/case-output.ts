/**
 * What the pipeline of a case makes of its records, for those whose output fits into a stream
 * history: sources, perhaps a key-by, perhaps a running traced aggregate, and one sink. Each record
 * becomes the row that is due for it, or a step of the aggregate of its key; and a visible row is
 * read back as the record or the version vector that it names.
 */
import { hashString } from '../../src/base/hash.ts';
import { canonicalJson } from '../../src/base/json.ts';
import { type Branch, branchesInto } from '../../src/checker/plan/branches.ts';
import type { StreamHeader } from '../../src/model/stream-history.ts';
import type { Case } from '../../src/model/case.ts';
import { builtinFunctions, field, numberField } from '../../src/model/functions.ts';
import type { ReduceSpec, SinkSpec } from '../../src/model/pipeline.ts';
import { digitBase, unpackVector } from '../../src/model/trace.ts';
import type { Key, Row, Value } from '../../src/model/value.ts';
import type { SourceRecord } from '../../src/model/workload.ts';
import { refusal } from '../store/refusal.ts';

/** A record as the log of its split has it. */
export interface LogRecord {
  readonly key: Key;
  readonly fingerprint: number;
}

/** A visible row: the record it names, or its version vector. */
export interface ReadRow {
  readonly split: number;
  readonly offset: number;
  readonly vector: readonly number[];
  readonly fingerprint: number;
}

export interface CaseOutput {
  readonly sink: SinkSpec;
  readonly output: StreamHeader['output'];
  /** Whether the path keeps the order of each key. */
  readonly fifo: boolean;
  /** The records of each split, in order. */
  readonly logs: readonly (readonly LogRecord[])[];
  readonly read: (row: Row) => ReadRow;
}

/** Offset of rows that name no record: beyond every log. */
const nowhere = 2_147_483_647;

/** Throws an InputError when a stream history cannot hold what the case shows. */
export function outputOf(kase: Case): CaseOutput {
  const { sink, reduce } = operatorsOf(kase);
  const branches = branchesInto(kase.pipeline, reduce ?? sink, builtinFunctions);
  const read = branches.flatMap(({ root }) => (root.kind === 'source' ? root.spec.splits : []));
  const isOnce = kase.workload.splits.every(
    ({ split }) => read.indexOf(split) >= 0 && read.indexOf(split) === read.lastIndexOf(split),
  );
  if (!isOnce) refuse(kase, 'each split on one path to the sink');
  const fifo = orderOf(kase, { sink, reduce, branches });
  return reduce === null
    ? rowOutput(kase, { sink, fifo, branches })
    : valueOutput(kase, { sink, fifo, branches, reduce });
}

function refuse(kase: Case, expectation: string): never {
  const others = kase.pipeline.operators.filter(({ kind }) => kind !== 'source');
  throw refusal('case', others.map(({ id }) => id).join(', '), {
    expectation,
    suggestion: 'a stream history holds one row per record; judge this one with check --case',
  });
}

function operatorsOf(kase: Case): { readonly sink: SinkSpec; readonly reduce: ReduceSpec | null } {
  const sinks: SinkSpec[] = [];
  const reduces: ReduceSpec[] = [];
  let hasOthers = false;
  for (const operator of kase.pipeline.operators) {
    if (operator.kind === 'sink') sinks.push(operator);
    else if (operator.kind === 'reduce') reduces.push(operator);
    else if (operator.kind === 'key-by') hasOthers ||= !(operator.key.fn in builtinFunctions.key);
    else if (!['source', 'union', 'rebalance'].includes(operator.kind)) hasOthers = true;
  }
  const [sink] = sinks;
  const [reduce = null] = reduces;
  const isPlain = sinks.length === 1 && reduces.length < 2 && !hasOthers;
  if (!isPlain || sink === undefined || sink.connector === 'upsert') {
    refuse(kase, 'sources, perhaps a running traced aggregate, and one two-phase or append sink');
  }
  return { sink, reduce };
}

interface Path {
  readonly sink: SinkSpec;
  readonly fifo: boolean;
  readonly branches: readonly Branch[];
}

/** Whether all paths keep the order of each key; some of them is more than a header can say. */
function orderOf(
  kase: Case,
  {
    sink,
    reduce,
    branches,
  }: Pick<Path, 'sink' | 'branches'> & { readonly reduce: ReduceSpec | null },
): boolean {
  const whole =
    reduce === null
      ? branches
      : [...branches, ...branchesInto(kase.pipeline, sink, builtinFunctions)];
  const kept = whole.filter(({ fifo }) => fifo).length;
  const isSelected = whole.every(({ root, chain }) =>
    root.kind === 'source'
      ? chain.every(({ spec }) => spec.kind === 'key-by')
      : root.spec === reduce && chain.length === 0,
  );
  if (!isSelected) refuse(kase, 'nothing between the aggregate and the sink');
  if (reduce !== null && kept < whole.length) {
    refuse(kase, 'an aggregate behind and before paths that keep the order of each key');
  }
  if (kept > 0 && kept < whole.length) {
    refuse(kase, 'paths that keep the order of each key, or none');
  }
  return kept > 0;
}

function rowOutput(kase: Case, { sink, fifo, branches }: Path): CaseOutput {
  const places = new Map<Value, readonly [number, number]>();
  const logs = kase.workload.splits.map(({ split, records }, number) =>
    records.map((record, offset) => {
      places.set(record.id, [number, offset]);
      return { key: keyOf(branches, split, record), fingerprint: hashOf(record) };
    }),
  );
  const read = (row: Row): ReadRow => {
    const [split, offset] = places.get(field(row.value, 'id')) ?? [0, nowhere];
    return { split, offset, vector: [], fingerprint: hashOf(row) };
  };
  return { sink, output: 'rows', fifo, logs, read };
}

function hashOf({ ts, value }: Pick<Row, 'ts' | 'value'>): number {
  return hashString(`${ts} ${canonicalJson(value)}`);
}

/** The key of a record behind the key-by of its path. */
function keyOf(branches: readonly Branch[], split: string, { key, ts, value }: SourceRecord): Key {
  const branch = branches.find(
    ({ root }) => root.kind === 'source' && root.spec.splits.includes(split),
  );
  let row: Row = { key, ts, value };
  for (const { apply } of branch?.chain ?? []) [row = row] = apply({ ...row, from: [] });
  return row.key;
}

function valueOutput(
  kase: Case,
  { sink, fifo, branches, reduce }: Path & { readonly reduce: ReduceSpec },
): CaseOutput {
  const { splits } = kase.workload;
  const { aggregate } = reduce;
  if (aggregate.fn !== 'trace' || kase.options.mode === 'at-least-once') {
    refuse(kase, 'an aggregate that counts each record once and carries a version vector (trace)');
  }
  const name = typeof aggregate['field'] === 'string' ? aggregate['field'] : '';
  const logs = splits.map(({ split, records }, number) =>
    records.map((record) => {
      const isDigit = field(record.value, 'q') === digitBase(splits.length) ** number;
      const isWhole = Number.isSafeInteger(numberField(record.value, name));
      if (!isDigit || !isWhole) {
        refuse(kase, 'records with a digit of their split and whole numbers');
      }
      const [f, sum] = [numberField(record.value, 'f'), numberField(record.value, name)];
      return { key: keyOf(branches, split, record), fingerprint: mixed(f, sum, 1) };
    }),
  );
  const times = new Times(kase, branches);
  const read = (row: Row): ReadRow => {
    const vector = vectorOf(row.value, splits.length);
    const [f, sum, n] = ['f', 'sum', 'n'].map((member) => numberField(row.value, member));
    const isRight = isTraced(row.value, vector) && times.isOfLast(row, vector);
    const fingerprint = mixed(f ?? 0, sum ?? 0, n ?? 0);
    return { split: 0, offset: 0, vector, fingerprint: isRight ? fingerprint : ~fingerprint >>> 0 };
  };
  return { sink, output: 'values', fifo, logs, read };
}

/**
 * A fingerprint of everything an aggregate sums; that of a sum is the sum of those of its records.
 */
function mixed(f: number, sum: number, n: number): number {
  return (f + Math.imul(sum, 0x9e3779b1) + Math.imul(n, 0x85ebca6b)) >>> 0;
}

function vectorOf(value: Value, splits: number): number[] {
  const q = numberField(value, 'q');
  return Number.isSafeInteger(q) && q >= 0
    ? unpackVector(q, splits)
    : Array.from({ length: splits }, () => 0);
}

/** Whether it is a whole aggregate that counts as many records as its vector names. */
function isTraced(value: Value, vector: readonly number[]): boolean {
  const members = value === null || typeof value !== 'object' ? [] : Object.keys(value);
  const isWhole = members.toSorted().join() === 'f,n,q,sum';
  return isWhole && numberField(value, 'n') === vector.reduce((sum, count) => sum + count, 0);
}

/** Times of the records of each key and split: a value has that of the record that gave it. */
class Times {
  private readonly times = new Map<string, number[]>();

  constructor({ workload }: Case, branches: readonly Branch[]) {
    workload.splits.forEach(({ split, records }, number) => {
      for (const record of records) {
        const id = `${number} ${keyOf(branches, split, record)}`;
        const known = this.times.get(id);
        if (known === undefined) this.times.set(id, [record.ts]);
        else known.push(record.ts);
      }
    });
  }

  /** Whether the row has the time of the last record of some split in it. */
  isOfLast({ key, ts }: Row, vector: readonly number[]): boolean {
    return vector.some((n, split) => n > 0 && this.times.get(`${split} ${key}`)?.[n - 1] === ts);
  }
}
