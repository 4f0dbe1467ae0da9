/**
 * The port of whatever is being verified, and the checker beside it. A module that implements it
 * exports `subject` and is named by its URL, so that every worker can load its own copy.
 */
import type { Case } from '../../../src/model/case.ts';
import type { Fault } from '../../../src/model/fault.ts';
import type { History, HistoryEvent } from '../../../src/model/history.ts';
import type { OwnFunctions } from '../../../src/model/validate/own-functions.ts';
import type { Verdict } from '../../../src/model/verdict/verdict.ts';

export interface SubjectRun {
  readonly history: readonly HistoryEvent[];
  readonly messages: number;
  readonly virtualMs: number;
}

/** Functions that a case names and that are not built in. */
export interface GivenFunctions {
  readonly functions: OwnFunctions;
  /** Where another process finds them; null: they exist here only. */
  readonly source: FunctionSource | null;
}

/** URL of a module that exports scenarios, and the one whose functions they are. */
export interface FunctionSource {
  readonly module: string;
  readonly scenario: string;
}

interface Judged {
  readonly id: string;
  check(kase: Case, history: History, given?: Pick<GivenFunctions, 'functions'>): Verdict;
  /** Of a subject that is bound to them: see {@link boundSubject}. */
  readonly given?: GivenFunctions;
}

/** A subject that computes its runs: hundreds a second, and the same case gives the same bytes. */
export interface ImmediateSubject extends Judged {
  run(kase: Case, given?: GivenFunctions): SubjectRun;
}

/** A subject whose runs happen in the world: they take time and do not repeat byte for byte. */
export interface RealSubject extends Judged {
  run(kase: Case, given?: GivenFunctions): Promise<SubjectRun>;
  /** Whether the fault can be injected here; absent: every one can. */
  canInject?(fault: Fault): boolean;
  /** Runs that may go on side by side without disturbing each other much; absent: one. */
  readonly runsAtOnce?: number;
  /** Where candidates of a shrinking are tried first. */
  readonly model: ImmediateSubject;
}

export type Subject = ImmediateSubject | RealSubject;

/** The subject that runs and judges every case with these functions. */
export function boundSubject(subject: Subject, given: GivenFunctions): Subject {
  return isReal(subject) ? boundReal(subject, given) : boundImmediate(subject, given);
}

function boundImmediate(subject: ImmediateSubject, given: GivenFunctions): ImmediateSubject {
  return {
    id: subject.id,
    given,
    run: (kase) => subject.run(kase, given),
    check: (kase, history) => subject.check(kase, history, { functions: given.functions }),
  };
}

function boundReal(subject: RealSubject, given: GivenFunctions): RealSubject {
  const { id, runsAtOnce, model } = subject;
  return {
    id,
    given,
    run: (kase) => subject.run(kase, given),
    check: (kase, history) => subject.check(kase, history, { functions: given.functions }),
    ...(runsAtOnce === undefined ? {} : { runsAtOnce }),
    canInject: (fault) => subject.canInject?.(fault) ?? true,
    model: boundImmediate(model, given),
  };
}

export function isReal(subject: Subject): subject is RealSubject {
  return 'model' in subject;
}
