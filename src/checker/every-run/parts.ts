/**
 * Whether a row is the output of a run over some of its key's input: runs without failures over the
 * parts that may be in it are listed, alone and among what does not reach the operator.
 */
import type { Job } from './job.ts';
import type { Budget, Legal } from './legal.ts';
import { type KeyInput, outcomesOf } from './listing.ts';
import type { Shown } from './play.ts';
import { contentText, idsNamed } from './texts.ts';

/** Of more arrivals not every part is tried. */
const arrivalsMax = 9;

interface Parts {
  readonly contents: Set<string>;
  complete: boolean;
  cost: number;
}

const known = new WeakMap<Legal, Map<string, Parts>>();

/** Null: not every part was tried. */
export function isPossible(legal: Legal, shown: Shown, budget: Budget): boolean | null {
  const { job } = legal;
  if (budget.left <= 0) return null;
  let byPart = known.get(legal);
  if (byPart === undefined) {
    byPart = new Map();
    known.set(legal, byPart);
  }
  // What made a row late it does not name.
  const isLate = job.sinks.some(
    ({ spec, branches: [branch] }) =>
      spec.id === shown.sink && branch?.root.kind === 'stage' && branch.root.output === 'late',
  );
  const named = isLate ? '' : inOrder(idsNamed(shown.row.value));
  const id = `${shown.row.key} ${named}`;
  let parts = byPart.get(id);
  if (parts === undefined) {
    parts = partsOf(legal, { key: shown.row.key, named, most: budget.most });
    byPart.set(id, parts);
  }
  budget.left -= parts.cost;
  if (budget.left < 0) return null;
  if (parts.contents.has(contentText(job, shown))) return true;
  return parts.complete ? false : null;
}

function inOrder(ids: readonly number[]): string {
  return [...ids].sort((a, b) => a - b).join();
}

interface Asked {
  readonly key: string;
  /** The ids that the row names, in order; empty: none. */
  readonly named: string;
  readonly most: number;
}

function partsOf({ job, keys }: Legal, { key, named, most }: Asked): Parts {
  const parts: Parts = { contents: new Set(), complete: true, cost: 0 };
  const input = keys.get(key)?.input;
  const count = input?.arrivals.length ?? 0;
  if (input === undefined) return parts;
  if (count > arrivalsMax) return { ...parts, complete: false };
  const hasOthers = job.plan.table.count > input.byRecord.size;
  const among = hasOthers ? [false, true] : [false];
  const ids = input.arrivals.map(({ row }) => idsNamed(row.value));
  for (const mask of masksOf(count)) {
    const own = ids.flatMap((list, number) => ((mask & (1 << number)) === 0 ? [] : list));
    if (named !== '' && inOrder(own) !== named) continue;
    if (parts.cost > most) return { ...parts, complete: false };
    for (const others of among) addPart(job, partOf(input, mask), { others, parts, most });
  }
  return parts;
}

/** Large parts first: what shows is most often nearly everything. */
function masksOf(count: number): readonly number[] {
  const bySize: number[][] = Array.from({ length: count + 1 }, () => []);
  for (let mask = 1; mask < 2 ** count; mask++) {
    let size = 0;
    for (let rest = mask; rest > 0; rest &= rest - 1) size++;
    bySize[size]?.push(mask);
  }
  return bySize.reverse().flat();
}

function partOf(input: KeyInput, mask: number): KeyInput {
  const byRecord = new Map<number, readonly number[]>();
  for (const [record, rows] of input.byRecord) {
    byRecord.set(
      record,
      rows.filter((row) => (mask & (1 << row)) !== 0),
    );
  }
  return { ...input, byRecord };
}

/** `others`: among the records of which this key has nothing. */
function addPart(
  job: Job,
  part: KeyInput,
  {
    others,
    parts,
    most,
  }: { readonly others: boolean; readonly parts: Parts; readonly most: number },
): void {
  const { table } = job.plan;
  const isRead = (record: number): boolean => {
    const rows = part.byRecord.get(record);
    return rows === undefined ? others : rows.length > 0;
  };
  const lengths = table.splits.map(
    ({ first, records }) => records.filter((_, i) => isRead(first + i)).length,
  );
  const { outcomes, cost } = outcomesOf(
    { ...job, ...readingOnly(job, isRead), stretches: [whole(lengths)] },
    {
      ...part,
      byRecord: renumbered(job, part, isRead),
    },
    most,
  );
  parts.cost += cost;
  if (outcomes === null) parts.complete = false;
  for (const rows of outcomes ?? []) {
    for (const row of rows) parts.contents.add(contentText(job, row));
  }
}

function whole(lengths: readonly number[]): Job['stretches'][number] {
  return { from: lengths.map(() => 0), cuts: [{ offsets: lengths, isFinal: true, isLast: true }] };
}

/** The job with splits that hold these records alone. */
function readingOnly(job: Job, isRead: (record: number) => boolean): Pick<Job, 'plan' | 'readers'> {
  const { plan, readers } = job;
  const splits = plan.table.splits.map((split) => ({
    ...split,
    records: split.records.filter((_, i) => isRead(split.first + i)),
  }));
  const numberOf = new Map(plan.table.splits.map((split, number) => [split, number]));
  return {
    plan: { ...plan, table: { ...plan.table, splits } },
    readers: readers.map((reader) => ({
      ...reader,
      split: reader.split === null ? null : (splits[numberOf.get(reader.split) ?? -1] ?? null),
    })),
  };
}

/** The rows of what is read, by the place each record has now. */
function renumbered(
  job: Job,
  part: KeyInput,
  isRead: (record: number) => boolean,
): ReadonlyMap<number, readonly number[]> {
  const byRecord = new Map<number, readonly number[]>();
  for (const { first, records } of job.plan.table.splits) {
    const own = records.map((_, i) => first + i).filter(isRead);
    own.forEach((record, i) => byRecord.set(first + i, part.byRecord.get(record) ?? []));
  }
  return byRecord;
}
