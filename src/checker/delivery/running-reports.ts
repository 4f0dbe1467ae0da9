/**
 * What the checks of running aggregates share: their input, and the texts of what they find.
 */
import { type FunctionCatalog, resolveFunction } from '../../model/functions.ts';
import type { ReduceSpec } from '../../model/pipeline.ts';
import type { Key } from '../../model/value.ts';
import { type Context, isItemDue, noteShown, recordList, seenText, witness } from '../context.ts';
import type { Seen } from '../observation/observe.ts';
import type { Branch } from '../plan/branches.ts';
import type { Item } from '../plan/items.ts';
import { reportMissing } from './loss.ts';

export interface RunningSink {
  readonly sink: string;
  readonly committed: boolean;
  readonly upsert: boolean;
  readonly spec: ReduceSpec;
  readonly functions: FunctionCatalog;
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
  context.findings.leaveOpen(
    `${sink}: ${reason}`,
    'validity',
    'at-most-once',
    'at-least-once',
    'exactly-once',
    'effectively-once',
    'ordered',
  );
}

/** A visible step of a key: the record it adds, for the checks of cuts. */
export function noteStep(
  context: Context,
  { sink }: RunningSink,
  {
    item,
    seen,
    again = false,
  }: {
    readonly item: Item;
    readonly seen: Seen;
    readonly again?: boolean;
  },
): void {
  // Behind a first stage a record waits for that stage's time.
  noteShown(context, sink, { records: item.from, seen, prompt: item.direct, again });
}

/** Records that are in no visible value. */
export function reportLost(context: Context, sink: RunningSink, rest: readonly Item[]): void {
  for (const item of rest) {
    if (!isItemDue(context, item)) continue;
    reportMissing(context, { sink: sink.sink, records: item.from, row: null });
  }
}

export function aggregateOf(sink: RunningSink): ReturnType<typeof resolveFunction<'aggregate'>> {
  return resolveFunction(sink.functions, 'aggregate', sink.spec.aggregate);
}

/** Two visible values of a key of which neither continues the other. */
export function reportForked(
  context: Context,
  sink: string,
  { a, b }: { readonly a: Seen; readonly b: Seen },
): void {
  context.findings.report({
    name: 'forked-state',
    operator: sink,
    key: b.row.key,
    witnesses: [
      witness(context, 'one value', { seen: a }),
      witness(context, 'another', { seen: b }),
    ],
    sentence: `Key ${b.row.key} has two values at ${sink} of which neither continues the other.`,
    let: [`A = ${seenText(a)}`, `B = ${seenText(b)}`],
    thus: ['both are running aggregates of one key, so one was made from the other'],
    however: ['neither contains what the other contains'],
    observed: [seenText(a), seenText(b)],
  });
}

/** Records of one origin in another order than that origin has them. */
export function reportDisorder(
  context: Context,
  sink: string,
  { seen, before, after }: { readonly seen: Seen; readonly before: Item; readonly after: Item },
): void {
  const [a, b] = [recordList(context, after.from), recordList(context, before.from)];
  context.findings.report({
    name: 'reorder',
    operator: sink,
    key: seen.row.key,
    records: [...after.from, ...before.from],
    witnesses: [
      witness(context, 'processed first', { record: before.from[0], seen }),
      witness(context, 'processed after it', { record: after.from[0], seen }),
    ],
    sentence: `${a} comes before ${b} in its origin, but was processed after it.`,
    let: [`R = ${seenText(seen)}`],
    thus: ['the path from their origin keeps the order of a key'],
    however: [`R contains ${b} before ${a}`],
    observed: [seenText(seen)],
  });
}
