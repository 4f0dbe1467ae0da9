/**
 * Texts of the claims about rows and records.
 */
import type { RowClaim } from '../../model/verdict/claim-rows.ts';
import { rowText } from './row-text.ts';
import { give, list, place, plural, times, type Texts } from './words.ts';

export const rowTexts: Texts<RowClaim['kind']> = {
  contains: ({ rows, records }) =>
    rows.length === 1
      ? `${rows[0]} contains ${list(records)}`
      : `${rows.join(' and ')} both contain ${list(records)}`,
  lacks: ({ row, records }) => `${row} does not contain ${list(records)}`,
  'same-output': ({ rows: [a, b], records }) =>
    `${a} and ${b} are the same output${records === null ? '' : ` of ${list(records)}`}`,
  'same-records': ({ rows: [a, b] }) => `${a} and ${b} count the same records`,
  'same-but-keys': ({ rows: [a, b] }) => `${a} and ${b} are the same but for their keys`,
  'same-but-key': ({ row, records, output }) =>
    `${list(records)} ${give(records)} ${row} under key ${output.row.key}`,
  'one-of': ({ rows: [a, b], records: [first, second] }) =>
    `read together, ${list(first)} and ${list(second)} give either ${a} or ${b}`,
  lists: ({ row, record, times: count }) => `${row} lists ${place(record)} ${times(count)}`,
  'lists-alone': ({ record, times: count }) =>
    `by itself, ${place(record)} is listed ${times(count)}`,
  'ends-with': ({ row, records }) => `${row} ends with ${list(records)}`,
  'fits-none': ({ row, from, choices }) =>
    `after its first ${plural(from, 'id')} ${row} goes on with part of ${choices.map(list).join(' or of ')}`,
  'names-ids': ({ row, ids }) =>
    ids.length === 0 ? `${row} names no record` : `${row} names id ${ids.join(', ')}`,
  'no-such-id': ({ ids }) => `no record of the input has id ${ids.join(' or ')}`,
  'digits-name': ({ row, records }) => `by its digits, ${row} counts ${list(records)}`,
  'under-key': ({ row, key }) => `${row} is under key ${key}`,
  'key-of': ({ records, key }) => `${list(records)} ${give(records)} a row of key ${key}`,
  gives: ({ output }) => rowText(output.row),
  'gives-other': ({ row, records, gives }) =>
    gives === null
      ? `${list(records)} ${give(records)} no row there`
      : `${list(records)} ${give(records)} ${rowText(gives)}, which is not ${row}`,
  'give-one': ({ choices }) =>
    `read together, ${choices.map(list).join(' and ')} give the output of one`,
  'none-gives': ({ row }) => `no admissible set of them gives ${row}`,
  'no-record-gives': ({ row }) => `no record of the input gives ${row}`,
  'no-prefix-gives': ({ row, records }) =>
    `no choice of the first ones of ${list(records)} gives ${row}`,
  'order-until': ({ row }) => `an order of X gives all that shows before ${row}`,
  'no-run-gives': ({ row, attempt }) =>
    `from where attempt ${attempt} began, no run over X passes through all that it shows up to ${row}`,
  'no-order-gives': ({ row }) => `none of those orders goes on with ${row}`,
  'as-if-twice': ({ row, records }) => `${row} is legal if ${list(records)} is applied twice`,
  'not-shown': ({ records, sinks, name }) =>
    `no visible row at ${sinks.join(' or ')} contains ${name ?? list(records)}`,
  'not-together': ({ records, sink, name }) =>
    `no visible row at ${sink} contains all of ${name ?? list(records)}`,
  'no-such-row': ({ output }) => `no visible row at ${output.sink} is ${rowText(output.row)}`,
  'shows-times': ({ times: count, givers }) =>
    `that output shows ${times(count)}, and ${givers.map(list).join(' and ')} give it`,
  'named-times': ({ record, sinks, times: count }) =>
    count === 0
      ? `no visible row at ${sinks.join(' or ')} names ${place(record)}`
      : `the visible rows at ${sinks.join(' and ')} name ${place(record)} ${times(count)}`,
  'named-alone': ({ record, times: count }) =>
    `by itself, ${place(record)} is named ${times(count)}`,
  'not-named-at': ({ record, key, ts }) =>
    `no visible row of key ${key} and time ${ts} names ${place(record)}, which gives one`,
  'last-of-key': ({ row, key }) => `no later row of key ${key} shows than ${row}`,
  'none-of': ({ row, options }) =>
    `${row} is none of the legal ones, ${optionsText(options.map(({ output }) => rowText(output.row)))}`,
  'no-row-of-key': ({ sink, key }) => `no visible row at ${sink} is of key ${key}`,
  'no-such-value': ({ sink }) => `no visible row at ${sink} is one that all of X give`,
  'some-missing': ({ sink }) =>
    `in whatever order X is read, some row that it gives does not show at ${sink}`,
  'outputs-shown': ({ key, sink, shown, due }) =>
    `X gives ${plural(due, 'row')} of key ${key}, and ${shown} of it show at ${sink}`,
  before: ({ rows: [a, b] }) => `${a} became visible before ${b}`,
  between: ({ row, rows: [a, b] }) => `${row} became visible after ${a} and before ${b}`,
  'split-order': ({ first, second }) => `${list(first)} comes before ${list(second)} in the split`,
  'time-order': ({ first, second, times: [a, b] }) =>
    `${list(first)}, time ${a}, comes before ${list(second)}, time ${b}`,
  'listed-order': ({ row, first, second }) =>
    `${row} contains ${list(first)} before ${list(second)}`,
  'keeps-order': ({ from }) => `the path from ${from ?? 'their origin'} keeps the order of a key`,
  continues: ({ rows: [a, b] }) => `${a} contains all that ${b} contains, and more`,
  'neither-continues': ({ rows: [a, b] }) =>
    `neither does ${a} go on from ${b}, nor ${b} from ${a}`,
  'counts-more': ({ rows: [a, b], by }) => `${b} counts ${by} more than ${a}`,
  'no-value-between': ({ rows: [a, b] }) =>
    `no visible value of the key lies between ${a} and ${b}`,
  'adds-again': ({ rows: [a, b], records }) =>
    `${b} is ${a} and ${list(records)}, which ${a} contains already`,
  'no-record-adds': ({ rows: [a, b] }) =>
    `no record has the digits and the fingerprint by which ${b} differs from ${a}`,
  'does-not-add-up': ({ row, records }) =>
    `${list(records)}, the first ones by those digits, do not add up to ${row}`,
  largest: ({ row, key }) => `no visible value of key ${key} counts more than ${row}`,
};

const optionsShownMax = 3;

function optionsText(texts: readonly string[]): string {
  const shown = [...new Set(texts)];
  const more = shown.length - optionsShownMax;
  return shown.slice(0, optionsShownMax).join('; ') + (more > 0 ? `; and ${more} more` : '');
}
