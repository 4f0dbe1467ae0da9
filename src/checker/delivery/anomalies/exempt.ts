/**
 * What the promises of a job are about. Exactly-once and at-most-once: its transactional sinks when
 * it has any. An append sink beside them repeats rows after a restore by design, an upsert sink
 * shows older values while it replays; there only the last value of each key counts.
 */
import type { Context } from '../../context/context.ts';

export function isExemptSink({ plan }: Context, sink: string): boolean {
  const spec = plan.sinks.find((candidate) => candidate.spec.id === sink)?.spec;
  if (spec === undefined || spec.connector === 'two-phase') return false;
  return plan.sinks.some((candidate) => candidate.spec.connector === 'two-phase');
}

export function isUpsertSink({ plan }: Context, sink: string): boolean {
  return plan.sinks.some(({ spec }) => spec.id === sink && spec.connector === 'upsert');
}
