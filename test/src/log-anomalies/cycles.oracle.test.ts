/**
 * Cycles of dependencies against brute force: every circle of a few operations is walked over the
 * complete orders of processes and of real time, and named by what it needs.
 */
import { expect, test } from 'vitest';

import { RandomStream } from '../../../src/base/random.ts';
import { cycleAnomalies } from '../../../src/log-anomalies/cycles.ts';
import type { LogOperation, LogRecord } from '../../../src/log-anomalies/operation.ts';
import { versionsOf } from '../../../src/log-anomalies/version-order.ts';

const histories = 4_000;
const keys = ['x', 'y'];
const never = Number.MAX_SAFE_INTEGER;

interface Placed {
  readonly key: string;
  readonly offset: number;
  readonly value: number;
  readonly writer: number;
}

/** Up to five operations of three processes at random times; polls see what is sent at any time. */
function randomHistory(random: RandomStream): LogOperation[] {
  const count = 2 + random.below(4);
  const times = intervals(random, count);
  const placed: Placed[] = [];
  for (let writer = 0; writer < count; writer++) {
    for (let i = random.below(3); i > 0; i--) {
      const value = placed.length;
      const offset = value * 7 + random.below(40);
      placed.push({ key: keys[random.below(2)] ?? '', offset: offset * 10 + value, value, writer });
    }
  }
  return times.map(({ process, call, returns, isOk }, index) => ({
    index,
    process,
    call,
    returns: isOk ? returns : never,
    type: isOk ? 'ok' : 'info',
    kind: 'transact',
    keys: [],
    rebalanced: [],
    records: placed.flatMap(({ key, offset, value, writer }): LogRecord[] => {
      if (writer === index) return [{ kind: 'send', key, offset, value }];
      return random.chance(0.25) ? [{ kind: 'poll', key, offset, value }] : [];
    }),
  }));
}

interface Interval {
  readonly process: string;
  readonly call: number;
  returns: number;
  readonly isOk: boolean;
}

function intervals(random: RandomStream, count: number): Interval[] {
  const all: Interval[] = [];
  const open: (Interval | null)[] = [null, null, null];
  let now = 0;
  while (all.length < count || open.some((interval) => interval !== null)) {
    const process = random.below(3);
    const current = open[process] ?? null;
    if (current !== null) {
      current.returns = now++;
      open[process] = null;
    } else if (all.length < count) {
      const interval = {
        process: `p${process}`,
        call: now++,
        returns: never,
        isOk: random.chance(0.85),
      };
      all.push(interval);
      open[process] = interval;
    }
  }
  return all;
}

type Kinds = ReadonlySet<string>;
type Matrix = readonly (readonly Kinds[])[];

function texts(operation: LogOperation, kind: LogRecord['kind']): string[] {
  return operation.records
    .filter((r) => r.kind === kind)
    .map((r) => `${r.key} ${JSON.stringify(r.value)}`);
}

function matrixOf(operations: readonly LogOperation[], wwDeps: boolean): Matrix {
  const polled = new Set(
    operations.filter(({ type }) => type === 'ok').flatMap((o) => texts(o, 'poll')),
  );
  const takes = operations.map(
    (o) => o.type === 'ok' || texts(o, 'send').some((text) => polled.has(text)),
  );
  const isNeighbour = neighbours(operations, takes);
  return operations.map((a, i) =>
    operations.map((b, j): Kinds => {
      const kinds = new Set<string>();
      if (i === j || takes[i] !== true || takes[j] !== true) return kinds;
      if (texts(a, 'send').some((text) => texts(b, 'poll').includes(text))) kinds.add('wr');
      if (wwDeps && isNeighbour(a, b)) kinds.add('ww');
      if (a.process === b.process && a.index < b.index) kinds.add('process');
      if (a.returns < b.call) kinds.add('realtime');
      return kinds;
    }),
  );
}

/** Sends whose records lie side by side among those of operations that take part. */
function neighbours(
  operations: readonly LogOperation[],
  takes: readonly boolean[],
): (a: LogOperation, b: LogOperation) => boolean {
  const sends = operations.flatMap((o) =>
    o.records
      .filter(({ kind }) => kind === 'send' && takes[o.index] === true)
      .map(({ key, offset }) => ({ key, offset: offset ?? 0, writer: o.index })),
  );
  return (a, b) =>
    sends.some(
      (from) =>
        from.writer === a.index &&
        sends.some(
          (to) =>
            to.writer === b.index &&
            to.key === from.key &&
            to.offset > from.offset &&
            !sends.some(
              (other) =>
                other.key === from.key && other.offset > from.offset && other.offset < to.offset,
            ),
        ),
    );
}

const families = {
  G0: { base: ['ww'], needs: 'ww' },
  G1c: { base: ['ww', 'wr'], needs: 'wr' },
} as const;
const orders = [
  { suffix: '', extra: [], needs: null },
  { suffix: '-process', extra: ['process'], needs: 'process' },
  { suffix: '-realtime', extra: ['process', 'realtime'], needs: 'realtime' },
] as const;

/** `name length` per component of each class that holds no plainer cycle of its family. */
function expected(matrix: Matrix): string[] {
  const circles = allCircles(matrix.length);
  return Object.entries(families).flatMap(([family, { base, needs }]) => {
    const plainer: (readonly number[])[] = [];
    return orders.flatMap(({ suffix, extra, needs: order }) => {
      const kinds: string[] = [...base, ...extra];
      const own = circles.filter((circle) => {
        const steps = circle.map((node, i) =>
          stepOf(matrix, node, circle[(i + 1) % circle.length]),
        );
        const has = (kind: string | null): boolean =>
          kind === null || steps.some((step) => step.has(kind));
        return steps.every((s) => kinds.some((kind) => s.has(kind))) && has(needs) && has(order);
      });
      const reach = closure(matrix, kinds);
      const open = own.filter(
        (circle) => !plainer.some((other) => isTogether(reach, circle[0], other[0])),
      );
      plainer.push(...own);
      const firsts = open.filter(
        (circle, i) => !open.slice(0, i).some((other) => isTogether(reach, circle[0], other[0])),
      );
      return firsts.map((first) => {
        const same = open.filter((circle) => isTogether(reach, circle[0], first[0]));
        return `${family}${suffix} ${Math.min(...same.map(({ length }) => length))}`;
      });
    });
  });
}

function stepOf(matrix: Matrix, from: number, to: number | undefined): Kinds {
  return matrix[from]?.[to ?? -1] ?? new Set();
}

/** All simple circles, each from its least member. */
function allCircles(count: number): number[][] {
  const circles: number[][] = [];
  const walk = (path: readonly number[]): void => {
    if (path.length > 1) circles.push([...path]);
    for (let next = (path[0] ?? 0) + 1; next < count; next++) {
      if (!path.includes(next)) walk([...path, next]);
    }
  };
  for (let start = 0; start < count; start++) walk([start]);
  return circles;
}

function closure(matrix: Matrix, kinds: readonly string[]): boolean[][] {
  const reach = matrix.map((row) => row.map((step) => kinds.some((kind) => step.has(kind))));
  for (let k = 0; k < reach.length; k++) {
    for (const row of reach) {
      if (row[k] === true) reach[k]?.forEach((is, j) => (row[j] = row[j] === true || is));
    }
  }
  return reach;
}

function isTogether(reach: readonly boolean[][], a = -1, b = -1): boolean {
  return a === b || (reach[a]?.[b] === true && reach[b]?.[a] === true);
}

test.each([false, true])('agree with brute force, ww-deps %s', (wwDeps) => {
  const random = new RandomStream(11, `cycles/${wwDeps}`);
  const seen = new Map<string, number>();
  for (let i = 0; i < histories; i++) {
    const operations = randomHistory(random);
    const found = cycleAnomalies(operations, versionsOf(operations), wwDeps);
    const told = found.map(({ name, operations: cycle }) => `${name} ${cycle.length}`);
    // The history goes along, so that a difference shows on what.
    expect([operations, told.toSorted()]).toEqual([
      operations,
      expected(matrixOf(operations, wwDeps)).toSorted(),
    ]);
    for (const { name } of found) seen.set(name, (seen.get(name) ?? 0) + 1);
  }
  // Every class occurred, so that agreement says something about each.
  const names = ['G1c', 'G1c-process', 'G1c-realtime'];
  if (wwDeps) names.push('G0', 'G0-process', 'G0-realtime');
  expect([...seen.keys()].toSorted()).toEqual(names.toSorted());
});
