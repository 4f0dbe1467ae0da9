/**
 * Which runs count, and what a report says of a campaign, follow from the kinds of reasons: the
 * same outcomes with every sentence reworded give the same counts and as many lines.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { conclude } from '../../../harness/campaign/conclude.ts';
import { Tally } from '../../../harness/campaign/tally.ts';
import { isVacuous, failedOutcome } from '../../../harness/execution/execute.ts';
import type { RunOutcome } from '../../../harness/execution/outcome.ts';
import { reasonsLeft, unknownText } from '../../../reports/describe/unknown-text.ts';
import type { CaseResult, ScenarioResult } from '../../../reports/result.ts';
import type { Unknown } from '../../../src/model/verdict/unknown.ts';
import { hostileScenario, hostileVerdict } from '../../reports/sample-report.ts';

const reason: fc.Arbitrary<Unknown> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('vacuous', 'error', 'limit', 'undecided'),
    guarantee: fc.constant(null),
    text: fc.constantFrom('a', 'the sinks saw no output', 'the run ended in an error: b'),
  }),
  fc.record({
    kind: fc.constantFrom('limit', 'undecided'),
    guarantee: fc.constantFrom('validity', 'progress'),
    text: fc.constantFrom('a', 'vacuous: c'),
  }),
);
const run = fc.record({
  status: fc.constantFrom('valid', 'unknown', 'unknown', 'unknown'),
  reasons: fc.array(reason, { minLength: 1, maxLength: 3 }),
  isKept: fc.boolean(),
});
interface Run {
  readonly status: 'valid' | 'unknown';
  readonly reasons: readonly Unknown[];
  readonly isKept: boolean;
}

/** Texts as an author would never write them: each begins like another kind. */
const reworded = (unknown: Unknown): Unknown => ({
  ...unknown,
  text: `${unknown.kind === 'vacuous' ? 'the strongest guarantee should be' : 'vacuous'} ${unknown.text}`,
});

function resultOf(runs: readonly Run[], told: (unknown: Unknown) => Unknown): ScenarioResult {
  const tally = new Tally([{ name: 'a restore', anyOf: ['restores'] }]);
  const cases: CaseResult[] = [];
  const [sample] = hostileScenario.cases;
  runs.forEach(({ status, reasons, isKept }, number) => {
    const unknowns = status === 'valid' ? [] : reasons.map(told);
    const verdict = { ...hostileVerdict, status, unknowns };
    const outcome: RunOutcome = { ...failedOutcome(number, 'an error'), error: null, status };
    tally.add({ ...outcome, unknowns, vacuous: isVacuous(verdict) });
    const open = unknowns[0] ?? null;
    if (isKept && sample !== undefined) cases.push({ ...sample, status, open });
  });
  const { id, title, promises } = hostileScenario;
  const scenario = { id, title, promises, expectation: 'valid', sometimes: [] } as const;
  return conclude({ scenario, tally, wallMs: 1 }, cases);
}

describe('a reworded sentence', () => {
  it('changes no count', () => {
    fc.assert(
      fc.property(fc.array(run, { minLength: 1, maxLength: 6 }), (runs) => {
        const as = resultOf(runs, (unknown) => unknown);
        const other = resultOf(runs, reworded);
        expect(other.unknowns.map(({ kind }) => kind)).toEqual(as.unknowns.map(({ kind }) => kind));
        expect({ ...other, unknowns: [], cases: [] }).toEqual({ ...as, unknowns: [], cases: [] });
        expect(unknownText({ scenarios: [other] })).toBe(unknownText({ scenarios: [as] }));
        expect(reasonsLeft(other)).toHaveLength(reasonsLeft(as).length);
      }),
    );
  });

  it('may begin like one of another kind', () => {
    const undecided = { kind: 'undecided', guarantee: null, text: 'vacuous: as it seems' } as const;
    const { vacuousRuns, verdict } = resultOf(
      [{ status: 'unknown', reasons: [undecided], isKept: false }],
      (unknown) => unknown,
    );
    expect({ vacuousRuns, verdict }).toEqual({ vacuousRuns: 0, verdict: 'unknown' });
    const vacuous = { ...undecided, kind: 'vacuous' } as const;
    const result = resultOf(
      [{ status: 'unknown', reasons: [vacuous], isKept: false }],
      (unknown) => unknown,
    );
    expect(result.vacuousRuns).toBe(1);
  });
});
