/**
 * Texts of the claims about rows that begin an explanation. They stand before names are given.
 */
import type { RowHeadline } from '../../model/verdict/claim-headlines.ts';
import { give, list, place, times, type Texts } from './words.ts';

export const rowHeadlineTexts: Texts<RowHeadline['kind']> = {
  'never-shows': ({ records, sink }) =>
    `${list(records)} never shows at ${sink}, though it was due`,
  'never-together': ({ records, sink }) =>
    `${list(records)} never show together at ${sink}, though that was due`,
  'output-missing': ({ records, output }) =>
    `The output of ${list(records)} is missing at ${output.sink}, though it was due`,
  'only-in-wrong': ({ record, sink }) =>
    `${place(record)} shows at ${sink} only where the row is not what it names`,
  'none-shows': ({ choices }) =>
    `No output of ${choices.map(({ records }) => list(records)).join(' or ')} shows at ${choices[0]?.output.sink}, though one was due`,
  'named-seldom': ({ record, sinks, times: shown, due }) =>
    `${place(record)} shows ${times(shown)} at ${sinks.join(' and ')}, though it was due ${times(due)}`,
  'absent-at': ({ record, sink, key, ts }) =>
    `${place(record)} shows in no row of key ${key} and time ${ts} at ${sink}, though that was due`,
  'key-missing': ({ key, sink }) => `Key ${key} never shows at ${sink}, though it was due`,
  'outputs-incomplete': ({ key, sink }) =>
    `Not all outputs of key ${key} show at ${sink}, though they were due`,
  'never-all': ({ key, sink }) =>
    `No value of key ${key} at ${sink} contains all of its records, though they were due`,
  'outputs-missing': ({ key, sink, shown, due }) =>
    `${shown} of ${due} outputs of key ${key} show at ${sink}, though all were due`,
  'not-counted': ({ records, key, sink }) =>
    `${list(records)} is not in the largest value of key ${key} at ${sink}, though it was due`,
  'values-skipped': ({ key, sink, by }) =>
    `A value of key ${key} at ${sink} counts ${by} more than the one before, so values are missing`,
  'counts-wrong': ({ key, sink, counts, of }) =>
    `The largest value of key ${key} at ${sink} counts ${counts}, and its records give ${of}`,
  'names-nothing': ({ sink, ids }) =>
    `A row at ${sink} names id ${ids.join(', ')}, which no record of the input has`,
  'names-others': ({ sink, records }) =>
    `A row at ${sink} names ${list(records)}, but is not what ${records.length === 1 ? 'it gives' : 'they give'}`,
  'names-unread': ({ sink, records }) =>
    `A row at ${sink} names ${list(records)}, which the job had not read when it was stopped`,
  'gives-unread': ({ sink, records }) =>
    `A row at ${sink} is what ${list(records)} ${give(records)}, which the job had not read when it was stopped`,
  'given-by-none': ({ sink }) => `A row at ${sink} names no record, and none gives it`,
  'sums-wrong': ({ sink }) =>
    `A value at ${sink} is not the sum of the records that its digits name`,
  misrouted: ({ key, under, sink }) =>
    `A record of key ${key} was counted under key ${under} at ${sink}`,
  'no-order': ({ key, sink, output }) =>
    `No order of the records of key ${key} gives output ${output} at ${sink}`,
  'no-run': ({ key, sink, attempt }) =>
    `No run gives what attempt ${attempt} shows of key ${key} at ${sink}, in this order`,
  'unread-end': ({ key, sink, attempt, records }) =>
    `Attempt ${attempt} shows a list of key ${key} at ${sink} that ends with ${list(records)}, which it did not read`,
  'lists-part': ({ key, sink }) =>
    `A list of key ${key} at ${sink} holds part of a row that has several records`,
  forked: ({ key, sink }) =>
    `Key ${key} has two values at ${sink} of which neither continues the other`,
  'does-not-follow': ({ key, sink }) =>
    `A value of key ${key} at ${sink} does not follow from the one before`,
  'last-differs': ({ key, sink }) =>
    `The last value of key ${key} at ${sink} is not the one of any legal run`,
  'shows-behind': ({ first, second, sink }) =>
    `${list(first)} comes before ${list(second)} in its origin, but shows after it at ${sink}`,
  'processed-behind': ({ first, second }) =>
    `${list(first)} comes before ${list(second)} in its origin, but was processed after it`,
  'steps-reversed': ({ key, sink }) =>
    `A value of key ${key} shows at ${sink} before the one that it continues`,
  'shows-twice': ({ records, key, sink }) =>
    `${records === null ? `A value of key ${key}` : list(records)} shows twice at ${sink}`,
  'counted-again': ({ record, sink, times: listed }) =>
    `${place(record)} is counted ${times(listed)} in one value at ${sink}`,
  'named-often': ({ record, sink, times: shown, due }) =>
    `${place(record)} shows ${times(shown)} at ${sink}, and can show ${times(due)}`,
  'one-transaction': ({ transaction }) => `transaction ${transaction} became visible again`,
  'at-once': ({ t }) => `both became visible at once, at ${t} ms`,
  'one-attempt': ({ attempt }) => `attempt ${attempt} wrote it both times`,
  'two-attempts': ({ attempts: [a, b], restored }) =>
    a < b
      ? `attempt ${a} wrote it, and so did attempt ${b}${startText(restored)}`
      : `attempt ${a}${startText(restored)} wrote it, and then so did attempt ${b}`,
  superseded: ({ attempt, successor }) =>
    `attempt ${attempt} showed it when attempt ${successor} had begun`,
};

function startText(restored: number | null | undefined): string {
  if (restored === undefined) return '';
  return restored === null
    ? ', which began from nothing'
    : `, which restored checkpoint ${restored}`;
}
