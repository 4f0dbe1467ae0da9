/**
 * Texts for panes whose records count wrongly.
 */
import type { AnomalyName } from '../../model/guarantee.ts';
import { field, numberField } from '../../model/functions.ts';
import { type Context, recordList, seenText, witness } from '../context.ts';
import type { Seen } from '../observation/observe.ts';
import type { Item } from '../plan/items.ts';
import type { Group } from './groups.ts';

/** A record counted more often inside one value than it exists: state was applied twice. */
export function reportRepeated(
  context: Context,
  sink: string,
  { seen, items }: { seen: Seen; items: readonly Item[] },
): void {
  const records = items.flatMap((item) => item.from);
  const replayed = context.seen.attempts.some(
    (attempt) => attempt.restored !== null && attempt.event < seen.event,
  );
  context.findings.cover('duplicates');
  context.findings.report({
    name: replayed ? 'duplicate-replay' : 'duplicate',
    operator: sink,
    key: seen.row.key,
    records,
    witnesses: [witness(context, 'counted twice', { record: records[0], seen })],
    sentence: `${recordList(context, records)} is counted twice in one value at ${sink}.`,
    let: [`R = ${seenText(seen)}`],
    thus: [`R lists ${recordList(context, records)} more than once`],
    however: ['it exists once in the input'],
    nearest: `a legal run if ${recordList(context, records)} is applied twice`,
    observed: [seenText(seen)],
  });
}

/** An opaque value of a known window that none of the admissible sets of records yields. */
export function reportOpaque(
  context: Context,
  sink: string,
  { seen, group }: { seen: Seen; group: Group },
): void {
  const records = group.members.flatMap((member) => member.item.from);
  const name = opaqueName(seen, group);
  context.findings.report({
    name,
    alsoRefutes: ['validity'],
    operator: sink,
    key: seen.row.key,
    records,
    witnesses: [witness(context, 'not the fold of its window', { record: records[0], seen })],
    sentence: `The value of a pane at ${sink} is not what its window's records give.`,
    let: [`P = ${seenText(seen)}`],
    thus: [`the window holds ${recordList(context, records)}`],
    however: ['no admissible set of them gives the value of P'],
    observed: [seenText(seen)],
  });
}

/** Counts say whether something is missing or doubled; version vectors say both at once. */
function opaqueName(seen: Seen, group: Group): AnomalyName {
  const result = field(seen.row.value, 'result');
  const most = group.members.filter((member) => member.presence !== 'never').length;
  const least = group.members.filter((member) => member.presence === 'must').length;
  const n = typeof result === 'number' ? null : field(result, 'n');
  if (typeof n !== 'number') return 'window-content';
  if (n > most) return 'duplicate';
  if (n < least) return 'loss';
  const fingerprint = group.members.reduce(
    (sum, member) => (sum + numberField(member.item.value, 'f')) >>> 0,
    0,
  );
  const traced = fingerprint !== 0 && field(result, 'f') !== null && most === least;
  return traced && numberField(result, 'f') !== fingerprint ? 'masked' : 'state-divergence';
}
