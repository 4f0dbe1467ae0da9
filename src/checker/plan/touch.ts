/**
 * Sessions exactly `gap` apart merge, unless the first had fired and gone before the second came.
 * Even input whose disorder is within bounds may leave that open: here it is decided from the
 * bound on the watermark each record can have met.
 */
import type { Plan, Stage } from './plan.ts';
import type { Item } from './items.ts';
import { ownBound } from './own-bound.ts';

/** Whether some two rows of a key touch in a way that a legal schedule may or may not merge. */
export function optionalTouch(plan: Plan, stage: Stage, items: readonly Item[]): boolean {
  const { spec } = stage;
  if (spec.kind !== 'window' || spec.assigner.kind !== 'session') return false;
  const gap = spec.assigner.gapMs;
  const byKey = new Map<string, Item[]>();
  for (const item of items) {
    const list = byKey.get(item.key);
    if (list === undefined) byKey.set(item.key, [item]);
    else list.push(item);
  }
  for (const list of byKey.values()) {
    list.sort((a, b) => a.ts - b.ts);
    for (let i = 1; i < list.length; i++) {
      const [before, after] = [list[i - 1] as Item, list[i] as Item];
      if (after.ts - before.ts === gap && optional(plan, { before, after, gap, list })) return true;
    }
  }
  return false;
}

interface Touch {
  readonly before: Item;
  readonly after: Item;
  readonly gap: number;
  readonly list: readonly Item[];
}

/** The earlier session ends at `after.ts`; it is certainly open while the watermark is below. */
function optional(plan: Plan, { before, after, list }: Touch): boolean {
  return !list.some(
    (item) => item.ts === after.ts && item !== before && ownBound(plan.table, item) < after.ts - 1,
  );
}
