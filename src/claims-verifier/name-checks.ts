/**
 * Names that `let` gave, looked up.
 */
import type { NamedClaim } from '../model/verdict/claim-names.ts';
import type { StreamKind } from '../model/verdict/claim-streams.ts';
import { exist, gives } from './evidence.ts';
import type { Checks } from './scope.ts';
import { isSameRow } from './values.ts';

export const nameChecks: Checks<Exclude<NamedClaim['kind'], StreamKind>> = {
  row: ({ facts }, claim) => {
    const seen = facts.rowsAt(claim.sink)[claim.position];
    return (
      seen !== undefined &&
      isSameRow(seen.row, claim.row) &&
      seen.t === claim.t &&
      seen.attempt === claim.attempt &&
      seen.transaction === claim.transaction &&
      seen.checkpoint === claim.checkpoint
    );
  },
  records: (scope, { records, output }) =>
    exist(scope, records) && (output === null || gives(scope, records, output)),
  nothing: () => true,
  attempt: ({ facts }, { attempt, t, restored }) =>
    facts.attempts.some((a) => a.attempt === attempt && a.t === t && a.restored === restored),
  offsets: ({ facts }, { checkpoint, offsets }) =>
    facts.completions.some((completion) => completion.checkpoint === checkpoint) &&
    Object.entries(offsets).every(
      ([split, offset]) => facts.offsetIn(checkpoint, split) === offset,
    ),
  transaction: ({ facts }, { sink, transaction, checkpoint, rows }) => {
    const own = facts.history.filter(
      (event) =>
        (event.kind === 'transaction' || event.kind === 'written' || event.kind === 'visible') &&
        event.sink === sink &&
        event.transaction === transaction,
    );
    const written = own.flatMap((event) => (event.kind === 'written' ? event.rows : []));
    const of = own.find((event) => 'checkpoint' in event && event.checkpoint !== null);
    const known = of !== undefined && 'checkpoint' in of ? of.checkpoint : null;
    return own.length > 0 && known === checkpoint && (rows === null || written.length === rows);
  },
  watermark: ({ facts }, { operator, subtask, attempt, watermark, t }) =>
    facts.history.some(
      (event) =>
        event.kind === 'watermark' &&
        event.operator === operator &&
        event.subtask === subtask &&
        event.attempt === attempt &&
        event.watermark === watermark &&
        event.t === t,
    ),
  healed: ({ facts }, { t }) => facts.end?.healedAt === t,
};
