/**
 * The checker's entry: case and history in, verdict out. Pure; the same inputs give the same
 * verdict. A history that parses never makes it throw: what it cannot decide is *unknown*.
 * Not here: how a verdict is shown (reports) or where histories come from (subjects).
 */
import type { Case } from '../model/case.ts';
import { guarantees } from '../model/guarantee.ts';
import type { HeaderEvent, History } from '../model/history.ts';
import type { Verdict } from '../model/verdict.ts';
import { checkCommits } from './commits/commits.ts';
import { checkSnapshots } from './commits/snapshots.ts';
import type { Context } from './context.ts';
import { checkSinks } from './delivery/sinks.ts';
import { Findings } from './findings/findings.ts';
import { verdictOf } from './findings/verdict.ts';
import { endingOf } from './liveness/completeness.ts';
import { checkLiveness } from './liveness/liveness.ts';
import { checkProgress } from './liveness/progress.ts';
import { checkVacuity } from './liveness/vacuity.ts';
import { observe } from './observation/observe.ts';
import { planOf, planOfPart } from './plan/stages.ts';
import { checkSelfReports } from './time/self-reports.ts';

export interface CheckSettings {
  /** Steps the search for opaque outputs may take per key; beyond them the answer is unknown. */
  readonly stepsMax?: number;
}

const defaultStepsMax = 200_000;

/**
 * Decides every guarantee of `kase` from what was visible. A history that is empty or was cut off
 * (no `end` event) decides nothing: everything promised is unknown.
 */
export function checkHistory(kase: Case, history: History, settings: CheckSettings = {}): Verdict {
  const seen = observe(history);
  const findings = new Findings();
  const setting = { kase, clock: clockOf(history) };
  const whole = planOf(setting);
  const ending = endingOf(whole, seen);
  const { due, stoppedAt } = ending;
  const plan = stoppedAt === null ? whole : planOfPart(setting, stoppedAt);
  const stepsMax = settings.stepsMax ?? defaultStepsMax;
  const context: Context = { plan, seen, findings, stepsMax, due, shown: new Map() };
  if (seen.end === null) {
    const reason = history.length === 0 ? 'the history is empty' : 'the history has no end event';
    findings.vacuous(reason);
    findings.leaveOpen(reason, ...guarantees);
    return verdictOf(context);
  }
  checkSinks(context);
  checkCommits(context);
  checkSnapshots(context);
  checkSelfReports(context);
  checkProgress(context, ending);
  checkLiveness(context, { plan: whole, header: headerOf(history) });
  checkVacuity(context);
  return verdictOf(context);
}

/** Of a history without header nothing is known that would make the judgement stricter. */
function clockOf(history: History): HeaderEvent['clock'] {
  return headerOf(history)?.clock ?? 'machine';
}

function headerOf([header]: History): HeaderEvent | null {
  return header?.kind === 'header' ? header : null;
}
