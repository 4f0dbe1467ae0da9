/**
 * No blind spot and no false alarm of the stream tier: legal runs are valid; one anomaly planted at
 * several places of a run is named, and nothing else is.
 */
import { describe, expect, test } from 'vitest';
import type { AnomalyName } from '../../../src/model/guarantee.ts';
import {
  announce,
  namesOf,
  pick,
  placesOf,
  replaced,
  rowsAt,
  type SmallRun,
  showings,
  smallRun,
  verdictOf,
} from './small-run.ts';

/** Changes the event at `index` (one that shows rows); null: not possible there. */
type Plant = (run: SmallRun, index: number) => SmallRun | null;

interface Planted {
  readonly name: AnomalyName;
  readonly plant: Plant;
  /** What follows from it. */
  readonly also?: readonly AnomalyName[];
  readonly crashes?: number;
  readonly subtasks?: number;
}

const drop: Plant = (run, index) => {
  const event = rowsAt(run, index);
  const fewer = pick(event, placesOf(event).slice(1));
  return announce(replaced(run, index, fewer), event.transaction, fewer.key.length);
};

const repeatInside: Plant = (run, index) => {
  const event = rowsAt(run, index);
  const more = pick(event, [...placesOf(event), 0]);
  return announce(replaced(run, index, more), event.transaction, more.key.length);
};

/** A row of an earlier event shows once more, `attempts` later or in the same one. */
const repeatLater =
  (isSameAttempt: boolean): Plant =>
  (run, index) => {
    const event = rowsAt(run, index);
    const earlier = showings(run).find((i) => {
      const other = rowsAt(run, i);
      return i < index && (other.attempt === event.attempt) === isSameAttempt;
    });
    if (earlier === undefined) return null;
    const other = rowsAt(run, earlier);
    const more = {
      ...event,
      split: Uint16Array.from([...event.split, other.split[0] as number]),
      offset: Int32Array.from([...event.offset, other.offset[0] as number]),
      key: Int32Array.from([...event.key, other.key[0] as number]),
      fingerprint: Uint32Array.from([...event.fingerprint, other.fingerprint[0] as number]),
    };
    return announce(replaced(run, index, more), event.transaction, more.key.length);
  };

const phantom: Plant = (run, index) => {
  const event = rowsAt(run, index);
  const more = pick(event, [...placesOf(event), 0]);
  more.offset[more.offset.length - 1] = 1_000_000;
  return announce(replaced(run, index, more), event.transaction, more.key.length);
};

const misroute: Plant = (run, index) => {
  const event = pick(rowsAt(run, index), placesOf(rowsAt(run, index)));
  event.key[1] = ((event.key[1] as number) + 1) % 10;
  return replaced(run, index, event);
};

const diverge: Plant = (run, index) => {
  const event = pick(rowsAt(run, index), placesOf(rowsAt(run, index)));
  event.fingerprint[1] = ((event.fingerprint[1] as number) + 1) >>> 0;
  return replaced(run, index, event);
};

const reorder: Plant = (run, index) => {
  const event = rowsAt(run, index);
  const order = placesOf(event);
  for (let i = 0; i < order.length; i++) {
    for (let j = i + 1; j < order.length; j++) {
      if (event.key[i] !== event.key[j] || event.split[i] !== event.split[j]) continue;
      [order[i], order[j]] = [j, i];
      return replaced(run, index, pick(event, order));
    }
  }
  return null;
};

const tear: Plant = (run, index) => {
  const event = rowsAt(run, index);
  return replaced(run, index, pick(event, placesOf(event).slice(1)));
};

const tearForAWhile: Plant = (run, index) => {
  const event = rowsAt(run, index);
  const all = placesOf(event);
  const half = all.length >> 1;
  const later = { ...pick(event, all.slice(half)), t: event.t + 7 };
  return replaced(run, index, pick(event, all.slice(0, half)), later);
};

const showAgain: Plant = (run, index) => {
  const event = rowsAt(run, index);
  return replaced(run, index, event, { ...event, t: event.t + 7 });
};

const abortFirst: Plant = (run, index) => {
  const event = rowsAt(run, index);
  const { t, subtask, attempt, checkpoint, transaction } = event;
  const aborted = {
    kind: 'transaction' as const,
    t,
    subtask,
    attempt,
    checkpoint: checkpoint ?? 0,
    transaction: transaction ?? 0,
    event: 'aborted' as const,
    rows: 0,
  };
  return replaced(run, index, aborted, event);
};

/** The commit before the completion of its checkpoint. */
const early: Plant = (run, index) => {
  const event = rowsAt(run, index);
  const at = run.events.findIndex(
    (other) => other.kind === 'checkpoint' && other.checkpoint === event.checkpoint,
  );
  const events = run.events.toSpliced(index, 1);
  return { ...run, events: events.toSpliced(at, 0, event) };
};

const skew =
  (by: number): Plant =>
  (run, index) => {
    const { checkpoint } = rowsAt(run, index);
    const last = run.events.findLast((event) => event.kind === 'checkpoint');
    if (last?.checkpoint === checkpoint) return null;
    const events = run.events.map((event) =>
      event.kind === 'checkpoint' && event.checkpoint === checkpoint
        ? { ...event, offsets: event.offsets.map((offset, p) => (p === 0 ? offset + by : offset)) }
        : event,
    );
    return { ...run, events };
  };

/** Two commits of one subtask change places. */
const swapCommits: Plant = (run, index) => {
  const event = rowsAt(run, index);
  const other = showings(run).find((i) => i > index && rowsAt(run, i).subtask === event.subtask);
  if (other === undefined) return null;
  const events = run.events.toSpliced(index, 1);
  return { ...run, events: events.toSpliced(other, 0, event) };
};

const cutsToo: readonly AnomalyName[] = ['inconsistent-cut'];

const planted: readonly Planted[] = [
  { name: 'loss', plant: drop },
  { name: 'duplicate', plant: repeatInside, crashes: 0 },
  { name: 'duplicate-replay', plant: repeatLater(false), also: ['rollback'] },
  { name: 'duplicate', plant: repeatLater(true), crashes: 0, also: ['rollback'] },
  { name: 'phantom', plant: phantom },
  { name: 'misroute', plant: misroute },
  // A row of another value is no output of its record, which has no other.
  { name: 'state-divergence', plant: diverge, also: ['loss'] },
  { name: 'reorder', plant: reorder },
  { name: 'torn-commit-permanent', plant: tear, also: ['loss'] },
  { name: 'torn-commit-transient', plant: tearForAWhile },
  { name: 'torn-commit-transient', plant: tearForAWhile, also: cutsToo, subtasks: 1 },
  { name: 'duplicate-sink', plant: showAgain, also: ['rollback'] },
  { name: 'aborted-visible', plant: abortFirst },
  { name: 'premature-visible', plant: early, crashes: 0 },
  { name: 'offset-skew', plant: skew(4) },
  { name: 'offset-skew', plant: skew(-4) },
  {
    name: 'commit-regression',
    plant: swapCommits,
    crashes: 0,
    also: ['reorder', 'inconsistent-cut'],
  },
];

describe('legal runs are valid', () => {
  test.each(Array.from({ length: 20 }, (_, i) => i + 1))('seed %i', (seed) => {
    for (const subtasks of [1, 2, 4]) {
      const { status, anomalies } = verdictOf(smallRun(seed, { subtasks }));
      expect(anomalies).toEqual([]);
      expect(status).toBe('valid');
    }
  });
});

describe('a planted anomaly is named, and nothing else', () => {
  test.each(planted)('$name, plant %$', ({ name, plant, also = [], crashes, subtasks }) => {
    let found = 0;
    for (let seed = 1; seed <= 4; seed++) {
      const run = smallRun(seed, {
        ...(crashes === undefined ? {} : { crashes }),
        ...(subtasks === undefined ? {} : { subtasks }),
      });
      const places = showings(run);
      for (const at of [0, 0.3, 0.6, 0.95]) {
        const index = places[Math.floor(at * places.length)] as number;
        const broken = plant(run, index);
        if (broken === null) continue;
        for (const windowMax of [undefined, 5]) {
          const names = namesOf(broken, windowMax);
          expect(names, `seed ${seed}, event ${index}`).toContain(name);
          expect(
            names.filter((other) => other !== name && !also.some((a) => a === other)),
            `seed ${seed}, event ${index}`,
          ).toEqual([]);
          expect(verdictOf(broken, windowMax).status).toBe('invalid');
          found++;
        }
      }
    }
    expect(found).toBeGreaterThan(3);
  });
});
