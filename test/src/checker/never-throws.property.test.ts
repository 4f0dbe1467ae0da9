/**
 * A history that parses never makes the checker throw, however odd it is: thousands of histories,
 * changed in all ways that the format allows, also those of other cases.
 */
import { describe, expect, test } from 'vitest';

import { catalog } from '../../../scenarios/catalog/index.ts';
import { simulate } from '../../../harness/subjects/simulate.ts';
import { RandomStream } from '../../../src/base/random.ts';
import { checkHistory } from '../../../src/checker/check.ts';
import type { Case } from '../../../src/model/case.ts';
import type { Guarantee } from '../../../src/model/guarantee.ts';
import type { History } from '../../../src/model/history.ts';
import { InputError } from '../../../src/model/input-error.ts';
import { limits } from '../../../src/model/limits.ts';
import { validateHistory } from '../../../src/model/validate/validate-history.ts';
import { history, log } from './by-hand.ts';
import { legalRun, makeCase, makeLogs } from './legal-run.ts';
import { nested, oddHistory } from './odd-history.ts';
import { bodies, sink, source } from './pipelines.ts';

const runs = Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1);

interface Recorded {
  readonly kase: Case;
  readonly history: History;
}

const strict: readonly Guarantee[] = [
  'validity',
  'exactly-once',
  'ordered',
  'atomic-commit',
  'snapshot-consistent',
  'monotone',
  'progress',
];

/** A legal run of a small pipeline of some kind, with some connector, perhaps stopped early. */
function smallRun(random: RandomStream, seed: number): Recorded {
  const name = random.pick(Object.keys(bodies));
  const splits = ['s0', 's1', 's2'].slice(0, ['join', 'union'].includes(name) ? 3 : 2);
  const connector = random.pick(['two-phase', 'two-phase', 'append', 'upsert'] as const);
  const operators = (bodies[name]?.(splits, 20) ?? []).map((operator) =>
    operator.kind === 'sink' ? { ...operator, connector } : operator,
  );
  const logs = makeLogs(seed, { splits: splits.length, records: 12, keys: 3, disorder: 30 });
  const stop = { kind: random.pick(['drain', 'suspend'] as const), atMs: 40 };
  const kase = makeCase({
    operators,
    splits: logs,
    promises: connector === 'two-phase' ? strict : ['validity', 'at-least-once'],
    options: random.chance(0.2) ? { stop } : {},
  });
  return { kase, history: named(legalRun(kase, seed, 0.05)) };
}

/** The digest of the case is of no matter here, but a history has to have one. */
function named(events: History): History {
  return events.map((event) => (event.kind === 'header' ? { ...event, caseDigest: '0' } : event));
}

/** Status, `refused`, or what the checker threw. */
function outcomeOf({ kase, history: events }: Recorded): string {
  const text = events.map((event) => `${JSON.stringify(event)}\n`).join('');
  let parsed: History;
  try {
    parsed = validateHistory(text).history;
  } catch (error) {
    if (error instanceof InputError) return 'refused';
    throw error;
  }
  try {
    return checkHistory(kase, parsed, { stepsMax: 20_000 }).status;
  } catch (error) {
    return `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
}

/** How often each came out over `count` odd histories; every tenth is that of another case. */
function outcomes(
  record: (random: RandomStream, seed: number) => Recorded,
  { count, each }: { readonly count: number; readonly each: number },
): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const others: Recorded[] = [];
  for (let seed = 0; seed < count / each; seed++) {
    const random = new RandomStream(seed, 'odd histories');
    const recorded = record(random, seed);
    others.push(recorded);
    for (let i = 0; i < each; i++) {
      const base = random.chance(0.1) ? random.pick(others) : recorded;
      const odd = oddHistory(random, base.history);
      const outcome = outcomeOf({ kase: recorded.kase, history: odd });
      found.set(outcome, (found.get(outcome) ?? 0) + 1);
    }
  }
  return found;
}

const statuses = ['invalid', 'refused', 'unknown', 'valid'];

describe('an odd history', () => {
  test('of a small pipeline never makes the checker throw', { timeout: 120_000 * runs }, () => {
    const found = outcomes(smallRun, { count: 3_000 * runs, each: 6 });
    expect([...found.keys()].sort()).toEqual(statuses);
    // Most of them are read: what is refused says nothing about the checker.
    expect(found.get('refused')).toBeLessThan(1_000 * runs);
  });

  test('of a simulated run never makes the checker throw', { timeout: 120_000 * runs }, () => {
    const record = (random: RandomStream, seed: number): Recorded => {
      const kase = random.pick(catalog).generate(seed, 0);
      return { kase, history: simulate(kase).history };
    };
    const found = outcomes(record, { count: 300 * runs, each: 10 });
    expect([...found.keys()].filter((outcome) => !statuses.includes(outcome))).toEqual([]);
  });

  test('without some of its events, or all, never makes the checker throw', () => {
    const whole = smallRun(new RandomStream(3, 'parts'), 3);
    const verdicts = whole.history.map((_, length) =>
      outcomeOf({ kase: whole.kase, history: whole.history.slice(0, length + 1) }),
    );
    expect(verdicts.filter((outcome) => outcome !== 'unknown')).toEqual(['valid']);
    expect(checkHistory(whole.kase, []).status).toBe('unknown');
  });
});

describe('the deepest value that is read', () => {
  const kase = makeCase({
    operators: [source(['s0']), sink('source')],
    splits: [log('s0', [[1, 10]])],
  });

  test.each([1, limits.historyValueDepthMax])('%i levels: is judged', (levels) => {
    const row = { key: 'k', ts: 10, value: nested(levels) as number };
    const deep = named(history(kase, [{ rows: [row] }]));
    expect(outcomeOf({ kase, history: deep })).toBe('invalid');
  });
});
