/**
 * Texts of the claims about the run.
 */
import type { RunClaim, RunHeadline } from '../../model/verdict/claim-runs.ts';
import { are, list, plural, type Texts } from './words.ts';

export const runHeadlineTexts: Texts<RunHeadline['kind']> = {
  'aborted-shows': ({ transaction }) =>
    `Transaction ${transaction} was aborted, yet its rows are visible`,
  'shows-early': ({ transaction, checkpoint }) =>
    `Transaction ${transaction} became visible before its checkpoint ${checkpoint} completed`,
  zombie: ({ transaction, attempt, successor }) =>
    `Transaction ${transaction} of attempt ${attempt} became visible after attempt ${successor} had taken over`,
  torn: ({ transaction, shown, of }) =>
    `Only ${shown} of ${plural(of, 'row')} of transaction ${transaction} ever became visible`,
  'nothing-shows': ({ transaction, checkpoint }) =>
    `Nothing of transaction ${transaction}, prepared for checkpoint ${checkpoint}, ever became visible`,
  'in-steps': ({ transaction, times }) =>
    `The rows of transaction ${transaction} became visible in ${times.length} steps`,
  'commits-back': ({ sink, subtask, checkpoints: [before, after] }) =>
    `Subtask ${subtask} of ${sink} committed checkpoint ${after} after ${before}`,
  'goes-back': ({ records, key, sink }) =>
    `Key ${key} at ${sink} shows its value after ${list(records)} a second time`,
  'beyond-cut': ({ records, committed, checkpoint }) =>
    `${list(records)} was committed with checkpoint ${committed}, though ${offsetsOf(committed, checkpoint)} do not include it`,
  'behind-cut': ({ records, committed, checkpoint }) =>
    `${list(records)} was committed with checkpoint ${committed}, though the offsets of checkpoint ${checkpoint} include it`,
  'sees-without': ({ included, excluded, sink, t }) =>
    `After ${t} ms ${sink} includes ${list(included)} but not all of ${list(excluded)}, which does not come after it`,
  'commits-without': ({ included, excluded, sink, checkpoints: [first, second] }) =>
    `With checkpoint ${first} ${sink} includes ${list(included)}, and ${list(excluded)}, which does not come after it, only with checkpoint ${second}`,
  'watermark-back': ({ operator, subtask, from, to }) =>
    `The watermark of ${operator}[${subtask}] went back from ${from} to ${to}`,
  overtakes: ({ operator, subtask, watermark }) =>
    `${operator}[${subtask}] announced watermark ${watermark}, beyond the minimum of its sources`,
  'stood-still': ({ operator, subtask, watermark }) =>
    `The watermark of ${operator}[${subtask}] stood still at ${watermark} while the input ended`,
};

function offsetsOf(committed: number, checkpoint: number): string {
  return committed === checkpoint ? 'its offsets' : `those of checkpoint ${checkpoint}`;
}

export const runTexts: Texts<RunClaim['kind']> = {
  due: ({ records, checkpoint, name }) => {
    const what = name ?? list(records);
    const verb = name === null ? are(records) : 'is';
    return checkpoint === null
      ? `the run came to its end, so ${what} ${verb} due`
      : `the job was stopped with checkpoint ${checkpoint}, which had read ${what}, so ${what} ${verb} due`;
  },
  'due-in': ({ records, checkpoint, name }) => {
    const what = name ?? list(records);
    const verb = name === null ? are(records) : 'is';
    return `what was committed with checkpoint ${checkpoint} shows, and it had read ${what}, so ${what} ${verb} due`;
  },
  'stopped-before': ({ records, checkpoint }) =>
    `the job was stopped with checkpoint ${checkpoint}, which had not read ${list(records)}`,
  ended: ({ outcome }) => endings[outcome],
  'without-records': ({ records, isOnly }) =>
    `${nearness(isOnly)} if ${list(records)} ${are(records)} left out`,
  'without-row': ({ row, isOnly }) => `${nearness(isOnly)} without ${row}`,
  'aborted-before': ({ transaction, row }) =>
    `${transaction} was aborted before ${row} became visible`,
  'of-checkpoint': ({ row, checkpoint }) => `${row} belongs to checkpoint ${checkpoint}`,
  'none-completed': ({ row, checkpoint }) =>
    `no checkpoint from ${checkpoint} on had completed when ${row} became visible`,
  'restored-before': ({ attempt, restored, row }) =>
    `attempt ${attempt} restored ${restored === null ? 'nothing' : `checkpoint ${restored}`}, so it repeats what ${row} contains`,
  'was-committed': ({ transaction, attempt }) => `attempt ${attempt} committed ${transaction}`,
  covered: ({ transaction, checkpoint }) =>
    `checkpoint ${checkpoint} completed, which covers ${transaction}`,
  'later-shows': ({ later, transaction }) =>
    `${later} shows, which its subtask commits after ${transaction}`,
  'rows-hidden': ({ transaction, rows }) =>
    `${plural(rows, 'row')} of ${transaction} ${rows === 1 ? 'is' : 'are'} not visible`,
  'alone-first': ({ rows, t, until }) =>
    `${plural(rows, 'row')} of it became visible at ${t} ms, others at ${until} ms only`,
  read: ({ records, checkpoint }) =>
    `by its offsets, checkpoint ${checkpoint} had read ${list(records)}`,
  unread: ({ records, checkpoint }) =>
    `by its offsets, checkpoint ${checkpoint} had not read ${list(records)}`,
  'not-after': ({ first, second }) =>
    `${list(first)} does not come after ${list(second)} in the split`,
  'later-lower': ({ names: [v, w] }) => `${w} is later than ${v}, and lower`,
  'announced-by-then': ({ source, subtask, watermark }) =>
    `by then ${source}[${subtask}] had announced ${watermark === null ? 'nothing' : watermark}`,
  'next-to-restore': ({ split, from, to, at, attempt, checkpoint }) =>
    `${split} [${from}, ${to}) ${to === at ? 'ends' : 'begins'} exactly at offset ${at}, where attempt ${attempt} ${checkpoint === null ? 'began from nothing' : `resumed from checkpoint ${checkpoint}`}`,
  'began-from-nothing': ({ attempt, checkpoint }) =>
    `attempt ${attempt} began from nothing, though checkpoint ${checkpoint} had completed`,
  'never-committed': ({ transaction, checkpoint, covered }) =>
    `transaction ${transaction} was prepared for checkpoint ${checkpoint} and ${checkpoint === covered ? 'that' : `checkpoint ${covered}`} completed, but it was never committed: none of its rows shows`,
  'last-report': ({ name }) => `the end was reported elsewhere, and nothing here after ${name}`,
};

const endings = {
  finished: 'the job finished, so every input reached its end',
  suspended: 'the job was stopped with a savepoint',
  failed: 'the job gave up',
  deadline: 'the job was stopped at its deadline',
} as const;

function nearness(isOnly: boolean): string {
  return isOnly ? 'a legal run' : 'nearer to a legal run';
}
