/**
 * The verifier of stream histories believes nothing: in explanations that hold, each part of each
 * claim is changed, and the changed claim is refuted. Some changes give another true claim (a later
 * record is missing, too), so what counts is that every part of every kind is caught somewhere.
 */
import { describe, expect, test } from 'vitest';
import { streamHistoryOf } from '../../../../harness/stream-history/from-history.ts';
import { simulate } from '../../../../harness/subjects/simulate.ts';
import { RandomStream } from '../../../../src/base/random.ts';
import { StreamFacts } from '../../../../src/claims-verifier/streams/stream-facts.ts';
import { verifyStreamExplanations } from '../../../../src/claims-verifier/streams/verify-stream.ts';
import { StreamChecker } from '../../../../src/stream-checker/stream-checker.ts';
import type { Claim, StatedClaim } from '../../../../src/model/verdict/claim.ts';
import { InputError } from '../../../../src/model/input-error.ts';
import type { Verdict } from '../../../../src/model/verdict/verdict.ts';
import { injections } from '../../../harness/stream-history/inject.ts';
import { plainCases } from '../../../harness/stream-history/plain-cases.ts';
import type { SmallRun } from '../../stream-checker/small-run.ts';
import { oddRuns } from './odd-runs.ts';

interface Judged {
  readonly facts: StreamFacts;
  readonly verdict: Verdict;
}

function judged({ header, events }: SmallRun): Judged {
  const checker = new StreamChecker(header);
  const facts = new StreamFacts(header);
  for (const event of events) {
    checker.take(event);
    facts.take(event);
  }
  return { facts, verdict: checker.verdict() };
}

function drawnRuns(): Judged[] {
  return Array.from({ length: 10 }, (_, run) => {
    const kase = plainCases.generate(4, run);
    const { history } = simulate(kase);
    return Object.entries(injections).flatMap(([name, inject]) => {
      const changed = inject(structuredClone([...history]), new RandomStream(run, `4 ${name}`));
      if (changed === null) return [];
      try {
        const { header, events } = streamHistoryOf(kase, changed);
        return [judged({ header, events: [...events] })];
      } catch (error) {
        if (error instanceof InputError) return [];
        throw error;
      }
    });
  }).flat();
}

/** Another value of the same kind; null: there is none to think of. */
function other(value: unknown, { facts }: Judged): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'string') return otherText(value, facts);
  if (Array.isArray(value)) {
    const [first, ...rest] = value as unknown[];
    if (first === undefined) return null;
    return typeof first === 'string' && rest.length > 0
      ? [...rest, first]
      : [other(first, { facts } as Judged), ...rest];
  }
  if (value !== null && typeof value === 'object' && 'offset' in value) {
    return { ...value, offset: Number(value.offset) + 1_000 };
  }
  return null;
}

function otherText(text: string, { header }: StreamFacts): string {
  if (header.splits.includes(text)) return header.splits.find((split) => split !== text) ?? 'none';
  const names = ['A', 'B'];
  if (names.includes(text)) return names.find((name) => name !== text) ?? 'none';
  return /^\d+$/.test(text) ? `${Number(text) + 1}` : `${text}?`;
}

/** Parts that say nothing of the history: where it stands, how it is called, what it is of. */
const silent: ReadonlySet<string> = new Set(['kind', 'name', 'sink', 'sinks', 'from', 'whole']);
/**
 * The rules are no facts of a history, and a verdict knows itself which of its lines is the only.
 */
const rulesAlone: ReadonlySet<string> = new Set(['rule']);

/**
 * What is as true when this part is another: two rows change places, or it follows all the same.
 */
const asTrue: ReadonlySet<string> = new Set([
  'at-once.rows',
  'one-attempt.rows',
  'one-transaction.rows',
  'without-row.row',
  'no-such-record.record',
  'key-count.key',
  'covered.checkpoint',
  'lie-between.offsets',
]);

interface Caught {
  planted: number;
  caught: number;
}

function plantInto(one: Judged, counts: Map<string, Caught>): void {
  one.verdict.anomalies.forEach((anomaly, at) => {
    const { claims } = anomaly.explanation;
    claims.forEach(({ claim }, i) => {
      if (rulesAlone.has(claim.kind)) return;
      for (const part of Object.keys(claim)) {
        const changed = silent.has(part) ? null : other((claim as never)[part], one);
        if (changed === null) continue;
        const wrong = { ...claim, [part]: changed } as Claim;
        const id = `${claim.kind}.${part}`;
        if (asTrue.has(id)) continue;
        const count = counts.get(id) ?? { planted: 0, caught: 0 };
        count.planted++;
        if (isCaught(one, { at, i, wrong })) count.caught++;
        counts.set(id, count);
      }
    });
  });
}

function isCaught(
  { facts, verdict }: Judged,
  { at, i, wrong }: { readonly at: number; readonly i: number; readonly wrong: Claim },
): boolean {
  const anomalies = verdict.anomalies.map((anomaly, n) => {
    if (n !== at) return anomaly;
    const stated = anomaly.explanation.claims.map((own, m): StatedClaim =>
      m === i ? { part: own.part, claim: wrong } : own,
    );
    return { ...anomaly, explanation: { ...anomaly.explanation, claims: stated } };
  });
  const { faults } = verifyStreamExplanations(facts, { ...verdict, anomalies });
  return faults.some(({ claim, isRefuted }) => isRefuted && claim === wrong);
}

describe('a false sentence', () => {
  const counts = new Map<string, Caught>();
  const all = [...drawnRuns(), ...oddRuns.map((run) => judged(run))];
  for (const one of all) plantInto(one, counts);

  test('is caught, whatever part of it is false', () => {
    const missed = [...counts].flatMap(([id, { caught }]) => (caught === 0 ? [id] : []));
    expect(missed).toEqual([]);
    const total = [...counts.values()].reduce((sum, { planted }) => sum + planted, 0);
    const caught = [...counts.values()].reduce((sum, own) => sum + own.caught, 0);
    expect(total).toBeGreaterThan(1_000);
    expect(caught / total).toBeGreaterThan(0.9);
  });

  test('none of the claims is left out', () => {
    const kinds = new Set([...counts.keys()].map((id) => id.split('.')[0]));
    expect(kinds.size).toBeGreaterThan(70);
  });

  test('is one if it says what only the checker of cases can know', () => {
    const one = all.find(({ verdict }) => verdict.anomalies.length > 0) as Judged;
    const wrong: Claim = { kind: 'healed', name: 'H', t: 0 };
    expect(isCaught(one, { at: 0, i: 0, wrong })).toBe(true);
  });

  test('is not looked up in a history that is too long to keep', () => {
    const [run] = oddRuns as [SmallRun, ...SmallRun[]];
    const facts = new StreamFacts(run.header, 2);
    for (const event of run.events) facts.take(event);
    const { verified, faults } = verifyStreamExplanations(facts, judged(run).verdict);
    expect(verified).toBe(0);
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.some(({ isRefuted }) => isRefuted)).toBe(false);
  });

  test('explanations that hold have none', () => {
    for (const { facts, verdict } of all) {
      const { faults } = verifyStreamExplanations(facts, verdict);
      expect(faults.filter(({ isRefuted }) => isRefuted)).toEqual([]);
    }
  });
});
