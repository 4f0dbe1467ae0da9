/**
 * Which kind of duplicate a second appearance is, from who made both visible and when; and how that
 * is explained.
 */
import type { Claim } from '../../../model/verdict/claim.ts';
import type { Records } from '../../../model/verdict/places.ts';
import type { AnomalyName } from '../../../model/guarantee.ts';
import { given, idsAt, idsOf, isSameRow, recordNames, rowNamed } from '../../claims/naming.ts';
import { type Context, witness } from '../../context/context.ts';
import type { Words } from '../../../judgement/findings.ts';
import type { Seen } from '../../evidence/observe.ts';
import { isExemptSink, isUpsertSink } from './exempt.ts';

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

export interface Repeat {
  readonly sink: string;
  readonly first: Seen;
  readonly again: Seen;
  /** What both rows contain; empty: their values do not say. */
  readonly records: readonly number[];
  /** What the first row is the output of, where another record could have given it. */
  readonly instead?: readonly number[];
}

export function reportDuplicate(context: Context, found: Repeat): void {
  const repeat = inOrder(found);
  const { sink, first, again, records } = repeat;
  context.findings.cover('duplicates');
  // A reader who takes out repeats does not take out another row.
  const isRepeat = isSameRow(first.row, again.row) || isUpsertSink(context, sink);
  context.findings.report({
    name: duplicateName(context, first, again),
    alsoRefutes: isRepeat ? [] : ['effectively-once'],
    operator: sink,
    key: again.row.key,
    records,
    outsidePromise: isExemptSink(context, sink),
    witnesses: [
      witness(context, 'first visible', { record: (repeat.instead ?? records)[0], seen: first }),
      witness(context, 'visible again', { record: records[0], seen: again }),
    ],
    explain: () => duplicateWords(context, repeat),
    observed: [rowNamed(sink, again)],
  });
}

/** Attempts are looked at one by one; what showed first may be of a later one. */
function inOrder(repeat: Repeat): Repeat {
  const { sink, first, again, records, instead } = repeat;
  if (first.position <= again.position) return repeat;
  const turned = { sink, first: again, again: first };
  return instead === undefined
    ? { ...turned, records }
    : { ...turned, records: instead, instead: records };
}

const pair = ['A', 'B'] as const;

function duplicateWords(context: Context, repeat: Repeat): Words {
  const { sink, first, again, records } = repeat;
  const about = saysRecords(context, repeat) ? recordNames(context, records) : null;
  const { key } = again.row;
  return {
    sentence: [
      { kind: 'shows-twice', records: about, key, sink, rows: pair },
      ...howAgain(context, first, again),
    ],
    let: [rowNamed(sink, first, 'A'), rowNamed(sink, again, 'B')],
    thus: [sameness(context, repeat, about)],
    however: [{ kind: 'rule', rule: 'once' }],
    nearest: { kind: 'without-row', row: 'B', isOnly: false },
  };
}

/** Who made the two visible. */
function howAgain({ seen }: Context, first: Seen, again: Seen): readonly Claim[] {
  const { transaction } = first;
  if (first.event === again.event) return [{ kind: 'at-once', rows: pair, t: first.t }];
  if (transaction !== null && transaction === again.transaction) {
    return [{ kind: 'one-transaction', rows: pair, transaction }];
  }
  const attempts = [first.attempt, again.attempt] as const;
  if (attempts[0] === attempts[1]) {
    return [{ kind: 'one-attempt', rows: pair, attempt: attempts[0] }];
  }
  const began = seen.attempts.find(({ attempt }) => attempt === Math.max(...attempts));
  const restored = began === undefined ? {} : { restored: began.restored };
  const both: Claim = { kind: 'two-attempts', rows: pair, attempts, ...restored };
  return [both, ...outlived({ seen }, first, 'A'), ...outlived({ seen }, again, 'B')];
}

/** Without transactions a superseded attempt may still show rows. */
function outlived({ seen }: Pick<Context, 'seen'>, row: Seen, name: string): readonly Claim[] {
  const { attempt, event, transaction } = row;
  const successor = seen.attempts.find((other) => other.attempt > attempt && other.event < event);
  if (successor === undefined || transaction !== null) return [];
  return [{ kind: 'superseded', row: name, attempt, successor: successor.attempt }];
}

/**
 * Whether both rows say that they are of these records: by naming them, or by being their output.
 */
function saysRecords(context: Context, { sink, first, again, records, instead }: Repeat): boolean {
  if (records.length === 0 || instead !== undefined) return false;
  const ids = idsOf(context, records);
  const outputs = given(context, recordNames(context, records), sink);
  return [first, again].every(({ row }) => {
    const named = idsAt(context, sink, row.value);
    return named === null
      ? outputs.some((output) => isSameRow(output, row))
      : ids.every((id) => named.includes(id));
  });
}

/** What makes the second a repetition of the first, in the strongest words that are true. */
function sameness(context: Context, repeat: Repeat, about: Records | null): Claim {
  const { first, again, records, instead } = repeat;
  if (isSameRow(first.row, again.row)) return { kind: 'same-output', rows: pair, records: about };
  if (about !== null) return { kind: 'contains', rows: pair, records: about, whole: about };
  if (instead !== undefined) {
    const both = [recordNames(context, instead), recordNames(context, records)] as const;
    return { kind: 'one-of', rows: pair, records: both };
  }
  if (first.row.ts === again.row.ts && first.row.key !== again.row.key) {
    return { kind: 'same-but-keys', rows: pair };
  }
  return { kind: 'same-records', rows: pair };
}
