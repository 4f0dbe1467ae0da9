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
    sentence: `${recordList(context, records)} shows twice at ${sink}: ${how[name] ?? name}.`,
    let: [`A = ${seenText(first)}`, `B = ${seenText(again)}`],
    thus: [`A and B are the same output of ${recordList(context, records)}`],
    however: ['each input contributes to visible output once'],
    nearest: `a legal run if ${recordList(context, records)} is applied twice`,
    expected: [],
    observed: [seenText(again)],
  });
}
