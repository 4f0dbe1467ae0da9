/**
 * Items: rows on a branch with their origin and their place in the order the path promises.
 */
import type { TracedRow } from '../../oracle/specification.ts';
import type { Branch } from './branches.ts';

export interface Item extends TracedRow {
  /** Rows of one key and word keep the order of `rank`; equal ranks have none. -1: no order. */
  readonly word: number;
  readonly rank: number;
  /** Whether it is a source record that met only stateless steps (its lateness is then known). */
  readonly direct: boolean;
  /** 1: right side of a join. */
  readonly input: 0 | 1;
  /** It may still wait in the savepoint of a suspended job, and so never have arrived. */
  readonly waits: boolean;
}

/** Numbers for words: one per origin, interned so that equal origins share one. */
export class Words {
  private readonly numbers = new Map<string, number>();

  of(name: string): number {
    let number = this.numbers.get(name);
    if (number === undefined) {
      number = this.numbers.size;
      this.numbers.set(name, number);
    }
    return number;
  }
}

/** Sends items through the chain of a branch. `branchNumber` keeps two branches' words apart. */
export function sendThrough(
  branch: Branch,
  roots: readonly Item[],
  context: { readonly words: Words; readonly branchNumber: number },
): Item[] {
  const { words, branchNumber } = context;
  const wordOf = new Map<number, number>();
  let items = roots.map((root) => {
    let word = branch.fifo && root.word >= 0 ? wordOf.get(root.word) : -1;
    if (word === undefined) {
      word = words.of(`${branchNumber}/${root.word}`);
      wordOf.set(root.word, word);
    }
    return word === root.word && branch.input === root.input
      ? root
      : { ...root, word, input: branch.input };
  });
  for (const link of branch.chain) {
    const next: Item[] = [];
    for (const item of items) {
      const word =
        link.splitsByKey && item.word >= 0 ? words.of(`${item.word}/${item.key}`) : item.word;
      for (const row of link.apply(item)) next.push(asItem(item, row, word));
    }
    items = next;
  }
  return items;
}

function asItem(item: Item, row: TracedRow, word: number): Item {
  if (row === item && word === item.word) return item;
  const { key, ts, value, from } = row;
  const { rank, direct, input, waits } = item;
  return { key, ts, value, from, word, rank, direct, input, waits };
}

/** Sends one row of the root through the chain: what would arrive. */
export function arriving(branch: Branch, row: TracedRow): readonly TracedRow[] {
  let rows: readonly TracedRow[] = [row];
  for (const link of branch.chain) rows = rows.flatMap((r) => [...link.apply(r)]);
  return rows;
}
