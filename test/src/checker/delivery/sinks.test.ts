/**
 * Append and upsert sinks: what they may repeat and what they may not lose; and values that carry
 * version vectors.
 */
import { describe, expect, test } from 'vitest';
import { checkHistory } from '../../../support/checker/verified.ts';
import type { Case } from '../../../../src/model/case.ts';
import { numberField } from '../../../../src/model/functions.ts';
import type { Guarantee } from '../../../../src/model/guarantee.ts';
import type { HistoryEvent, VisibleEvent } from '../../../../src/model/history.ts';
import type { Row, Value } from '../../../../src/model/value.ts';
import { legalRun, makeCase, makeLogs } from '../legal-run.ts';
import * as mutate from '../mutate.ts';
import { bodies, sink } from '../pipelines.ts';

const splits = ['s0', 's1', 's2'];
const seeds = Array.from({ length: 12 }, (_, i) => i + 1);

/** A pipeline of the catalogue with another connector at its sink. */
function withSink(
  name: string,
  connector: 'append' | 'upsert',
  { seed, promises }: { readonly seed: number; readonly promises: readonly Guarantee[] },
): Case {
  const operators = (bodies[name]?.(splits, 20) ?? []).map((operator) =>
    operator.kind === 'sink' ? { ...operator, connector } : operator,
  );
  const logs = makeLogs(seed, { splits: 3, records: 40, keys: 3, disorder: 20 });
  return makeCase({ operators, splits: logs, promises });
}

const namesOf = (kase: Case, history: readonly HistoryEvent[]): readonly string[] =>
  checkHistory(kase, history).anomalies.map((anomaly) => anomaly.name);

describe('append sinks', () => {
  const promises = ['validity', 'at-least-once'] as const;

  test.each([
    'stateless',
    'reduce-collect',
    'reduce-trace',
    'reduce-sum',
    'tumbling',
    'session',
    'sort',
  ])('replays of %s are legal and called at-least-once', (name) => {
    const strongest = new Set<string>();
    for (const seed of seeds) {
      const kase = withSink(name, 'append', { seed, promises });
      const verdict = checkHistory(kase, legalRun(kase, seed, 0.1));
      expect({ seed, status: verdict.status, unknowns: verdict.unknowns }).toEqual({
        seed,
        status: 'valid',
        unknowns: [],
      });
      const allowed = ['duplicate-replay', 'reorder'];
      const names = verdict.anomalies.map((anomaly) => anomaly.name);
      expect(names.filter((found) => !allowed.includes(found))).toEqual([]);
      strongest.add(verdict.strongest);
    }
    expect([...strongest].some((text) => text.startsWith('at-least-once'))).toBe(true);
  });

  test('what is missing is lost', () => {
    const kase = withSink('stateless', 'append', { seed: 2, promises });
    const history = legalRun(kase, 2, 0);
    const gone = history.find((event) => event.kind === 'visible');
    const verdict = checkHistory(
      kase,
      history.filter((event) => event !== gone),
    );
    expect([verdict.status, verdict.anomalies.map((a) => a.name)]).toEqual(['invalid', ['loss']]);
  });

  test('beside a transactional sink their repeats do not break its promise', () => {
    const both = withSink('stateless', 'append', { seed: 1, promises: ['exactly-once'] });
    const operators = [...both.pipeline.operators, sink('keyed', 'two-phase', 'exact')];
    const kase: Case = { ...both, pipeline: { ...both.pipeline, operators } };
    const repeated = seeds.map((seed) => checkHistory(kase, legalRun(kase, seed, 0.1)));
    expect(new Set(repeated.map((verdict) => verdict.status))).toEqual(new Set(['valid']));
    expect(repeated.some((verdict) => verdict.anomalies.length > 0)).toBe(true);
  });
});

describe('upsert sinks', () => {
  const promises = ['validity', 'at-least-once', 'effectively-once'] as const;

  test.each(['reduce-collect', 'reduce-trace', 'reduce-sum', 'reduce-max', 'tumbling'])(
    'older values of %s while it replays are legal',
    (name) => {
      for (const seed of seeds) {
        const kase = withSink(name, 'upsert', { seed, promises });
        const { status, anomalies, strongest, unknowns } = checkHistory(
          kase,
          legalRun(kase, seed, 0.1),
        );
        expect({ seed, status, anomalies, unknowns }).toEqual({
          seed,
          status: 'valid',
          anomalies: [],
          unknowns: [],
        });
        expect(strongest).toBe('effectively-once');
      }
    },
  );

  test('a last value that is an earlier one is wrong', () => {
    for (const seed of seeds) {
      const kase = withSink('reduce-sum', 'upsert', { seed, promises });
      const history = [...legalRun(kase, seed, 0)];
      const first = history.find((event) => event.kind === 'visible') as VisibleEvent;
      history.splice(history.length - 1, 0, structuredClone(first));
      expect(namesOf(kase, history)).toEqual(['wrong-final']);
    }
  });
});

describe('version vectors', () => {
  const promises = ['exactly-once', 'snapshot-consistent', 'monotone', 'ordered'] as const;

  function traced(seed: number): Case {
    const operators = (bodies['reduce-trace']?.(splits, 20) ?? []).map((operator) =>
      operator.kind === 'sink' ? { ...operator, parallelism: 1 } : operator,
    );
    const logs = makeLogs(seed, { splits: 3, records: 20, keys: 2, disorder: 20 });
    return makeCase({ operators, splits: logs, promises });
  }

  test('every state of a legal run is that of a cut', () => {
    for (const seed of seeds) {
      const kase = traced(seed);
      const verdict = checkHistory(kase, legalRun(kase, seed));
      expect(verdict.anomalies).toEqual([]);
      expect(verdict.guarantees['snapshot-consistent']).toBe('valid');
      expect(verdict.guarantees.monotone).toBe('valid');
    }
  });

  test('one record lost and another doubled is seen though the count is right', () => {
    let tried = 0;
    for (const seed of seeds) {
      const kase = traced(seed);
      const mutation = swapContent(kase);
      const history = mutation(legalRun(kase, seed, 0));
      if (history === null) continue;
      tried++;
      expect({ seed, names: namesOf(kase, history) }).toEqual({ seed, names: ['masked'] });
    }
    expect(tried).toBeGreaterThan(3);
  });

  test('a state that has a later record without an earlier one is no cut', () => {
    let tried = 0;
    for (const seed of seeds) {
      const kase = traced(seed);
      const history = delayRow(legalRun(kase, seed, 0));
      if (history === null) continue;
      tried++;
      const verdict = checkHistory(kase, history);
      expect(verdict.guarantees['snapshot-consistent']).toBe('invalid');
      expect(verdict.anomalies.map((a) => a.name)).toContain('inconsistent-cut');
      const cut = verdict.anomalies.find((a) => a.name === 'inconsistent-cut');
      expect(cut?.witnesses.slice(0, 2).map((w) => w.role)).toEqual(['included', 'excluded']);
    }
    expect(tried).toBeGreaterThan(3);
  });

  test('an earlier value on top of a later one is a rollback', () => {
    let tried = 0;
    for (const seed of seeds) {
      const kase = traced(seed);
      const history = mutate.repeatRow('same')(legalRun(kase, seed, 0));
      if (history === null) continue;
      tried++;
      const names = namesOf(kase, history);
      expect(names).toContain('rollback');
      expect(names.filter((n) => !['rollback', 'duplicate'].includes(n))).toEqual([]);
    }
    expect(tried).toBeGreaterThan(3);
  });
});

/**
 * The last value of a key with one record's fingerprint replaced by another's of the same split.
 */
function swapContent(kase: Case): mutate.Mutation {
  const records = kase.workload.splits[0]?.records ?? [];
  const counted = (value: Value): number => numberField(value, 'n');
  return (history) => {
    const rows = mutate.visibleOf(history).flatMap((event) => event.rows);
    const key = rows[0]?.key;
    const own = records.filter((record) => record.key === key);
    const [lost, doubled] = own;
    if (lost === undefined || doubled === undefined) return null;
    const most = Math.max(...rows.filter((row) => row.key === key).map((r) => counted(r.value)));
    const f = numberField(doubled.value, 'f') - numberField(lost.value, 'f');
    return mutate.changeRows((some) => {
      const at = some.findIndex((row) => row.key === key && counted(row.value) === most);
      if (at < 0) return null;
      return some.map((row, i) => (i === at ? shifted(row, f) : row));
    })(history);
  };
}

function shifted(row: Row, by: number): Row {
  const f = (numberField(row.value, 'f') + by) >>> 0;
  return { ...row, value: mutate.withRow(row.value, { f }) };
}

/** Moves the last row of a commit into the next one, behind a later record of the same split. */
function delayRow(history: readonly HistoryEvent[]): HistoryEvent[] | null {
  const next = structuredClone([...history]);
  const events = mutate.visibleOf(next);
  for (const [i, from] of events.entries()) {
    const into = events[i + 1];
    const [first] = from.rows;
    if (into === undefined || first === undefined || from.rows.length < 8) continue;
    const others = from.rows.slice(1).some((row) => row.key === first.key);
    if (!others) continue;
    for (const event of next) {
      if (event.kind !== 'visible' && event.kind !== 'written') continue;
      const target = event as { rows: readonly Row[] };
      if (event.transaction === from.transaction) target.rows = event.rows.slice(1);
      else if (event.transaction === into.transaction) target.rows = [first, ...event.rows];
    }
    return next;
  }
  return null;
}
