/**
 * Which sinks the promises exactly-once and at-most-once are about: the transactional ones when the
 * job has any. An append sink beside them repeats rows after a restore by design, an upsert sink
 * shows older values while it replays.
 */
import type { Context } from '../context.ts';

export function isExemptSink({ plan }: Context, sink: string): boolean {
  const spec = plan.sinks.find((candidate) => candidate.spec.id === sink)?.spec;
  if (spec === undefined || spec.connector === 'two-phase') return false;
  return plan.sinks.some((candidate) => candidate.spec.connector === 'two-phase');
}
