/**
 * Claims about the transactions of a stream history, looked up.
 */
import type { StreamTransaction } from '../../model/stream-history.ts';
import { isSaid } from '../scope.ts';
import { wasComplete } from './run-checks.ts';
import type { Shown, StreamFacts } from './stream-facts.ts';
import { namedAt, type StreamChecks, type StreamScope } from './stream-scope.ts';

type TransactionKind =
  | 'aborted-shows'
  | 'aborted-before'
  | 'shows-early'
  | 'of-checkpoint'
  | 'none-completed'
  | 'zombie'
  | 'restored-before'
  | 'commits-back'
  | 'torn'
  | 'shows-apart'
  | 'nothing-shows'
  | 'values-hidden'
  | 'rows-hidden'
  | 'covered'
  | 'was-committed'
  | 'later-shows'
  | 'never-committed'
  | 'committed-unseen';

export const streamTransactionChecks: StreamChecks<TransactionKind> = {
  'aborted-shows': (scope, { transaction, row }) =>
    isSaid(scope, ['aborted-before'], { transaction, row }),
  'aborted-before': (scope, { transaction, row }) => {
    const { shown } = namedAt(scope, row);
    const aborted = toldOf(scope.facts, transaction, 'aborted');
    return isOf(shown, transaction) && aborted.some(({ line }) => line < shown.line);
  },
  'shows-early': (scope, { transaction, checkpoint, row }) =>
    isOf(namedAt(scope, row).shown, transaction) &&
    isSaid(scope, ['of-checkpoint'], { row, checkpoint }) &&
    isSaid(scope, ['none-completed'], { row, checkpoint }),
  'of-checkpoint': (scope, { row, checkpoint }) =>
    namedAt(scope, row).shown.checkpoint === checkpoint,
  'none-completed': (scope, { row, checkpoint }) =>
    isSaid(scope, ['of-checkpoint'], { row, checkpoint }) &&
    !wasComplete(scope.facts, namedAt(scope, row).shown, checkpoint),
  zombie: (scope, { transaction, attempt, successor, row }) => {
    const { shown } = namedAt(scope, row);
    return (
      isOf(shown, transaction) &&
      shown.attempt === attempt &&
      attempt < successor &&
      beganBefore(scope, successor, shown)
    );
  },
  'restored-before': (scope, { attempt, restored, checkpoint, row }) =>
    (restored ?? 0) < checkpoint &&
    isSaid(scope, ['of-checkpoint'], { row, checkpoint }) &&
    beganBefore(scope, attempt, namedAt(scope, row).shown) &&
    scope.facts.attempts.some((a) => a.attempt === attempt && a.restored === restored),
  'commits-back': (scope, { subtask, rows, checkpoints: [before, after] }) => {
    const [a, b] = [namedAt(scope, rows[0]).shown, namedAt(scope, rows[1]).shown];
    const ofOne = a.subtask === subtask && b.subtask === subtask;
    const isBack = a.checkpoint === before && b.checkpoint === after && after < before;
    return ofOne && isBack && a.number < b.number;
  },
  torn: ({ facts }, { transaction, shown, of }) =>
    of === writtenOf(facts, transaction) && shown === rowsShown(facts, transaction) && shown < of,
  'shows-apart': ({ facts }, { transaction, times }) => {
    const shows = facts.shows.filter((shown) => isOf(shown, transaction));
    const ofTimes = times.map((t) => shows.filter((shown) => shown.t === t));
    return shows.length > 1 && ofTimes.every((own) => own.length > 0);
  },
  'nothing-shows': ({ facts }, { transaction, checkpoint }) =>
    (writtenOf(facts, transaction) ?? 0) > 0 &&
    rowsShown(facts, transaction) === 0 &&
    toldOf(facts, transaction, 'prepared').some((own) => own.checkpoint === checkpoint),
  'values-hidden': ({ facts }, { transaction, rows }) =>
    writtenOf(facts, transaction) === rows && rowsShown(facts, transaction) === 0,
  'rows-hidden': ({ facts }, { transaction, rows }) => {
    const written = writtenOf(facts, transaction);
    return rows > 0 && written !== null && written - rowsShown(facts, transaction) === rows;
  },
  covered: ({ facts }, { transaction, checkpoint }) =>
    toldOf(facts, transaction, 'prepared').some((own) => own.checkpoint <= checkpoint) &&
    facts.completions.some((known) => known.checkpoint === checkpoint),
  'was-committed': ({ facts }, { transaction, attempt }) =>
    toldOf(facts, transaction, 'committed').some((own) => own.attempt === attempt),
  'later-shows': ({ facts }, { transaction, later }) => {
    const [own] = toldOf(facts, transaction, 'prepared');
    return facts.shows.some(
      (shown) =>
        isOf(shown, later) &&
        shown.subtask === own?.subtask &&
        (shown.checkpoint ?? 0) > own.checkpoint,
    );
  },
  'never-committed': ({ facts }, { transaction, checkpoint, covered }) =>
    covered >= checkpoint &&
    facts.completions.some((known) => known.checkpoint === covered) &&
    toldOf(facts, transaction, 'prepared').some((own) => own.checkpoint === checkpoint) &&
    rowsShown(facts, transaction) === 0,
  'committed-unseen': ({ facts }, { transaction, attempt }) =>
    toldOf(facts, transaction, 'committed').some((own) => own.attempt === attempt) &&
    rowsShown(facts, transaction) === 0,
};

function isOf(shown: Shown, transaction: string): boolean {
  return `${shown.transaction}` === transaction;
}

function toldOf(
  { transactions }: StreamFacts,
  transaction: string,
  what: StreamTransaction['event'],
): StreamFacts['transactions'] {
  return transactions.filter((own) => `${own.transaction}` === transaction && own.event === what);
}

function beganBefore({ facts }: StreamScope, attempt: number, shown: Shown): boolean {
  return facts.attempts.some((own) => own.attempt === attempt && own.line < shown.line);
}

/** Rows that were written into it; null: nobody said. */
function writtenOf(facts: StreamFacts, transaction: string): number | null {
  return toldOf(facts, transaction, 'prepared').at(-1)?.rows ?? null;
}

/** How many rows of it show, without those that show again. */
function rowsShown({ shows, logs }: StreamFacts, transaction: string): number {
  const rows = new Set<string>();
  for (const { columns, ...shown } of shows) {
    if (`${shown.transaction}` !== transaction) continue;
    columns.key.forEach((key, i) => {
      const what =
        columns.kind === 'rows'
          ? [columns.split[i], columns.offset[i]]
          : [key, ...columns.vector.subarray(i * logs.length, (i + 1) * logs.length)];
      rows.add(`${what.join(' ')} ${columns.fingerprint[i] ?? ''}`);
    });
  }
  return rows.size;
}
