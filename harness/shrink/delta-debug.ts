/**
 * Delta debugging of a list: removes chunks from half the list down to single items, as long as
 * something can be removed (Zeller and Hildebrandt's ddmin, complements only).
 */

/** Asked with the items that would remain. */
type StillFails<T> = (kept: readonly T[]) => boolean | Promise<boolean>;

/** The items that had to stay; no chunk smaller than `sizeMin` is tried, but the last one. */
export async function deltaDebug<T>(
  items: readonly T[],
  stillFails: StillFails<T>,
  sizeMin = 1,
): Promise<readonly T[]> {
  if (items.length > 0 && (await stillFails([]))) return [];
  let kept = items;
  let size = Math.ceil(kept.length / 2);
  while (kept.length > 0) {
    const next = await sweep(kept, size, stillFails);
    const removed = next.length < kept.length;
    kept = next;
    if (size <= sizeMin && !removed) return kept;
    size = removed ? Math.min(size, Math.ceil(kept.length / 2)) : Math.ceil(size / 2);
  }
  return kept;
}

/**
 * One pass over all chunks of `size`, from the end: late items depend on early ones, not the
 * reverse.
 */
async function sweep<T>(
  items: readonly T[],
  size: number,
  stillFails: StillFails<T>,
): Promise<readonly T[]> {
  let kept = items;
  let end = kept.length;
  while (end > 0) {
    const begin = Math.max(0, end - size);
    const candidate = [...kept.slice(0, begin), ...kept.slice(end)];
    if (candidate.length < kept.length && (await stillFails(candidate))) kept = candidate;
    end = begin;
  }
  return kept;
}
