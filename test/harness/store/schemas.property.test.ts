/**
 * The published schemas against what validates here: on generated cases, the lines of their
 * histories and their verdicts, and on the same with something changed.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { jsonSchema } from '../../../harness/store/schemas.ts';
import { validateVerdict } from '../../../harness/store/verdict-schema.ts';
import { simulate } from '../../../harness/subjects/simulate.ts';
import { random } from '../../../scenarios/catalog/random.ts';
import { checkHistory } from '../../../src/checker/check.ts';
import { Report } from '../../../src/model/input-error.ts';
import { validateCase } from '../../../src/model/validate/validate-case.ts';
import { eventShape } from '../../../src/model/validate/validate-history.ts';
import { accepts } from '../../support/json-schema.ts';

const multiplier = Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1);
const runs = { numRuns: Math.ceil(300 * multiplier) };
const schemas = { case: jsonSchema('case'), history: jsonSchema('history') };

const cases = Array.from({ length: 12 }, (_, i) => random.generate(5, i));
const histories = cases.map((kase) => simulate(kase).history);
const lines = histories.flat();
/** Some of each kind of event. */
const samples = [...Map.groupBy(lines, ({ kind }) => kind).values()].flatMap((all) =>
  all.slice(0, 8),
);

function isValid(check: () => unknown): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}

const isEvent = (value: unknown): boolean => eventShape(value, '', new Report());

/** Something else in place of a member, another value of its type, a member less, or one more. */
const odd: readonly unknown[] = [-1, 0, 1, 0.5, '', 'x', null, true, [], {}, [1], 2 ** 60];

interface Change {
  /** Which of the places of the document, as a share of them. */
  readonly at: number;
  readonly how: 'replace' | 'nudge' | 'remove' | 'add';
  readonly by: unknown;
}

const changes: fc.Arbitrary<Change> = fc.record({
  // Every place alike: the first one is the kind.
  at: fc.noBias(fc.integer({ min: 0, max: 999_999 })).map((n) => n / 1_000_000),
  how: fc.constantFrom('replace', 'nudge', 'nudge', 'remove', 'add'),
  by: fc.constantFrom(...odd),
});

type Holder = Record<string, unknown>;

function placesOf(value: unknown): { readonly holder: Holder; readonly name: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Holder;
  return Object.keys(holder).flatMap((name) => [{ holder, name }, ...placesOf(holder[name])]);
}

function nudged(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  return typeof value === 'string' ? `${value}-x` : !value;
}

function changed(document: unknown, { at, how, by }: Change): unknown {
  const copy: unknown = structuredClone(document);
  const places = placesOf(copy);
  const place = places[Math.floor(at * places.length)];
  if (place === undefined) return by;
  const { holder, name } = place;
  if (how === 'add') holder[`${name}-more`] = by;
  else if (how === 'nudge') holder[name] = nudged(holder[name]);
  else if (how === 'replace' || Array.isArray(holder)) holder[name] = by;
  else delete holder[name];
  return copy;
}

describe('the schema of a line of a history', () => {
  it('accepts every kind of event that the simulator records', () => {
    expect(samples.length).toBeGreaterThan(80);
    expect(samples.filter((event) => !accepts(schemas.history, event))).toEqual([]);
  });

  it('accepts and refuses what reading a history does', () => {
    const told = { right: 0, wrong: 0 };
    fc.assert(
      fc.property(fc.constantFrom(...samples), changes, (event, change) => {
        const value = changed(event, change);
        const right = isEvent(value);
        told[right ? 'right' : 'wrong']++;
        const relates = event.kind === 'header';
        // Options that do not go together are no matter of a schema.
        if (relates && !right) return;
        expect(accepts(schemas.history, value)).toBe(right);
      }),
      { numRuns: runs.numRuns * 10 },
    );
    expect(told.right).toBeGreaterThan(300);
    expect(told.wrong).toBeGreaterThan(300);
  });
});

describe('the schema of a case', () => {
  it('accepts every case that is one', () => {
    for (const kase of cases) expect(accepts(schemas.case, kase)).toBe(true);
  });

  it('refuses no case that is one, whatever is changed', () => {
    let refused = 0;
    fc.assert(
      fc.property(fc.constantFrom(...cases), changes, (kase, change) => {
        const value = changed(kase, change);
        const byRules = isValid(() => validateCase(value));
        const bySchema = accepts(schemas.case, value);
        if (!bySchema) refused++;
        expect(byRules && !bySchema).toBe(false);
      }),
      runs,
    );
    expect(refused).toBeGreaterThan(runs.numRuns / 5);
  });

  it.each([
    ['a missing member', { promises: undefined }],
    ['a version that is none', { version: 7 }],
    ['a negative deadline', { deadlineMs: -1 }],
    ['a fault of no kind', { schedule: [{ when: { at: 1 }, action: { kind: 'flood' } }] }],
  ])('refuses %s', (_, change) => {
    const value: unknown = JSON.parse(JSON.stringify({ ...cases[0], ...change }));
    expect(accepts(schemas.case, value)).toBe(false);
  });

  it('lets functions of the own catalogue of a user through, but no misspelt parameter', () => {
    const withFunction = (fn: object): unknown => ({
      ...cases[0],
      pipeline: {
        ...cases[0]?.pipeline,
        operators: [{ kind: 'map', id: 'm', input: 'x', parallelism: 1, fn }],
      },
    });
    expect(accepts(schemas.case, withFunction({ fn: 'mine', any: 1 }))).toBe(true);
    expect(accepts(schemas.case, withFunction({ fn: 'add', field: 'n', amuont: 1 }))).toBe(false);
  });
});

describe('the schema of a verdict', () => {
  const verdicts = cases.map((kase, i) => {
    // A history without its last visible rows shows anomalies, too.
    const history = histories[i] ?? [];
    const last = history.findLastIndex(({ kind }) => kind === 'visible');
    return checkHistory(
      kase,
      history.filter((_, at) => at !== last),
    );
  });

  it('is the one that reads verdicts back', () => {
    expect(verdicts.flatMap(({ anomalies }) => anomalies).length).toBeGreaterThan(3);
    for (const verdict of verdicts) {
      const value: unknown = JSON.parse(JSON.stringify(verdict));
      expect(validateVerdict(value)).toEqual(value);
    }
  });

  it('refuses anything else with the place', () => {
    const [verdict] = verdicts;
    expect(() => validateVerdict({ ...verdict, status: 'fine' })).toThrow(/status: found "fine"/);
    expect(() => validateVerdict({ ...verdict, more: 1 })).toThrow(/verdict was refused/);
  });
});
