/**
 * What a filter behind a running aggregate may hide: outputs that nobody sees are missed only where
 * no order of the records hides them.
 */
import { type Context, isItemDue } from '../../context/context.ts';
import { arriving, type Item } from '../../plan/items.ts';
import type { State } from './frontier.ts';
import { aggregateOf, gridOf, type RunningSink } from './running-reports.ts';

/**
 * Whether, after the records in `order`, some order of those that are due lets no output through;
 * null: the step budget does not reach to say.
 */
export function mayStayHidden(
  context: Context,
  sink: RunningSink,
  { order, rest }: { readonly order: readonly Item[]; readonly rest: readonly Item[] },
): boolean | null {
  const aggregate = aggregateOf(sink);
  const grid = gridOf(context, sink, rest);
  const begun = order.reduce((sum, item) => aggregate.add(sum, item.value), aggregate.create());
  const owed = grid.origins.map(
    (origin) => origin.findLastIndex((item) => isItemDue(context, item)) + 1,
  );
  const isDone = ({ positions }: State): boolean =>
    positions.every((position, i) => position >= (owed[i] as number));
  let level: readonly State[] = [{ ...grid.start(), accumulator: begun }];
  let steps = 0;
  while (level.length > 0 && !level.some(isDone)) {
    steps += level.length * grid.origins.length;
    if (steps > context.stepsMax) return null;
    const hidden = grid.steps(level).filter(({ row }) => arriving(sink.branch, row).length === 0);
    level = grid.distinct(hidden);
  }
  return level.length > 0;
}

/** Whether the output that contains all of a key's records is let through, whichever comes last. */
export function showsWhole(context: Context, sink: RunningSink, items: readonly Item[]): boolean {
  const aggregate = aggregateOf(sink);
  const all = items.reduce((sum, item) => aggregate.add(sum, item.value), aggregate.create());
  const value = aggregate.result(all);
  const last = gridOf(context, sink, items).origins.flatMap((origin) => origin.at(-1) ?? []);
  return last.every(
    ({ key, ts, from }) => arriving(sink.branch, { key, ts, value, from }).length > 0,
  );
}
