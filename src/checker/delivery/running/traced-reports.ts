/**
 * What is wrong with running aggregates that carry digits and fingerprints, with its explanation.
 * What such a value counts is read off the values before it; so explanations name all of that.
 */
import type { Claim } from '../../../model/verdict/claim.ts';
import { numberField } from '../../../model/functions.ts';
import type { AnomalyName } from '../../../model/guarantee.ts';
import type { Key } from '../../../model/value.ts';
import { dueClaim, given, isMadeOf, recordNames, rowNamed } from '../../claims/naming.ts';
import { type Context, isItemDue, witness } from '../../context/context.ts';
import type { Words } from '../../../judgement/findings.ts';
import type { Seen } from '../../evidence/observe.ts';
import type { Item } from '../../plan/items.ts';
import { isUpsertSink } from '../anomalies/exempt.ts';
import { namelessWords } from '../anomalies/loss.ts';
import type { KeyRun, RunningSink } from './running-reports.ts';

/** A value and all the records it counts. */
export interface MadeOf {
  readonly seen: Seen;
  readonly whole: readonly number[];
}

/** Two values that follow one another, and how many more the second one counts. */
export interface Between {
  readonly before: Seen | null;
  readonly step: Seen;
  readonly by: number;
}

interface Rest {
  readonly rest: readonly Item[];
  readonly largest: MadeOf | null;
  readonly run: KeyRun;
}

/** Records that the largest value of their key does not count. */
export function reportLost(
  context: Context,
  { sink, items }: RunningSink,
  { rest, largest, run }: Rest,
): void {
  const of = (key: Key): readonly number[] =>
    items.filter((item) => item.key === key).flatMap(({ from }) => from);
  for (const item of rest) {
    if (!isItemDue(context, item)) continue;
    if (largest !== null && item.from.some((record) => largest.whole.includes(record))) {
      // Of a record with copies another one is counted.
      reportCount(context, { sink }, { name: 'loss', run, seen: largest.seen });
      continue;
    }
    const most = largest === null ? mostOf(run) : undefined;
    if (most !== undefined) {
      reportCount(context, { sink }, { name: 'loss', run, seen: most });
      continue;
    }
    context.findings.report({
      name: 'loss',
      operator: sink,
      records: item.from,
      witnesses: [witness(context, 'missing', { record: item.from[0] })],
      explain: () => lostWords(context, sink, { item, largest, all: of(item.key) }),
    });
  }
}

/** The row that counts most, though it is the value of no records. */
function mostOf({ rows }: KeyRun): Seen | undefined {
  const counts = (seen: Seen): number => numberField(seen.row.value, 'n');
  return rows.toSorted((a, b) => counts(b) - counts(a))[0];
}

interface Lost {
  readonly item: Item;
  readonly largest: MadeOf | null;
  /** All that the key has. */
  readonly all: readonly number[];
}

function lostWords(context: Context, sink: string, { item, largest, all }: Lost): Words {
  const records = recordNames(context, item.from);
  const named: Claim = { kind: 'records', name: 'X', records, output: null };
  const thus = [dueClaim(context, records, 'X')];
  const nearest: Claim = { kind: 'without-records', records, isOnly: false };
  if (largest === null) {
    const key = given(context, records, sink)[0]?.key ?? item.key;
    return {
      sentence: { kind: 'key-missing', key, sink },
      let: [named],
      thus: [{ kind: 'key-of', records, sink, key }, ...thus],
      however: [{ kind: 'no-row-of-key', sink, key }],
      nearest,
    };
  }
  const whole = recordNames(context, largest.whole);
  const { seen } = largest;
  if (!isMadeOf(context, whole, { sink, row: seen.row })) {
    return { ...countWords(context, sink, { seen, records: all, isLoss: true }), nearest };
  }
  return {
    sentence: { kind: 'not-counted', records, key: largest.seen.row.key, sink, row: 'L', whole },
    let: [named, rowNamed(sink, largest.seen, 'L')],
    thus,
    however: [{ kind: 'lacks', row: 'L', records, whole }],
    nearest,
  };
}

/** A value counts several records more than the one before it: some of their own do not show. */
export function reportSkipped(
  context: Context,
  { sink }: RunningSink,
  { before, step, by, records }: Between & { readonly records: readonly number[] },
): void {
  const rows = ['A', 'B'] as const;
  const { key } = step.row;
  context.findings.report({
    name: 'loss',
    operator: sink,
    key,
    records,
    witnesses: [witness(context, 'counted with others, not by itself', { record: records[0] })],
    explain: () => ({
      sentence: { kind: 'values-skipped', key, sink, rows, by },
      let: [first(sink, before), rowNamed(sink, step, 'B')],
      thus: [
        { kind: 'counts-more', rows, by },
        { kind: 'rule', rule: 'one-value-each' },
      ],
      however: [{ kind: 'no-value-between', key, sink, rows }],
    }),
    observed: [rowNamed(sink, step)],
  });
}

function first(sink: string, before: Seen | null): Claim {
  return before === null ? { kind: 'nothing', name: 'A' } : rowNamed(sink, before, 'A');
}

export interface BadStep {
  readonly name: AnomalyName;
  readonly run: KeyRun;
  readonly from: MadeOf | null;
  readonly step: Seen;
  /** How many more records the value counts than the one before. */
  readonly by: number;
  /** A record that was counted before and fits the difference; empty: none. */
  readonly records: readonly number[];
  /** The next ones of each split, as many as the digits say. */
  readonly next: readonly number[];
  /** No record of the key has this fingerprint. */
  readonly isStranger: boolean;
}

/** A step that adds no record that was still to come: a doubled one, or something else. */
export function reportBadStep(context: Context, { sink }: RunningSink, bad: BadStep): void {
  const { name, run, step, records } = bad;
  context.findings.report({
    name,
    // No run over any part of the input gives a value that counts a record twice.
    alsoRefutes: isUpsertSink(context, sink) ? ['validity'] : ['validity', 'effectively-once'],
    operator: sink,
    key: run.key,
    records,
    witnesses: [witness(context, 'not a legal step', { record: records[0], seen: step })],
    explain: () => badStepWords(context, sink, bad),
    observed: [rowNamed(sink, step)],
  });
}

function badStepWords(context: Context, sink: string, bad: BadStep): Words {
  const { run, from, step, by } = bad;
  const rows = ['A', 'B'] as const;
  const more: readonly Claim[] = by > 0 ? [{ kind: 'counts-more', rows, by }] : [];
  const words = {
    sentence: { kind: 'does-not-follow', key: run.key, sink, rows },
    let: [first(sink, from?.seen ?? null), rowNamed(sink, step, 'B')],
    thus: more,
  } as const;
  const before = recordNames(context, from?.whole ?? []);
  if (from !== null && !isMadeOf(context, before, { sink, row: from.seen.row })) {
    const among = run.items.flatMap((item) => item.from);
    return namelessWords(context, sink, { seen: step, among });
  }
  if (by === 1 && bad.records.length > 0 && givesOne(context, sink, bad.records)) {
    const records = recordNames(context, bad.records);
    const again: Claim = { kind: 'adds-again', rows, records, whole: before };
    const nearest: Claim = { kind: 'as-if-twice', row: 'B', records, whole: before };
    return { ...words, however: [again], nearest };
  }
  const isStranger = by === 1 && bad.isStranger && !isKnown(context, sink, bad);
  if (isStranger) return { ...words, however: [{ kind: 'no-record-adds', rows }] };
  const records = [...before, ...recordNames(context, bad.next)];
  return { ...words, however: [{ kind: 'does-not-add-up', row: 'B', records }] };
}

/** Whether a record that the job had not read has the fingerprint by which two values differ. */
function isKnown(context: Context, sink: string, { from, step }: BadStep): boolean {
  const before = from === null ? 0 : numberField(from.seen.row.value, 'f');
  const by = (numberField(step.row.value, 'f') - before) >>> 0;
  return context.plan.kase.workload.splits.some(({ split, records }) =>
    records.some((_, offset) =>
      given(context, [{ split, offset }], sink).some(({ value }) => numberField(value, 'f') === by),
    ),
  );
}

/** Not a record with copies. */
function givesOne(context: Context, sink: string, records: readonly number[]): boolean {
  return given(context, recordNames(context, records), sink).length === 1;
}

/** A value counts fewer records of its key than there are, or more. */
export function reportCount(
  context: Context,
  { sink }: Pick<RunningSink, 'sink'>,
  { name, run, seen }: { readonly name: AnomalyName; readonly run: KeyRun; readonly seen: Seen },
): void {
  const records = run.items.flatMap((item) => item.from);
  context.findings.report({
    name,
    operator: sink,
    key: run.key,
    records,
    witnesses: [witness(context, 'the value that counts most', { seen })],
    explain: () => countWords(context, sink, { seen, records, isLoss: name === 'loss' }),
    observed: [rowNamed(sink, seen)],
  });
}

function countWords(
  context: Context,
  sink: string,
  of: { readonly seen: Seen; readonly records: readonly number[]; readonly isLoss: boolean },
): Words {
  const records = recordNames(context, [...new Set(of.records)]);
  const all = numberField(given(context, records, sink).at(-1)?.value ?? null, 'n');
  const { key, value } = of.seen.row;
  const counts = numberField(value, 'n');
  const row = 'L';
  return {
    sentence: { kind: 'counts-wrong', key, sink, row, counts, of: all, records },
    let: [rowNamed(sink, of.seen, row)],
    thus: [of.isLoss ? dueClaim(context, records) : { kind: 'rule', rule: 'once' }],
    however: [{ kind: 'largest', row, key, sink }],
  };
}
