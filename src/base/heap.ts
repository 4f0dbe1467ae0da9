/**
 * A binary min-heap over a total order. Deterministic as long as `before` is total: callers break
 * ties by a sequence number.
 */

export class Heap<T> {
  private readonly items: T[] = [];
  private readonly before: (a: T, b: T) => boolean;

  constructor(before: (a: T, b: T) => boolean) {
    this.before = before;
  }

  get size(): number {
    return this.items.length;
  }

  peek(): T | undefined {
    return this.items[0];
  }

  push(item: T): void {
    const items = this.items;
    let child = items.length;
    items.push(item);
    while (child > 0) {
      const parent = (child - 1) >> 1;
      const above = items[parent] as T;
      if (!this.before(item, above)) break;
      items[child] = above;
      child = parent;
    }
    items[child] = item;
  }

  pop(): T | undefined {
    const items = this.items;
    const top = items[0];
    const last = items.pop();
    if (items.length > 0) this.sink(last as T);
    return top;
  }

  /** The items in no particular order; not to be modified. */
  unordered(): readonly T[] {
    return this.items;
  }

  private sink(item: T): void {
    const items = this.items;
    const size = items.length;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= size) break;
      const right = child + 1;
      if (right < size && this.before(items[right] as T, items[child] as T)) child = right;
      const candidate = items[child] as T;
      if (!this.before(candidate, item)) break;
      items[hole] = candidate;
      hole = child;
    }
    items[hole] = item;
  }
}
