/**
 * Small keys are decided by the definition: every legal run is listed, and what shows is looked up
 * in the list. Where it holds, no anomaly that says otherwise is told; where it does not, and no
 * check has found out why, it is not called valid.
 */
import type { Guarantee } from '../../model/guarantee.ts';
import type { Context } from '../context/context.ts';
import type { Plan } from '../plan/plan.ts';
import { jobOf } from './job.ts';
import { legalOf } from './legal.ts';
import type { Shown } from './play.ts';
import { standingsOf } from './standings.ts';

/** Steps that one list of runs, or of parts of the input, may take at most. */
const listMax = 150_000;

/** `whole`: the plan of all input, also of what a stopped job had not read. */
export function checkEveryRun({ seen, findings, stepsMax }: Context, whole: Plan): void {
  const budget = { left: stepsMax, most: Math.min(stepsMax, listMax) };
  const job = jobOf(whole, seen);
  const legal = job === null ? null : legalOf(job, budget);
  if (job === null || legal === null || seen.end === null) return;
  const rows = job.sinks.flatMap(({ spec: { id } }): Shown[] =>
    (seen.sinks.get(id) ?? []).map(({ row }) => ({ sink: id, row })),
  );
  findings.cover('keys-with-every-run-listed', legal.keys.size);
  const standings = Object.entries(standingsOf({ legal, outcome: seen.end.outcome, budget }, rows));
  for (const [name, standing] of standings) {
    const guarantee = name as Guarantee;
    if (standing === 'holds') findings.establish(guarantee);
    else findings.leaveOpen('no order and no event time gives what shows', guarantee);
  }
}
