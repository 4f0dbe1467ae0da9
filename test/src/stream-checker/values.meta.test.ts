/**
 * Running aggregates in the stream tier: legal runs are valid, and what an engine did wrong with
 * one record or one value is named, and nothing else is.
 */
import { describe, expect, test } from 'vitest';
import type { AnomalyName } from '../../../src/model/guarantee.ts';
import type { StreamEvent, VisibleValues } from '../../../src/model/stream-history.ts';
import { RunningValues } from '../../../harness/bench/synthetic-stream.ts';
import {
  namesOf,
  pick,
  placesOf,
  replaced,
  rowsAt,
  type SmallRun,
  showings,
  smallRun,
  smallSettings,
  verdictOf,
} from './small-run.ts';

/** What running aggregates would have shown for these rows. */
function asValues({ header, events }: SmallRun): SmallRun {
  const values = new RunningValues(smallSettings);
  const shown = events.map((event) => (event.kind === 'rows' ? values.after(event) : event));
  // As many values are written as show: what the engine counted wrong is no torn commit.
  const written = new Map(
    shown.flatMap((event) =>
      event.kind === 'values' ? [[event.transaction, event.key.length] as const] : [],
    ),
  );
  const all = shown.map((event) =>
    event.kind === 'transaction' && event.event === 'prepared'
      ? { ...event, rows: written.get(event.transaction) ?? event.rows }
      : event,
  );
  return { header: { ...header, output: 'values' }, events: all };
}

type Plant = (run: SmallRun, index: number) => SmallRun | null;

const lose: Plant = (run, index) => {
  const event = rowsAt(run, index);
  return asValues(replaced(run, index, pick(event, placesOf(event).slice(1))));
};
const countTwice: Plant = (run, index) => {
  const event = rowsAt(run, index);
  return asValues(replaced(run, index, pick(event, [0, ...placesOf(event)])));
};
/** One record of a key counts twice, another of the same split not at all. */
const compensate: Plant = (run, index) => {
  const event = rowsAt(run, index);
  const places = placesOf(event);
  for (const i of places) {
    const j = places.findIndex(
      (at) => at > i && event.key[at] === event.key[i] && event.split[at] === event.split[i],
    );
    if (j < 0) continue;
    return asValues(replaced(run, index, pick(event, places.with(j, i))));
  }
  return null;
};
const valuesAt = (run: SmallRun, index: number): VisibleValues =>
  run.events[index] as VisibleValues;

const onValue =
  (change: (event: VisibleValues) => StreamEvent[] | null): Plant =>
  (run, index) => {
    const values = asValues(run);
    const events = change(structuredClone(valuesAt(values, index)));
    return events === null ? null : replaced(values, index, ...events);
  };
const diverge = onValue((event) => {
  // Not the key's last value there, so that a later one shows that the state was right.
  const at = event.key.findIndex((k, i) => event.key.includes(k, i + 1));
  if (at < 0) return null;
  event.fingerprint[at] = ((event.fingerprint[at] as number) + 1) >>> 0;
  return [event];
});
const showAgain = onValue((event) => [event, { ...event, t: event.t + 3 }]);
const unknownKey = onValue((event) => {
  event.key[event.key.length - 1] = 77;
  return [event];
});

interface Planted {
  readonly name: AnomalyName;
  readonly plant: Plant;
  readonly also?: readonly AnomalyName[];
}
const planted: readonly Planted[] = [
  // Without a later record of its key and split, nothing hides that the state lacks it.
  { name: 'loss', plant: lose, also: ['inconsistent-cut'] },
  { name: 'duplicate', plant: countTwice },
  { name: 'masked', plant: compensate },
  { name: 'state-divergence', plant: diverge },
  { name: 'duplicate-sink', plant: showAgain, also: ['rollback'] },
  // The value it should have been is missing from its own key, until the next one.
  { name: 'phantom', plant: unknownKey, also: ['loss', 'inconsistent-cut'] },
];

describe('legal runs of running aggregates are valid', () => {
  test.each(Array.from({ length: 10 }, (_, i) => i + 1))('seed %i', (seed) => {
    for (const subtasks of [1, 2, 4]) {
      const run = smallRun(seed, { subtasks, output: 'values' });
      const { status, anomalies } = verdictOf(run);
      expect(anomalies).toEqual([]);
      expect(status).toBe('valid');
      expect(asValues(smallRun(seed, { subtasks }))).toEqual(run);
    }
  });
});

describe('a planted anomaly is named, and nothing else', () => {
  test.each(planted)('$name', ({ name, plant, also = [] }) => {
    let found = 0;
    for (let seed = 1; seed <= 5; seed++) {
      const run = smallRun(seed);
      const places = showings(run);
      for (const at of [0, 0.4, 0.7, 0.98]) {
        const index = places[Math.floor(at * places.length)] as number;
        const broken = plant(run, index);
        if (broken === null) continue;
        const names = namesOf(broken);
        expect(names, `seed ${seed}, event ${index}`).toContain(name);
        const others = names.filter((n) => n !== name && !also.some((a) => a === n));
        expect(others, `seed ${seed}, event ${index}`).toEqual([]);
        found++;
      }
    }
    expect(found).toBeGreaterThan(4);
  });
});
