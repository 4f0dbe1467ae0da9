/**
 * No blind spot: one anomaly planted into a legal history is named, and nothing that does not
 * follow from it is.
 */
import { describe, expect, test } from 'vitest';
import { checkHistory } from '../../support/checker/verified.ts';
import { closureOf } from '../../../src/judgement/judge.ts';
import type { AnomalyName } from '../../../src/model/guarantee.ts';
import { numberField } from '../../../src/model/functions.ts';
import type { Row, Value, ValueObject } from '../../../src/model/value.ts';
import { legalRun, makeCase, makeLogs } from './legal-run.ts';
import { bodies } from './pipelines.ts';
import * as mutate from './mutate.ts';

interface Planted {
  readonly name: AnomalyName;
  readonly pipeline: string;
  readonly mutation: mutate.Mutation;
  /** What else follows from this plant. */
  readonly also?: readonly AnomalyName[];
  readonly crashes?: number;
  readonly regime?: 'punctual' | 'late';
}

const resultOf = (value: Value): ValueObject => (value as { result: ValueObject }).result;
const idsOf = (value: Value): readonly number[] =>
  (resultOf(value)['ids'] ?? []) as readonly number[];

/** A pane without its first record. */
const shorterPane = (value: Value): Value | null => {
  const ids = idsOf(value);
  if (ids.length < 2) return null;
  // The sum is left alone: what a record weighed is not in the pane.
  return mutate.withRow(value, { result: { ...resultOf(value), ids: ids.slice(1) } });
};

const unknownRow = (row: Row): Row => ({
  ...row,
  value: mutate.withRow(row.value, { id: 999_999 }),
});

const moreAmount = (value: Value): Value =>
  mutate.withRow(value, { amount: numberField(value, 'amount') + 1 });

const swappedIds = (value: Value): Value | null => {
  const ids = [...((value as ValueObject)['ids'] as readonly number[])];
  const [a, b] = ids;
  if (ids.length < 6 || a === undefined || b === undefined) return null;
  [ids[0], ids[1]] = [b, a];
  return mutate.withRow(value, { ids });
};

const sameOrigin = (a: Row, b: Row): boolean =>
  a.key === b.key &&
  Math.floor(numberField(a.value, 'id') / 1000) === Math.floor(numberField(b.value, 'id') / 1000) &&
  numberField(a.value, 'id') !== numberField(b.value, 'id');

const planted: readonly Planted[] = [
  { name: 'loss', pipeline: 'stateless', mutation: mutate.dropRow() },
  { name: 'phantom', pipeline: 'stateless', mutation: mutate.addRow(unknownRow) },
  {
    name: 'state-divergence',
    pipeline: 'stateless',
    mutation: mutate.changeValue(moreAmount),
    also: ['loss'],
  },
  { name: 'misroute', pipeline: 'stateless', mutation: mutate.changeKey },
  { name: 'duplicate-sink', pipeline: 'stateless', mutation: mutate.showAgain },
  {
    name: 'duplicate-replay',
    pipeline: 'stateless',
    mutation: mutate.repeatRow('later'),
    crashes: 0.08,
  },
  { name: 'duplicate', pipeline: 'stateless', mutation: mutate.repeatRow('same'), crashes: 0 },
  { name: 'reorder', pipeline: 'stateless', mutation: mutate.swapRows(sameOrigin) },
  { name: 'torn-commit-permanent', pipeline: 'stateless', mutation: mutate.tear },
  { name: 'torn-commit-transient', pipeline: 'stateless', mutation: mutate.tearForAWhile },
  {
    name: 'premature-visible',
    pipeline: 'stateless',
    mutation: mutate.showEarly,
    also: ['commit-regression', 'reorder'],
    crashes: 0,
  },
  {
    name: 'commit-regression',
    pipeline: 'stateless',
    mutation: mutate.swapCommits,
    also: ['reorder'],
    crashes: 0,
  },
  {
    name: 'aborted-visible',
    pipeline: 'stateless',
    mutation: mutate.showAborted(false),
    also: [
      'zombie-commit',
      'duplicate-replay',
      'duplicate-zombie',
      'offset-skew',
      'commit-regression',
      'reorder',
    ],
    crashes: 0.1,
  },
  {
    name: 'zombie-commit',
    pipeline: 'stateless',
    mutation: mutate.showAborted(true),
    also: ['duplicate-replay', 'duplicate-zombie', 'offset-skew', 'commit-regression', 'reorder'],
    crashes: 0.1,
  },
  { name: 'offset-skew', pipeline: 'stateless', mutation: mutate.skewOffsets(5), crashes: 0 },
  { name: 'offset-skew', pipeline: 'stateless', mutation: mutate.skewOffsets(-5), crashes: 0 },
  { name: 'loss', pipeline: 'reduce-collect', mutation: mutate.dropRow() },
  {
    name: 'forked-state',
    pipeline: 'reduce-collect',
    mutation: mutate.changeValue(swappedIds),
    also: ['reorder'],
  },
  { name: 'loss', pipeline: 'reduce-trace', mutation: mutate.dropRow() },
  { name: 'duplicate-sink', pipeline: 'reduce-trace', mutation: mutate.showAgain },
  { name: 'missing-fire', pipeline: 'tumbling', mutation: mutate.dropRow() },
  { name: 'missing-fire', pipeline: 'sliding', mutation: mutate.dropRow() },
  { name: 'missing-fire', pipeline: 'session', mutation: mutate.dropRow() },
  { name: 'missing-fire', pipeline: 'window-window', mutation: mutate.dropRow() },
  { name: 'lost-timer', pipeline: 'bucket-timer', mutation: mutate.dropRow() },
  { name: 'lost-timer', pipeline: 'processing-batch', mutation: mutate.dropRow() },
  { name: 'loss', pipeline: 'join', mutation: mutate.dropRow() },
  { name: 'loss', pipeline: 'dedup', mutation: mutate.dropRow() },
  { name: 'double-fire', pipeline: 'tumbling', mutation: mutate.addRow((row) => row) },
  {
    name: 'ontime-dropped',
    pipeline: 'tumbling',
    mutation: mutate.changeValue(shorterPane),
    also: ['window-content'],
    crashes: 0,
  },
  {
    name: 'window-content',
    pipeline: 'tumbling',
    mutation: mutate.changeValue((value) => mutate.withRow(value, { start: 1, end: 2 })),
  },
  {
    name: 'early-fire',
    pipeline: 'tumbling',
    mutation: mutate.moveEarlier((row) => idsOf(row.value).length > 0),
    also: ['offset-skew'],
    crashes: 0,
  },
  {
    name: 'out-of-event-order',
    pipeline: 'sort',
    mutation: mutate.swapRows((a, b) => a.key === b.key && a.ts < b.ts),
    also: ['reorder'],
  },
  {
    name: 'side-output-loss',
    pipeline: 'late',
    regime: 'late',
    mutation: (history) => {
      const shorter = mutate.dropRow('late')(history);
      return shorter;
    },
    also: ['loss'],
    crashes: 0,
  },
];

const regimes = { punctual: { disorder: 20, bound: 20 }, late: { disorder: 60, bound: 3 } };

function namesFound(plant: Planted): { found: Set<string>; seeds: number } {
  const body = bodies[plant.pipeline];
  if (body === undefined) throw new Error(`no pipeline ${plant.pipeline}`);
  const { disorder, bound } = regimes[plant.regime ?? 'punctual'];
  let seeds = 0;
  const found = new Set<string>();
  const allowed = new Set([plant.name, ...(plant.also ?? [])].flatMap((name) => closureOf(name)));
  for (let seed = 1; seed <= 60 && seeds < 8; seed++) {
    const logs = makeLogs(seed, { splits: 3, records: 25, keys: 2, disorder });
    const kase = makeCase({ operators: body(['s0', 's1', 's2'], bound), splits: logs });
    const history = plant.mutation(legalRun(kase, seed, plant.crashes ?? 0.03));
    if (history === null) continue;
    seeds++;
    const names = checkHistory(kase, history).anomalies.map((anomaly) => anomaly.name);
    expect({ seed, names, hit: names.includes(plant.name) }).toEqual({ seed, names, hit: true });
    expect({ seed, extra: names.filter((name) => !allowed.has(name)) }).toEqual({
      seed,
      extra: [],
    });
    for (const name of names) found.add(name);
  }
  return { found, seeds };
}

describe('a planted anomaly is named, and nothing else', () => {
  test.each(planted.map((plant) => [`${plant.name} at ${plant.pipeline}`, plant] as const))(
    '%s',
    (_, plant) => {
      const { found, seeds } = namesFound(plant);
      expect(seeds).toBeGreaterThan(0);
      expect([...found]).toContain(plant.name);
    },
  );
});
