/**
 * Texts of the claims about long runs.
 */
import type { StreamClaim, StreamHeadline } from '../../model/verdict/claim-streams.ts';
import { list, place, plural, type Texts } from './words.ts';

export const streamHeadlineTexts: Texts<StreamHeadline['kind']> = {
  'names-no-record': ({ record }) =>
    `A visible row names ${place(record)}, which is no record of the input`,
  'other-value': ({ record }) =>
    `The visible value of ${place(record)} is not the one of the record`,
  'stream-behind': ({ first, second }) =>
    `${place(first)} comes before ${place(second)} in its split, but shows after it`,
  'shows-again': ({ record }) => `${place(record)} shows again`,
  'only-garbled': ({ record }) =>
    `The value of ${place(record)} never shows, though it was due: rows that name it have others`,
  'sees-one-only': ({ included, excluded }) =>
    `For a while ${place(included)} is visible but not ${place(excluded)}, which does not come after it`,
  'shows-apart': ({ transaction }) =>
    `The rows of transaction ${transaction} became visible in several steps`,
  'values-hidden': ({ transaction, rows }) =>
    `The ${plural(rows, 'value')} of transaction ${transaction} never became visible, though ${rows === 1 ? 'it was' : 'they were'} due`,
  'over-before-all': ({ over }) =>
    `The job said at ${over} ms that it was over, before all that it owes was visible`,
  'met-deadline': ({ t }) => `The run did not come to its end by ${t} ms`,

  'no-such-key': ({ key }) => `A visible value is of key ${key}, which there is not`,
  'value-again': ({ key }) => `A value of key ${key} shows again`,
  'key-back': ({ key }) => `Key ${key} went back to an earlier value`,
  'value-forked': ({ key }) => `Two values of key ${key} do not continue each other`,
  'not-the-sum': ({ key }) => `A value of key ${key} is not the sum of its records`,
  'content-wrong': ({ key }) => `The values of key ${key} contain other records than they should`,
  'value-late': ({ key }) => `A value of key ${key} shows after one that goes on from it`,
  'lacks-earlier': ({ key, records }) =>
    `A later value of key ${key} lacks ${list(records)}, which an earlier one contains`,
  'lacks-records': ({ key, records, isLater }) =>
    `The last value of key ${key} lacks ${list(records)}${isLater ? ', though it contains later records' : ''}`,
  'counts-too-many': ({ key, split }) =>
    `The last value of key ${key} counts more records of ${split} than there are`,
  'counts-too-few': ({ key, split, counts, of }) =>
    `The last value of key ${key} counts ${counts} of the ${plural(of, 'record')} of ${split}, though all were due`,
  'adds-several': ({ key, added, missing }) =>
    `A value of key ${key} adds ${plural(added, 'record')} at once; ${missing} of them never ${missing === 1 ? 'shows its' : 'show their'} own`,
  'lost-record': ({ key, record }) =>
    `${place(record)} of key ${key} is in no value that adds up, though it was due`,
  'state-without': ({ included, excluded, isOwn, t }) => {
    const what = isOwn ? `the one that ${place(excluded)} gave` : place(excluded);
    return `At ${t} ms the visible values include ${place(included)} but not ${what}, which comes before it`;
  },
};

export const streamTexts: Texts<StreamClaim['kind']> = {
  'no-such-record': ({ record: { split, offset }, end }) => {
    if (end === null) return `there is no split ${split}`;
    return offset < end
      ? `the log of ${split} has no record at offset ${offset}`
      : `the log of ${split} ends at ${end}`;
  },
  'prints-differ': ({ row, prints: [shown, own] }) =>
    `${row} has fingerprint ${shown}, the record ${own}`,
  'shown-earlier': ({ record, row }) => `${place(record)} was visible before ${row}`,
  'shown-at-all': ({ record }) => `${place(record)} of the same key shows`,
  'named-wrongly': ({ record }) => `no visible row that names ${place(record)} has its value`,
  'newest-committed': ({ checkpoint }) => `checkpoint ${checkpoint} is the last one that shows`,
  'committed-unseen': ({ transaction, attempt }) =>
    `transaction ${transaction}, which attempt ${attempt} committed, shows nothing`,
  'restored-older': ({ attempt, restored, checkpoint }) =>
    `attempt ${attempt} restored checkpoint ${restored}, although checkpoint ${checkpoint} had completed`,

  'key-count': ({ keys }) => `there are ${plural(keys, 'key')}`,
  'nothing-new': ({ row }) => `values before ${row} contain all that it contains`,
  'counts-fewer': ({ row, split }) =>
    `${row} counts fewer records of ${split} than a value before it`,
  'counts-beside': ({ row, more, fewer, isOwn }) =>
    isOwn
      ? `${row} counts more records of ${more} than the value before it in its attempt, and fewer of ${fewer}`
      : `${row} counts more records of ${more} than any value before it, and fewer of ${fewer} than one of them`,
  'beside-one': ({ row, more, fewer }) =>
    `${row} is none of the values before it: it counts more records of ${more} than one of them, and fewer of ${fewer}`,
  'adds-shown': ({ row, split }) =>
    `what ${row} adds of ${split} to the value before it in its attempt had shown`,
  'sum-differs': ({ row, print, sum }) =>
    `${row} has fingerprint ${print}, the records that it counts ${sum}`,
  'counts-beyond': ({ row, split, counts, of }) =>
    `${row} counts ${plural(counts, 'record')} of ${split}, and the key has ${of}`,
  'later-adds-up': ({ row }) => `a value after ${row} adds up`,
  'had-shown': ({ row, records }) => `values before ${row} contain ${list(records)}`,
  without: ({ row, records }) =>
    `${row} has the number and the fingerprint of its records without ${list(records)}`,
  'with-twice': ({ row, twice, never }) =>
    never === null
      ? `${row} has the fingerprint of its records with ${place(twice)} once more`
      : `${row} has the fingerprint of its records with ${place(twice)} twice and without ${place(never)}`,
  'newest-of-key': ({ row }) => `no value of the key goes on from ${row}`,
  'counts-all': ({ row }) => `${row} counts as many records as the key has`,
  'contains-later': ({ row, records }) =>
    `${row} contains records after ${list(records)} in the split, so ${records.length === 1 ? 'it' : 'they'} had had ${records.length === 1 ? 'its' : 'their'} turn`,
  'lie-between': ({ records, state, offsets }) =>
    `${list(records)} ${records.length === 1 ? 'lies' : 'lie'} between ${state === null ? 'no state' : `the state of checkpoint ${state}`} and the offsets of checkpoint ${offsets}`,
  adds: ({ row, records }) =>
    `${row} contains ${list(records)}, and the value it goes on from does not`,
  'steps-missing': ({ missing }) =>
    `${plural(missing, 'value')} between the two ${missing === 1 ? 'shows' : 'show'} nowhere`,
  'in-no-sum': ({ key, record }) => `no value of key ${key} that adds up contains ${place(record)}`,
  'included-by': ({ record, key }) =>
    `a value of key ${key} that is visible by then contains ${place(record)}`,
  'excluded-by': ({ record, key, isOwn }) =>
    isOwn
      ? `the value that ${place(record)} gave key ${key} is not visible by then`
      : `no value of key ${key} that adds up and is visible by then contains ${place(record)}`,
};
