/**
 * The verdict on a case, with what each violation is tied to.
 */
import type { Verdict } from '../../model/verdict/verdict.ts';
import { judge } from '../../judgement/judge.ts';
import type { Context } from '../context/context.ts';
import { blameOf } from './forensics.ts';

export function verdictOf(context: Context): Verdict {
  const { findings, plan } = context;
  return judge({
    findings,
    promises: plan.kase.promises,
    upserts: new Set(
      plan.sinks.flatMap(({ spec }) => (spec.connector === 'upsert' ? [spec.id] : [])),
    ),
    blameOf: (found) => blameOf(context, found),
  });
}
