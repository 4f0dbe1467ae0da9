/**
 * The checker against an enumeration of everything that is legal: small runs of every operator,
 * connector, mode and ending, as they are and with one thing changed. What is legal raises no
 * alarm, what is not refutes the guarantee, and what an explanation claims is so. 5,000 histories;
 * with TIDEMARK_TEST_RUNS=40, the nightly size, 200,000.
 */
import { describe, expect, test } from 'vitest';
import { checkHistory } from '../../../src/checker/check.ts';
import { closureOf } from '../../../src/judgement/judge.ts';
import { anomalies, anomalyNames, guarantees } from '../../../src/model/guarantee.ts';
import type { Case } from '../../../src/model/case.ts';
import type { History } from '../../../src/model/history.ts';
import type { Status, Verdict } from '../../../src/model/verdict/verdict.ts';
import { type Group, groups, surveyOf } from '../../support/enumeration/groups.ts';
import { disagreements } from '../../support/enumeration/judge.ts';
import { judgeRun, type Survey } from '../../support/enumeration/survey.ts';
import { idOf, isKnown } from '../../support/enumeration/known-gaps.ts';

const scale = Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1);

test.each(Object.entries(groups))(
  'verdicts on runs with %s are those of the enumeration',
  (_, group) => {
    const histories = Math.ceil(group.histories * scale);
    const survey = surveyOf({ ...group, histories });
    const unexpected = [...survey.findings.values()]
      .filter((finding) => !isKnown(finding))
      .map((finding) => {
        const { judged, names, count } = finding;
        return `${idOf(finding)}: ${names.join()}; ${count}, first run ${judged.number} ${judged.edit}`;
      });
    expect(unexpected).toEqual([]);
    expect(brokenThoughOpen(survey)).toEqual([]);
    expect(survey.histories).toBeGreaterThanOrEqual(histories);
  },
  120_000 * Math.max(1, scale),
);

/**
 * Guarantees that an anomaly leaves open by its name, though it never stood alone where one held.
 */
function brokenThoughOpen({ alone }: Survey): readonly string[] {
  return anomalyNames.flatMap((name) =>
    guarantees
      .filter((guarantee) => {
        const of = (standing: string): number => alone.get(`${name} ${guarantee} ${standing}`) ?? 0;
        const isOpen = closureOf(name).every((n) => !anomalies[n].refutes.includes(guarantee));
        return isOpen && of('broken') >= 20 && of('holds') + of('open') === 0;
      })
      .map((guarantee) => `${name}: ${guarantee}`),
  );
}

describe('without the list of runs, as large keys are judged', () => {
  const alone = (kase: Case, history: History): Verdict =>
    checkHistory(kase, history, { listsRuns: false });

  test('nothing legal raises an alarm', { timeout: 120_000 * Math.max(1, scale) }, () => {
    const alarms: string[] = [];
    let legal = 0;
    for (const { settings } of Object.values(groups)) {
      for (let number = 0; number < 60 * scale; number++) {
        const [judged] = judgeRun(number, settings, alone);
        if (judged?.edit !== 'legal') continue;
        legal++;
        const found = disagreements(judged.standings, judged.verdict);
        const alarm = found.filter(({ kind }) => kind === 'false alarm');
        for (const { about } of alarm) alarms.push(`run ${number}: ${about}`);
      }
    }
    expect(alarms).toEqual([]);
    expect(legal).toBeGreaterThanOrEqual(180);
  });

  test('some of what is broken passes, which the list finds', () => {
    const { settings } = groups['transactional sinks'] as Group;
    const missed = surveyOf({ histories: 600, settings }, alone);
    const found = surveyOf({ histories: 600, settings });
    const passes = (survey: Survey): number =>
      [...survey.findings.values()].filter(({ kind }) => kind === 'false valid').length;
    expect(passes(missed)).toBeGreaterThan(0);
    expect(passes(found)).toBe(0);
  });
});

describe('a checker that says the same of everything is seen through', () => {
  const { settings } = groups['transactional sinks'] as Group;

  test.each([
    ['valid', 'false valid'],
    ['invalid', 'false alarm'],
  ] as const)('when it says that all is %s', (status, kind) => {
    const survey = surveyOf({ histories: 200, settings }, () => constant(status));
    const kinds = new Set([...survey.findings.values()].map((finding) => finding.kind));
    expect([...kinds]).toEqual([kind]);
  });
});

function constant(status: Status): Verdict {
  const all = guarantees.map((guarantee) => [guarantee, status] as const);
  return {
    schemaVersion: 2,
    status,
    guarantees: Object.fromEntries(all) as Verdict['guarantees'],
    promises: [],
    strongest: 'none',
    anomalies: [],
    refuted: [],
    possible: [],
    unknowns: [],
    coverage: {},
  };
}
