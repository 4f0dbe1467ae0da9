/**
 * The checker's entry: case and history in, verdict out. Pure; the same inputs give the same
 * verdict. A history that parses never makes it throw: what it cannot decide is *unknown*.
 * Not here: how a verdict is shown (reports) or where histories come from (subjects).
 */
import { present } from '../base/assert.ts';
import type { Case } from '../model/case.ts';
import { FunctionFailure } from '../model/validate/function-guard.ts';
import { guarantees } from '../model/guarantee.ts';
import type { HeaderEvent, History } from '../model/history.ts';
import {
  catalogWith,
  type OwnFunctions,
  unknownFunctions,
} from '../model/validate/own-functions.ts';
import type { JudgedPart } from '../model/verdict/judged-part.ts';
import type { Blame, Verdict } from '../model/verdict/verdict.ts';
import { checkCommits } from './commits/commits.ts';
import { checkSnapshots } from './commits/snapshots.ts';
import type { Context, ShownBySink } from './context/context.ts';
import { checkBeyond } from './delivery/beyond.ts';
import { checkSinks } from './delivery/sinks.ts';
import { checkEveryRun } from './every-run/every-run.ts';
import { Findings } from '../judgement/findings.ts';
import { verdictOf } from './conclusion/verdict.ts';
import { judge } from '../judgement/judge.ts';
import { type Reason, unknownFor } from '../judgement/words/unknown-texts.ts';
import { endingOf } from './liveness/completeness.ts';
import { checkLiveness } from './liveness/liveness.ts';
import { checkProgress } from './liveness/progress.ts';
import { checkVacuity } from './liveness/vacuity.ts';
import { observe } from './evidence/observe.ts';
import type { Setting } from './plan/records.ts';
import { planOf, planOfPart } from './plan/stages.ts';
import { checkSelfReports } from './time/self-reports.ts';

export interface CheckSettings {
  /** Steps the search for opaque outputs may take per key; beyond them the answer is unknown. */
  readonly stepsMax?: number;
  /** Whether small keys are decided by a list of all their legal runs (true, if left out). */
  readonly listsRuns?: boolean;
  /** Functions of your own that the case names, beside the built-in ones. */
  readonly functions?: OwnFunctions;
  /** Called for each part of a sink with the regime that judges it, and why. */
  readonly onRegime?: (judged: JudgedPart) => void;
}

const defaultStepsMax = 200_000;

/**
 * Decides every guarantee of `kase` from what was visible. A history that is empty or was cut off
 * (no `end` event) decides nothing: everything promised is unknown. So is a case with a function
 * that is not known here, or that throws. Throws an InputError for what is no catalogue.
 */
export function checkHistory(kase: Case, history: History, settings: CheckSettings = {}): Verdict {
  const functions = catalogWith(settings.functions);
  const [unknown] = unknownFunctions(kase.pipeline, functions);
  if (unknown !== undefined) {
    const { operator, kind, name } = unknown;
    return undecided(kase, { reason: 'unknown-function', operator, kind, name });
  }
  try {
    return decide({ kase, functions, clock: clockOf(history) }, history, settings);
  } catch (error) {
    if (error instanceof FunctionFailure) {
      return undecided(kase, { reason: 'function-failed', message: error.message });
    }
    throw error;
  }
}

function decide(setting: Setting, history: History, settings: CheckSettings): Verdict {
  const seen = observe(history, splitsRead(setting.kase));
  const findings = new Findings();
  const whole = planOf(setting);
  const ending = endingOf(whole, seen);
  const { due, stoppedAt } = ending;
  const plan = stoppedAt === null ? whole : planOfPart(setting, stoppedAt);
  const stepsMax = settings.stepsMax ?? defaultStepsMax;
  const { onRegime } = settings;
  const context: Context = { plan, seen, findings, stepsMax, due, onRegime };
  if (seen.end === null) {
    doubtAll(findings, { reason: history.length === 0 ? 'empty-history' : 'no-end-event' });
    return verdictOf(context);
  }
  let shown: ShownBySink = new Map();
  if (ending.cutKnown) {
    shown = checkSinks(context);
    checkBeyond(context, whole);
    if (settings.listsRuns !== false) checkEveryRun(context, whole);
  } else {
    findings.doubt({ reason: 'unknown-end', ending: ending.reason });
  }
  checkCommits(context);
  checkSnapshots(context, shown);
  checkSelfReports(context);
  checkProgress(context, ending);
  checkLiveness(context, { plan: whole, header: headerOf(history) });
  checkVacuity(context);
  return verdictOf(context);
}

function splitsRead({ pipeline }: Case): readonly string[] {
  return pipeline.operators.flatMap((spec) => (spec.kind === 'source' ? spec.splits : []));
}

function doubtAll(findings: Findings, reason: Reason): void {
  findings.doubt(reason);
  findings.leaveOpen(unknownFor(reason).text, ...guarantees);
}

/** Nothing is said about any guarantee. */
function undecided({ promises }: Case, reason: Reason): Verdict {
  const findings = new Findings();
  doubtAll(findings, reason);
  const upserts: ReadonlySet<string> = new Set();
  const blameOf = (): Blame => present<Blame>(null, 'an anomaly to blame something for');
  return judge({ findings, promises, upserts, blameOf });
}

/** Of a history without header nothing is known that would make the judgement stricter. */
function clockOf(history: History): HeaderEvent['clock'] {
  return headerOf(history)?.clock ?? 'machine';
}

function headerOf([header]: History): HeaderEvent | null {
  return header?.kind === 'header' ? header : null;
}
