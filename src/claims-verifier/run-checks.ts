/**
 * Claims about the run, looked up: its end, attempts, checkpoints, transactions, watermark reports.
 */
import { inputsOf } from '../model/operator-kinds.ts';
import { canonicalJson } from '../base/json.ts';
import type { Records } from '../model/verdict/places.ts';
import type { RunClaim, RunHeadline } from '../model/verdict/claim-runs.ts';
import type { TransactionEvent } from '../model/history.ts';
import { rules } from '../model/verdict/rule.ts';
import { WATERMARK_MAX } from '../model/value.ts';
import { exist, isOther } from './evidence.ts';
import { areRead, isLast, isRead, isShown, isUnread } from './cut-facts.ts';
import type { Facts } from './facts.ts';
import { operatorAt } from './paths.ts';
import { isBefore } from './row-checks.ts';
import { type Checks, isNameOf, isSaid, rowOf, type Scope } from './scope.ts';

export const runHeadlineChecks: Checks<RunHeadline['kind']> = {
  'aborted-shows': (scope, claim) => isOf(scope, claim) && isAborted(scope, claim),
  'shows-early': (scope, { row, checkpoint, ...of }) =>
    isOf(scope, { row, ...of }) &&
    isOfCheckpoint(scope, row, checkpoint) &&
    isEarly(scope, row, checkpoint),
  zombie: (scope, { row, attempt, successor, ...of }) => {
    const seen = rowOf(scope, row);
    const isAfter = scope.facts.attempts.some(
      (a) => a.attempt === successor && a.event < seen.event,
    );
    return (
      isOf(scope, { row, ...of }) && seen.attempt === attempt && attempt < successor && isAfter
    );
  },
  torn: ({ facts }, { sink, transaction, shown, of }) => {
    const { written, hidden } = contentOf(facts, sink, transaction);
    return written === of && written - hidden === shown && hidden > 0;
  },
  'nothing-shows': ({ facts }, { sink, transaction, checkpoint }) => {
    const { written, hidden } = contentOf(facts, sink, transaction);
    return (
      written > 0 && hidden === written && isPrepared(facts, { sink, transaction }, checkpoint)
    );
  },
  'in-steps': ({ facts }, { sink, transaction, times }) =>
    times.length > 1 && times.join() === timesOf(facts, sink, transaction).join(),
  'commits-back': (scope, { sink, subtask, rows, checkpoints: [before, after] }) => {
    const [a, b] = [rowOf(scope, rows[0]), rowOf(scope, rows[1])];
    const isSame = [a, b].every((row) => row.sink === sink && row.subtask === subtask);
    return isSame && isBefore(scope, rows) && after < before && isSaid(scope, ['of-checkpoint']);
  },
  'goes-back': (scope, { records, key, sink, rows }) =>
    exist(scope, records) &&
    isOther(rowOf(scope, rows[0]), rowOf(scope, rows[1])) &&
    rows.every((name) => rowOf(scope, name).sink === sink && rowOf(scope, name).row.key === key) &&
    isBefore(scope, rows) &&
    isSaid(scope, ['same-output', 'contains'], { rows }),
  'beyond-cut': (scope, { records, row, committed, checkpoint }) =>
    committed <= checkpoint &&
    isSaid(scope, ['contains'], { rows: [row], records }) &&
    isOfCheckpoint(scope, row, committed) &&
    isUnread(scope, checkpoint, records),
  'behind-cut': (scope, { records, row, committed, checkpoint }) =>
    checkpoint < committed &&
    isSaid(scope, ['contains'], { rows: [row], records }) &&
    isOfCheckpoint(scope, row, committed) &&
    records.every((name) => isRead(scope, checkpoint, name)),
  'sees-without': (scope, { included, excluded, sink, rows, t }) => {
    const first = rowOf(scope, rows[0]);
    return (
      first.sink === sink &&
      first.t === t &&
      isBefore(scope, rows) &&
      isNotAfter(excluded, included) &&
      isSaid(scope, ['contains'], { rows: [rows[0]], records: included }) &&
      isSaid(scope, ['contains'], { rows: [rows[1]], records: excluded })
    );
  },
  'commits-without': (scope, { included, excluded, sink, rows, checkpoints: [first, second] }) =>
    first < second &&
    rowOf(scope, rows[0]).sink === sink &&
    isOfCheckpoint(scope, rows[0], first) &&
    isOfCheckpoint(scope, rows[1], second) &&
    isNotAfter(excluded, included) &&
    isSaid(scope, ['contains'], { rows: [rows[0]], records: included }) &&
    isSaid(scope, ['contains'], { rows: [rows[1]], records: excluded }),
  'watermark-back': (scope, { from, to }) => to < from && isSaid(scope, ['later-lower']),
  overtakes: (scope, { operator, subtask, watermark }) =>
    isReported(scope.facts, { operator, subtask, watermark }) &&
    isSaid(scope, ['announced-by-then']),
  'stood-still': (scope, { operator, subtask, watermark }) =>
    isReported(scope.facts, { operator, subtask, watermark }) && isSaid(scope, ['last-report']),
};

export const runChecks: Checks<RunClaim['kind'] | 'rule'> = {
  due: (scope, { records, checkpoint, name }) => {
    const { end, given } = scope.facts;
    if (!isNameOf(scope, name, records)) return false;
    const wasStopped = end?.outcome === 'suspended' || given.kase.options.stop?.kind === 'drain';
    if (end?.outcome !== 'finished' && end?.outcome !== 'suspended') return false;
    if (checkpoint === null) return !wasStopped && exist(scope, records);
    return isLast(scope, checkpoint) && areRead(scope, checkpoint, records);
  },
  'due-in': (scope, { records, checkpoint }) =>
    scope.facts.end?.outcome === 'failed' &&
    isShown(scope, checkpoint) &&
    areRead(scope, checkpoint, records),
  'stopped-before': (scope, { records, checkpoint }) =>
    exist(scope, records) && isLast(scope, checkpoint) && isUnread(scope, checkpoint, records),
  ended: ({ facts }, { outcome }) => facts.end?.outcome === outcome,
  'without-records': (scope, { records, isOnly }) =>
    exist(scope, records) && isOnly === scope.isOnly,
  'without-row': (scope, { row, isOnly }) =>
    rowOf(scope, row).position >= 0 && isOnly === scope.isOnly,
  'aborted-before': (scope, claim) => isOf(scope, claim) && isAborted(scope, claim),
  'of-checkpoint': (scope, { row, checkpoint }) => isOfCheckpoint(scope, row, checkpoint),
  'none-completed': (scope, { row, checkpoint }) => isEarly(scope, row, checkpoint),
  'restored-before': (scope, { attempt, restored, checkpoint, row }) =>
    (restored ?? 0) < checkpoint &&
    scope.facts.attempts.some(
      (a) => a.attempt === attempt && a.restored === restored && a.event < rowOf(scope, row).event,
    ),
  'was-committed': ({ facts }, { sink, transaction, attempt }) =>
    toldOf(facts, { sink, transaction }, 'committed').some((e) => e.attempt === attempt),
  covered: ({ facts }, { sink, transaction, checkpoint }) =>
    toldOf(facts, { sink, transaction }, 'prepared').some(
      (e) =>
        (e.checkpoint ?? Infinity) <= checkpoint &&
        facts.history.some(
          (c) =>
            c.kind === 'checkpoint' &&
            c.event === 'triggered' &&
            c.checkpoint === checkpoint &&
            c.attempt === e.attempt,
        ),
    ) && facts.completions.some((known) => known.checkpoint === checkpoint),
  'later-shows': ({ facts }, { sink, transaction, later }) => {
    const [own] = toldOf(facts, { sink, transaction }, 'prepared');
    return facts
      .rowsAt(sink)
      .some(
        (row) =>
          row.transaction === later &&
          row.subtask === own?.subtask &&
          (row.checkpoint ?? 0) > (own.checkpoint ?? Infinity),
      );
  },
  'rows-hidden': ({ facts }, { sink, transaction, rows }) =>
    rows > 0 && contentOf(facts, sink, transaction).hidden === rows,
  'alone-first': ({ facts }, { sink, transaction, rows, t, until }) => {
    const [first, second] = timesOf(facts, sink, transaction);
    const shown = facts.rowsAt(sink).filter((row) => row.transaction === transaction);
    const alone = shown.filter((row) => row.t === t).length;
    return first === t && second === until && alone === rows && alone < shown.length;
  },
  read: (scope, { records, checkpoint }) =>
    exist(scope, records) && records.every((name) => isRead(scope, checkpoint, name)),
  unread: (scope, { records, checkpoint }) =>
    exist(scope, records) && isUnread(scope, checkpoint, records),
  'not-after': (scope, { first, second }) =>
    exist(scope, [...first, ...second]) && isNotAfter(first, second),
  'later-lower': ({ facts, names }, { names: [a, b] }) => {
    const [v, w] = [reportIndex({ facts, names }, a), reportIndex({ facts, names }, b)];
    const [first, second] = [facts.history[v ?? -1], facts.history[w ?? -1]];
    if (first?.kind !== 'watermark' || second?.kind !== 'watermark') return false;
    return (
      (v ?? 0) < (w ?? 0) &&
      second.watermark < first.watermark &&
      second.attempt === first.attempt &&
      second.operator === first.operator &&
      second.subtask === first.subtask
    );
  },
  'announced-by-then': (scope, { name, source, subtask, attempt, watermark }) => {
    const at = reportIndex(scope, name);
    const event = scope.facts.history[at ?? -1];
    if (at === null || event?.kind !== 'watermark') return false;
    const before = scope.facts.history
      .slice(0, at)
      .flatMap((e) =>
        e.kind === 'watermark' &&
        e.operator === source &&
        e.subtask === subtask &&
        e.attempt === attempt
          ? [e.watermark]
          : [],
      );
    const most = before.length === 0 ? null : Math.max(...before);
    return (
      most === watermark &&
      event.attempt === attempt &&
      event.watermark > (most ?? -Infinity) &&
      isUpstream(scope.facts, source, event.operator)
    );
  },
  'next-to-restore': ({ facts }, { split, from, to, at, attempt, checkpoint }) => {
    const log = facts.given.kase.workload.splits.find((own) => own.split === split);
    return (
      from < to &&
      to <= (log?.records.length ?? 0) &&
      (at === from || at === to) &&
      facts.attempts.some((a) => a.attempt === attempt && a.restored === checkpoint) &&
      (checkpoint === null ? 0 : facts.offsetIn(checkpoint, split)) === at
    );
  },
  'began-from-nothing': ({ facts }, { attempt, checkpoint }) => {
    const began = facts.attempts.find((a) => a.attempt === attempt && a.restored === null);
    return facts.completions.some(
      (known) => known.checkpoint === checkpoint && known.event < (began?.event ?? -1),
    );
  },
  'never-committed': ({ facts }, { sink, transaction, checkpoint, covered }) =>
    covered >= checkpoint &&
    facts.completions.some((known) => known.checkpoint === covered) &&
    facts.history.some(
      (e) =>
        e.kind === 'transaction' &&
        e.event === 'prepared' &&
        e.sink === sink &&
        e.transaction === transaction &&
        e.checkpoint === checkpoint,
    ) &&
    contentOf(facts, sink, transaction).written > 0 &&
    timesOf(facts, sink, transaction).length === 0,
  'last-report': (scope, { name }) => {
    const at = reportIndex(scope, name);
    const event = scope.facts.history[at ?? -1];
    if (at === null || event?.kind !== 'watermark' || event.watermark === WATERMARK_MAX) {
      return false;
    }
    const later = scope.facts.history
      .slice(at + 1)
      .some(
        (e) =>
          e.kind === 'watermark' &&
          e.operator === event.operator &&
          e.subtask === event.subtask &&
          e.attempt === event.attempt,
      );
    const isEnd = scope.facts.history.some(
      (e) => e.kind === 'watermark' && e.attempt === event.attempt && e.watermark === WATERMARK_MAX,
    );
    return !later && isEnd;
  },
  rule: (_scope, { rule }) => rule in rules,
};

function isNotAfter(first: Records, second: Records): boolean {
  const splits = new Set([...first, ...second].map(({ split }) => split));
  const last = Math.max(...first.map(({ offset }) => offset));
  return splits.size === 1 && last <= Math.min(...second.map(({ offset }) => offset));
}

interface OfTransaction {
  readonly row: string;
  readonly sink: string;
  readonly transaction: string;
}

function isOf(scope: Scope, { row, sink, transaction }: OfTransaction): boolean {
  const seen = rowOf(scope, row);
  return seen.sink === sink && seen.transaction === transaction;
}

function isAborted(scope: Scope, { row, sink, transaction }: OfTransaction): boolean {
  const { event } = rowOf(scope, row);
  return scope.facts.history
    .slice(0, event)
    .some(
      (e) =>
        e.kind === 'transaction' &&
        e.sink === sink &&
        e.transaction === transaction &&
        (e.event === 'aborted' || e.event === 'timed-out'),
    );
}

interface AtSink {
  readonly sink: string;
  readonly transaction: string;
}

function toldOf(
  { history }: Facts,
  { sink, transaction }: AtSink,
  what: TransactionEvent['event'],
): readonly TransactionEvent[] {
  return history.flatMap((e) =>
    e.kind === 'transaction' && e.event === what && e.sink === sink && e.transaction === transaction
      ? [e]
      : [],
  );
}

function isPrepared(facts: Facts, of: AtSink, checkpoint: number): boolean {
  return toldOf(facts, of, 'prepared').some((e) => e.checkpoint === checkpoint);
}

/** As its transaction was prepared, or as it was shown. */
function isOfCheckpoint(scope: Scope, row: string, checkpoint: number): boolean {
  const seen = rowOf(scope, row);
  if (seen.checkpoint === checkpoint) return true;
  return scope.facts.history.some(
    (e) =>
      e.kind === 'transaction' &&
      e.event === 'prepared' &&
      e.sink === seen.sink &&
      e.transaction === seen.transaction &&
      e.checkpoint === checkpoint,
  );
}

function isEarly(scope: Scope, row: string, checkpoint: number): boolean {
  const { event } = rowOf(scope, row);
  return !scope.facts.completions.some(
    (known) => known.checkpoint >= checkpoint && known.event < event,
  );
}

/** Rows written into a transaction, and how many of them never showed. */
function contentOf(
  facts: Facts,
  sink: string,
  transaction: string,
): { readonly written: number; readonly hidden: number } {
  const shown = facts
    .rowsAt(sink)
    .filter((row) => row.transaction === transaction)
    .map(({ row }) => canonicalJson(row));
  const written = facts.history.flatMap((e) =>
    e.kind === 'written' && e.sink === sink && e.transaction === transaction ? e.rows : [],
  );
  let hidden = 0;
  for (const row of written) {
    const at = shown.indexOf(canonicalJson(row));
    if (at < 0) hidden++;
    else shown.splice(at, 1);
  }
  return { written: written.length, hidden };
}

/** When rows of a transaction became visible. */
function timesOf(facts: Facts, sink: string, transaction: string): readonly number[] {
  const own = facts.rowsAt(sink).filter((row) => row.transaction === transaction);
  return [...new Set(own.map(({ t }) => t))];
}

function isReported(
  { history }: Facts,
  of: { readonly operator: string; readonly subtask: number; readonly watermark: number },
): boolean {
  return history.some(
    (e) =>
      e.kind === 'watermark' &&
      e.operator === of.operator &&
      e.subtask === of.subtask &&
      e.watermark === of.watermark,
  );
}

/** Where in the history a named watermark report stands. */
function reportIndex(
  { facts, names }: Pick<Scope, 'facts' | 'names'>,
  name: string,
): number | null {
  const claim = names.get(name);
  if (claim?.kind !== 'watermark') return null;
  const { operator, subtask, attempt, watermark, t } = claim;
  const at = facts.history.findLastIndex(
    (e) =>
      e.kind === 'watermark' &&
      e.operator === operator &&
      e.subtask === subtask &&
      e.attempt === attempt &&
      e.watermark === watermark &&
      e.t === t,
  );
  return at < 0 ? null : at;
}

function isUpstream({ given }: Facts, source: string, operator: string): boolean {
  const { pipeline } = given.kase;
  const spec = operatorAt(pipeline, operator);
  return (
    spec !== undefined &&
    inputsOf(spec).some((ref) => {
      const [id = ''] = ref.split('.');
      return id === source || isUpstream({ given } as Facts, source, id);
    })
  );
}
