/**
 * What the checks of running aggregates share: their input, and the texts of what they find.
 */
import { type FunctionCatalog, resolveFunction } from '../../../model/functions.ts';
import type { Claim } from '../../../model/verdict/claim.ts';
import type { Guarantee } from '../../../model/guarantee.ts';
import type { ReduceSpec } from '../../../model/pipeline.ts';
import type { Key } from '../../../model/value.ts';
import { lackClaims, recordNames, rowNamed } from '../../claims/naming.ts';
import { orderClaim } from '../../claims/time.ts';
import {
  type Context,
  isItemDue,
  mayShowMore,
  noteShown,
  witness,
  type SinkContext,
} from '../../context/context.ts';
import type { Words } from '../../../judgement/findings.ts';
import type { Seen } from '../../evidence/observe.ts';
import type { Branch } from '../../plan/branches.ts';
import type { Item } from '../../plan/items.ts';
import { isBuiltIn } from '../../plan/built-in.ts';
import { showsLists } from '../../plan/naming.ts';
import { Grid } from './frontier.ts';
import { everyDelivery } from '../../../judgement/delivery.ts';
import { namelessWords, reportMissing } from '../anomalies/loss.ts';

export interface RunningSink {
  readonly sink: string;
  readonly committed: boolean;
  readonly upsert: boolean;
  readonly spec: ReduceSpec;
  readonly functions: FunctionCatalog;
  /** How a value says which records are in it. */
  readonly reads: 'ids' | 'digits' | 'nothing';
  readonly items: readonly Item[];
  readonly branch: Branch;
  readonly rows: readonly Seen[];
}

/** Everything of one key of the stage. */
export interface KeyRun {
  readonly key: Key;
  readonly items: readonly Item[];
  readonly rows: Seen[];
}

export function leaveOpen(context: Context, { sink }: RunningSink, reason: string): void {
  context.findings.leaveOpen(`${sink}: ${reason}`, ...everyDelivery);
}

/** The same where more steps might have decided it. */
export function runOut(context: Context, { sink }: RunningSink, reason: string): void {
  context.findings.runOut(`${sink}: ${reason}`, ...everyDelivery);
}

/** A later value contains what an output before it does, but a reader misses that output. */
export function leaveGap(context: Context, { sink, upsert }: RunningSink, { key }: KeyRun): void {
  if (upsert) return;
  const reason = `${sink}: between values of key ${key} some do not show`;
  context.findings.leaveOpen(reason, 'effectively-once', 'exactly-once');
}

/** Attempts may go different ways, each of them legal; what they show together is no run's. */
export function leaveFork(context: Context, { sink }: RunningSink, { key }: KeyRun): void {
  const reason = `${sink}: values of key ${key} are of no single run`;
  context.findings.leaveOpen(reason, 'effectively-once', 'exactly-once');
}

/** A visible step of a key: the record it adds, for the checks of cuts. */
export function noteStep(
  context: SinkContext,
  { sink }: RunningSink,
  { item, seen, again = false, whole }: NotedStep,
): void {
  // Behind a first stage a record waits for that stage's time.
  const all = whole === undefined ? {} : { whole };
  noteShown(context, sink, { records: item.from, seen, prompt: item.direct, again, ...all });
}

interface NotedStep extends StepShown {
  readonly again?: boolean;
  /** All that the value counts, where it does not list that itself. */
  readonly whole?: () => readonly number[];
}

/** Records that no value lists, where values list their records. */
export function reportUnlisted(context: Context, sink: RunningSink, rest: readonly Item[]): void {
  for (const item of rest) {
    if (!isItemDue(context, item)) continue;
    reportMissing(context, { sink: sink.sink, records: item.from, row: null });
  }
}

export function aggregateOf(sink: RunningSink): ReturnType<typeof resolveFunction<'aggregate'>> {
  return resolveFunction(sink.functions, 'aggregate', sink.spec.aggregate);
}

/** Lists compare as sets, unless a function looks into them. */
export function showsOrder(sink: RunningSink): boolean {
  if (aggregateOf(sink).commutative) return false;
  return !isBuiltIn(sink.spec) || showsLists(sink.branch);
}

/** Rows of an attempt that read further than the job was stopped at are not judged. */
export function leavesMore(context: Context, sink: string): boolean {
  if (!mayShowMore(context, sink)) return false;
  const reason = `${sink}: an earlier attempt may have read further than the job was stopped at`;
  context.findings.leaveOpen(reason, 'validity', 'effectively-once', 'exactly-once', 'ordered');
  return true;
}

/** Outputs take one way, so where a later one was committed, so was every earlier one. */
export function showsEarlier({ branch, committed }: RunningSink): boolean {
  return committed && branch.fifo;
}

/** The orders in which the records of a key can have met. */
export function gridOf(context: Context, sink: RunningSink, items: readonly Item[]): Grid {
  const { splitOf } = context.plan.table;
  return new Grid(items, aggregateOf(sink), (record) => splitOf[record] as number);
}

/** Two visible values of a key of which neither continues the other. */
export function reportForked(
  context: Context,
  sink: string,
  { a, b }: { readonly a: Seen; readonly b: Seen },
): void {
  if (leavesMore(context, sink)) return;
  const { key } = b.row;
  const rows = ['A', 'B'] as const;
  context.findings.report({
    name: 'forked-state',
    operator: sink,
    key,
    witnesses: [
      witness(context, 'one value', { seen: a }),
      witness(context, 'another', { seen: b }),
    ],
    explain: () => ({
      sentence: { kind: 'forked', key, sink, rows },
      let: [rowNamed(sink, a, 'A'), rowNamed(sink, b, 'B')],
      thus: [{ kind: 'rule', rule: 'one-history' }],
      however: [{ kind: 'neither-continues', rows }],
    }),
    observed: [rowNamed(sink, a), rowNamed(sink, b)],
  });
}

/** An attempt shows a list that ends with what it did not read. */
export function reportUnreadEnd(
  context: Context,
  sink: string,
  { seen, restored, last }: { seen: Seen; restored: number | null; last: Item },
): void {
  const { key } = seen.row;
  const { attempt } = seen;
  const began = context.seen.attempts.find((own) => own.attempt === attempt);
  context.findings.report({
    name: 'state-divergence',
    operator: sink,
    key,
    witnesses: [witness(context, 'read before', { record: last.from[0], seen })],
    explain: () => {
      const records = recordNames(context, last.from);
      return {
        sentence: { kind: 'unread-end', key, sink, row: 'R', attempt, records },
        let: [rowNamed(sink, seen, 'R'), { kind: 'attempt', attempt, t: began?.t ?? 0, restored }],
        thus: [
          { kind: 'rule', rule: 'shown-when-read' },
          { kind: 'ends-with', row: 'R', records },
        ],
        however: [{ kind: 'read', records, checkpoint: restored ?? 0 }],
      };
    },
    observed: [rowNamed(sink, seen)],
  });
}

/** A value of a key shows before the one it was made from. */
export function reportStepsReversed(
  context: Context,
  { sink, spec }: RunningSink,
  { later, earlier }: { readonly later: StepShown; readonly earlier: StepShown },
): void {
  const { key } = earlier.seen.row;
  const rows = ['A', 'B'] as const;
  context.findings.report({
    name: 'reorder',
    operator: sink,
    key,
    records: [...earlier.item.from, ...later.item.from],
    witnesses: [
      witness(context, 'visible first', { record: later.item.from[0], seen: later.seen }),
      witness(context, 'visible after it', { record: earlier.item.from[0], seen: earlier.seen }),
    ],
    explain: () => ({
      sentence: { kind: 'steps-reversed', key, sink, rows },
      let: [rowNamed(sink, later.seen, 'A'), rowNamed(sink, earlier.seen, 'B')],
      thus: [
        { kind: 'continues', rows },
        { kind: 'keeps-order', sink, from: spec.id },
      ],
      however: [{ kind: 'before', rows }],
    }),
    observed: [rowNamed(sink, later.seen), rowNamed(sink, earlier.seen)],
  });
}

/** A visible value and the record that brought it. */
export interface StepShown {
  readonly seen: Seen;
  readonly item: Item;
}

/** `before` was processed first, though `after` comes first in their origin. */
export interface Disorder {
  readonly before: StepShown;
  readonly after: StepShown;
  /** Rows that a timer put together: which of them share a row is the engine's choice. */
  readonly isBatch?: boolean;
  /** All that the row of `before` is made of, where it does not list that itself. */
  readonly whole?: () => readonly number[];
  /** All records of its key. */
  readonly among?: readonly number[];
}

/**
 * No run that keeps the order of a split gives a list that turns it round, nor a value that leaves
 * out a record before one that it has; the latter may be the output over a part of the input.
 * Batches list what came in between, in no order of their own.
 */
function refutedByDisorder({ before, after, isBatch }: Disorder): readonly Guarantee[] {
  if (isBatch === true) return [];
  const whole = ['exactly-once', 'effectively-once'] as const;
  return before.seen === after.seen ? ['validity', ...whole] : whole;
}

/** Records of one origin in another order than that origin has them. */
export function reportDisorder(context: Context, sink: string, disorder: Disorder): void {
  const { before, after } = disorder;
  context.findings.report({
    name: 'reorder',
    alsoRefutes: refutedByDisorder(disorder),
    operator: sink,
    key: after.seen.row.key,
    records: [...after.item.from, ...before.item.from],
    witnesses: [
      witness(context, 'processed first', { record: before.item.from[0], seen: before.seen }),
      witness(context, 'processed after it', { record: after.item.from[0], seen: after.seen }),
    ],
    explain: () => disorderWords(context, sink, disorder),
    observed: [rowNamed(sink, after.seen)],
  });
}

function disorderWords(context: Context, sink: string, disorder: Disorder): Words {
  const { before, after } = disorder;
  const [ahead, behind] = [
    recordNames(context, before.item.from),
    recordNames(context, after.item.from),
  ];
  const sentence: Claim = { kind: 'processed-behind', first: behind, second: ahead, sink };
  const thus: Claim[] = [
    orderClaim(context, { first: after.item, second: before.item }),
    { kind: 'keeps-order', sink, from: null },
  ];
  if (before.seen === after.seen) {
    const however: Claim = { kind: 'listed-order', row: 'R', first: ahead, second: behind };
    return { sentence, let: [rowNamed(sink, after.seen, 'R')], thus, however: [however] };
  }
  const counted = disorder.whole?.() ?? null;
  const hasCopies =
    before.seen !== after.seen && after.item.from.every((r) => counted?.includes(r));
  // It has some of the copies of both: no beginning of the input gives that.
  if (hasCopies && disorder.among !== undefined) {
    return namelessWords(context, sink, { seen: before.seen, among: disorder.among });
  }
  const whole = counted === null ? null : recordNames(context, counted);
  return {
    sentence,
    let: [rowNamed(sink, before.seen, 'A'), rowNamed(sink, after.seen, 'B')],
    thus,
    however: [
      { kind: 'contains', rows: ['A'], records: ahead, whole },
      ...lackClaims(context, { name: 'A', sink, seen: before.seen }, { records: behind, whole }),
      ...(whole === null
        ? [
            { kind: 'contains', rows: ['B'], records: behind, whole: null } as const,
            { kind: 'before', rows: ['A', 'B'] } as const,
          ]
        : [{ kind: 'continues', rows: ['B', 'A'] } as const]),
    ],
  };
}
