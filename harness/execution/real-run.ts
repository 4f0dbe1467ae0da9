/**
 * A run of a real subject in which every planned fault strikes. Real time is its own master: a
 * fault anchored at the third commit finds no third commit when a restart came early, and nobody
 * kills a database server that is somebody else's. What cannot strike is left out. Two means
 * against misses: the schedule is tried on the model first, and what misses there is left out; and
 * a run in which a fault missed is made again. A run that shows an anomaly is never repeated: it is
 * the result.
 */
import type { Case } from '../../src/model/case.ts';
import type { History } from '../../src/model/history.ts';
import type { ImmediateSubject, RealSubject } from '../subjects/port/subject.ts';
import { execute, isVacuous } from './execute.ts';
import type { RunEvidence } from './outcome.ts';

/**
 * Times a run is made before it stays vacuous; from the last one faults that missed are left out.
 */
const attemptsMax = 3;
/** Leaving a fault out can make another miss; each round leaves out at least one. */
const aimingRoundsMax = 8;

export interface RealRun extends RunEvidence {
  /** What was done so that every fault strikes, by the names of the coverage. */
  readonly aiming: {
    readonly 'faults-planned': number;
    readonly 'faults-left-out': number;
    readonly 'runs-repeated': number;
  };
}

/** Runs `kase`, aimed. Throws what the subject or the checker throws. */
export async function runAimed(subject: RealSubject, kase: Case): Promise<RealRun> {
  let aimed = aimAt(subject.model, withInjectable(subject, kase));
  for (let attempt = 1; ; attempt++) {
    const execution = await execute(subject, aimed);
    if (attempt === attemptsMax || !isVacuous(execution.verdict)) {
      return { case: aimed, execution, aiming: aimingOf(kase, aimed, attempt) };
    }
    if (attempt === attemptsMax - 1) aimed = withoutMissed(aimed, execution.history);
  }
}

/** Without the faults that the subject cannot inject as it was set up. */
function withInjectable(subject: RealSubject, kase: Case): Case {
  const schedule = kase.schedule.filter((fault) => subject.canInject?.(fault) ?? true);
  return schedule.length === kase.schedule.length ? kase : { ...kase, schedule };
}

/** The case with those faults only that take effect on the model. */
function aimAt(model: ImmediateSubject, kase: Case): Case {
  let aimed = kase;
  for (let round = 0; round < aimingRoundsMax; round++) {
    const struck = withoutMissed(aimed, model.run(aimed).history);
    if (struck.schedule.length === aimed.schedule.length) break;
    aimed = struck;
  }
  return aimed;
}

function withoutMissed(kase: Case, history: History): Case {
  const struck = new Set<number>();
  for (const event of history) {
    if (event.kind === 'fault' && event.event === 'effect') struck.add(event.fault);
  }
  return { ...kase, schedule: kase.schedule.filter((_, index) => struck.has(index)) };
}

function aimingOf(kase: Case, aimed: Case, attempts: number): RealRun['aiming'] {
  return {
    'faults-planned': aimed.schedule.length,
    'faults-left-out': kase.schedule.length - aimed.schedule.length,
    'runs-repeated': attempts - 1,
  };
}
