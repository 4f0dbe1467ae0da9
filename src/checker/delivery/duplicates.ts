/**
 * Which kind of duplicate a second appearance is, from who made both visible and when.
 */
import type { AnomalyName } from '../../model/guarantee.ts';
import { type Context, recordList, seenText, witness } from '../context.ts';
import type { Seen } from '../observation/observe.ts';
import { isExemptSink } from './exempt.ts';

function duplicateName({ seen }: Context, first: Seen, again: Seen): AnomalyName {
  const replays = seen.attempts.some((a) => a.restored !== null && a.event < again.event);
  if (first.event === again.event) return replays ? 'duplicate-replay' : 'duplicate';
  if (first.transaction !== null && first.transaction === again.transaction) {
    return 'duplicate-sink';
  }
  if (first.attempt === again.attempt) return 'duplicate';
  if (again.attempt < first.attempt) return 'duplicate-zombie';
  const successor = seen.attempts.find((attempt) => attempt.attempt > first.attempt);
  return successor !== undefined && first.event > successor.event && first.transaction === null
    ? 'duplicate-zombie'
    : 'duplicate-replay';
}

const how: Readonly<Partial<Record<AnomalyName, string>>> = {
  'duplicate-sink': 'the same transaction became visible twice',
  'duplicate-zombie': 'a superseded attempt made it visible as well as its successor',
  'duplicate-replay': 'it was replayed after a restore and became visible a second time',
  duplicate: 'it became visible a second time within one attempt',
};

export interface Repeat {
  readonly sink: string;
  readonly first: Seen;
  readonly again: Seen;
  readonly records: readonly number[];
}

export function reportDuplicate(context: Context, { sink, first, again, records }: Repeat): void {
  const name = duplicateName(context, first, again);
  // A running aggregate says how far it has come, not which record brought it there.
  const what =
    records.length > 0 ? recordList(context, records) : `A value of key ${again.row.key}`;
  context.findings.cover('duplicates');
  context.findings.report({
    name,
    operator: sink,
    key: again.row.key,
    records,
    outsidePromise: isExemptSink(context, sink),
    witnesses: [
      witness(context, 'first visible', { record: records[0], seen: first }),
      witness(context, 'visible again', { record: records[0], seen: again }),
    ],
    sentence: `${what} shows twice at ${sink}: ${how[name] ?? name}.`,
    let: [`A = ${seenText(first)}`, `B = ${seenText(again)}`],
    thus: [
      records.length > 0 ? `A and B are the same output of ${what}` : 'A and B are the same output',
    ],
    however: ['each input contributes to visible output once'],
    nearest:
      records.length > 0 ? `a legal run if ${what} is applied twice` : 'a legal run without B',
    expected: [],
    observed: [seenText(again)],
  });
}
