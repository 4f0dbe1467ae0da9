/**
 * What explanations of stream histories name, looked up.
 */
import type { StreamFacts } from './stream-facts.ts';
import { exists, rowsMeant, type StreamChecks } from './stream-scope.ts';

export const streamNameChecks: StreamChecks<'showing' | 'records' | 'attempt' | 'job-over'> = {
  showing: ({ facts }, claim) => {
    // The checker knew the event no more.
    if (claim.number === null) return null;
    const shown = facts.shows[claim.number - 1];
    if (shown === undefined) return false;
    const { t, attempt, transaction, checkpoint } = shown;
    const isAnything = claim.record === null && claim.key === null;
    return (
      claim.t === t &&
      claim.attempt === attempt &&
      claim.checkpoint === checkpoint &&
      claim.transaction === (transaction === null ? null : `${transaction}`) &&
      (isAnything || rowsMeant(facts, shown, claim).length > 0)
    );
  },
  records: (scope, { records, output }) => output === null && exists(scope, records),
  attempt: ({ facts }, { attempt, t, restored }) =>
    facts.attempts.some((a) => a.attempt === attempt && a.t === t && a.restored === restored),
  'job-over': ({ facts }, { t, isExact }) => isExact && overSince(facts) === t,
};

/** When the job said that it is over; null: it did not. */
export function overSince({ jobs }: StreamFacts): number | null {
  return jobs.find(({ event }) => event !== 'failed')?.t ?? null;
}
