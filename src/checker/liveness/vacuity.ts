/**
 * Whether the run proves anything: every scheduled fault took effect, checkpoints completed where
 * recovery is the point, and the sinks saw output. And the facts scenarios ask for by name.
 */
import type { Context } from '../context/context.ts';

export function checkVacuity(context: Context): void {
  const { plan, seen, findings } = context;
  const { schedule, promises } = plan.kase;
  schedule.forEach((fault, index) => {
    if (seen.effects.has(index)) findings.cover('faults-with-effect');
    else {
      const { kind: action } = fault.action;
      findings.doubt({ reason: 'fault-without-effect', fault: index, action });
    }
  });
  const outputs = [...seen.sinks.values()].reduce((sum, rows) => sum + rows.length, 0);
  const completed = seen.counts['checkpoints-completed'] ?? 0;
  if (plan.table.count === 0) findings.doubt({ reason: 'empty-workload' });
  else if (outputs === 0 && context.due.kind === 'all' && !explained(context)) {
    findings.doubt({ reason: 'no-output' });
  }
  if (promises.includes('exactly-once') && plan.table.count > 0 && completed === 0) {
    findings.doubt({ reason: 'no-checkpoint' });
  }
  for (const limit of seen.limits) findings.doubt({ reason: 'limit-hit', limit });
  coverFacts(context);
}

/** Nothing came out because nothing may: everything was filtered; or the loss is reported. */
function explained({ findings }: Context): boolean {
  return findings.found().length > 0;
}

function coverFacts({ plan, seen, findings }: Context): void {
  for (const [name, amount] of Object.entries(seen.counts)) findings.cover(name, amount);
  findings.cover('records', plan.table.count);
  findings.cover('attempts', seen.attempts.length);
  const restores = seen.attempts.filter((attempt) => attempt.restored !== null);
  findings.cover('restores', restores.length);
  const times = [...seen.checkpoints.values()].map((checkpoint) => checkpoint.completedT);
  const effects = [...seen.effects.values()];
  if (effects.some((t) => times.some((c) => c < t))) findings.cover('checkpoint-before-fault');
  if (effects.some((t) => times.some((c) => c > t))) findings.cover('checkpoint-after-fault');
  for (const transaction of seen.transactions.values()) {
    const [first] = transaction.visible;
    if (first === undefined) continue;
    const pending = restores.some(
      (r) =>
        r.attempt > transaction.attempt &&
        r.event < first.index &&
        (r.restored ?? 0) >= (transaction.checkpoint ?? 0),
    );
    if (pending) findings.cover('restore-with-pending-transactions');
  }
  for (const attempt of seen.attempts) {
    if (attempt.attempt > 1 && attempt.restored === null) findings.cover('restarts-from-scratch');
  }
}
