/**
 * What a job shows that was stopped before it had read everything. What it owes follows from what
 * its last checkpoint had read; but an earlier attempt, or state that ran ahead of the offsets, may
 * have shown rows of more. Whether such a row is one at all is judged by the whole input.
 */
import { type Context, mayShowMore } from '../context/context.ts';
import { Findings } from '../../judgement/findings.ts';
import { blameOf } from '../conclusion/forensics.ts';
import type { Plan } from '../plan/plan.ts';
import { checkSinks } from './sinks.ts';

/**
 * `whole`: the plan of all input. A drained job fired what was not complete, which no plan says.
 */
export function checkBeyond(context: Context, whole: Plan): void {
  const { due, plan } = context;
  if (!due.suspended || !plan.sinks.some(({ spec }) => mayShowMore(context, spec.id))) return;
  const own: Context = {
    ...context,
    plan: whole,
    findings: new Findings(),
    due: { kind: 'none', suspended: false, cutShort: false, committed: null },
    onRegime: undefined,
  };
  checkSinks(own);
  context.findings.takeOver('validity', own.findings, (found) => blameOf(own, found));
}
