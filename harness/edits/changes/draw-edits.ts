/**
 * Draws edits of a history: a few of each kind, at rows chosen at random.
 */
import type { RandomStream } from '../../../src/base/random.ts';
import type { History, VisibleEvent } from '../../../src/model/history.ts';
import type { Value } from '../../../src/model/value.ts';
import { type Edit, type IdsChange, type Label, rowAt, type Site, visibleAt } from './edits.ts';
import { leafAt, leavesOf } from './leaves.ts';

/** About this many edits of each kind. */
export function drawEdits(history: History, draw: RandomStream, perKind: number): Edit[] {
  const sites = sitesOf(history);
  if (sites.length === 0) return [];
  const some = (): readonly Site[] => Array.from({ length: perKind }, () => draw.pick(sites));
  const edits: Edit[] = [];
  for (const site of some()) edits.push({ kind: 'drop', site });
  for (const site of some()) edits.push({ kind: 'double', site });
  for (const site of some()) edits.push({ kind: 'ts', site, by: draw.pick([1, -1, 40]) });
  for (const site of some()) {
    edits.push({ kind: 'key', site, key: draw.pick(['k0', 'k1', 'none']) });
  }
  for (const site of some()) edits.push(...inValue(history, site, draw));
  for (const site of some()) edits.push(...swaps(history, { site, sites, draw }));
  for (const site of some()) edits.push(...moves(history, site, draw));
  for (const site of some()) edits.push(labels(history, site, draw));
  for (const { event } of some().slice(1)) edits.push({ kind: 'vanish', event });
  return edits;
}

function sitesOf(history: History): Site[] {
  return history.flatMap((event, at) =>
    event.kind === 'visible' ? event.rows.map((_, index) => ({ event: at, index })) : [],
  );
}

/** A number, the fingerprint, an id and the list of ids, as far as the value has them. */
function inValue(history: History, site: Site, draw: RandomStream): Edit[] {
  const { value } = rowAt(history, site);
  const { numbers, lists } = leavesOf(value);
  const by = draw.pick([1, -1]);
  const changed = (
    kind: 'number' | 'fingerprint' | 'id',
    of: (name: string) => boolean,
  ): Edit[] => {
    const fitting = numbers.filter((leaf) => of(leaf.at(-1) ?? ''));
    if (fitting.length === 0) return [];
    const leaf = draw.pick(fitting);
    return [{ kind, site, leaf, to: (leafAt(value, leaf) as number) + by }];
  };
  return [
    ...changed('number', (name) => name !== 'f' && name !== 'id'),
    ...changed('fingerprint', (name) => name === 'f'),
    ...changed('id', (name) => name === 'id'),
    ...lists.flatMap((leaf) => {
      const list = leafAt(value, leaf) as readonly Value[];
      const how = draw.pick(idsChanges);
      const to = changedList(list, how, draw);
      return to === null ? [] : [{ kind: 'ids', site, leaf, to, how } as const];
    }),
  ];
}

const idsChanges: readonly IdsChange[] = ['removed', 'doubled', 'unknown', 'swapped'];
const unknownId = 999_983;

function changedList(
  list: readonly Value[],
  how: IdsChange,
  draw: RandomStream,
): readonly Value[] | null {
  if (list.length === 0) return null;
  const at = draw.below(list.length);
  switch (how) {
    case 'removed':
      return list.filter((_, i) => i !== at);
    case 'doubled':
      return list.flatMap((id, i) => (i === at ? [id, id] : [id]));
    case 'unknown':
      return list.map((id, i) => (i === at ? unknownId : id));
    case 'swapped': {
      if (list.length < 2) return null;
      const first = Math.min(at, list.length - 2);
      return [
        ...list.slice(0, first),
        list[first + 1] as Value,
        list[first] as Value,
        ...list.slice(first + 2),
      ];
    }
  }
}

interface Place {
  readonly site: Site;
  readonly sites: readonly Site[];
  readonly draw: RandomStream;
}

/** The next row of the same key, in the same event or of the same writer. */
function swaps(history: History, { site, sites }: Place): Edit[] {
  const own = visibleAt(history, site.event);
  const { key } = rowAt(history, site);
  const start = sites.findIndex((s) => s.event === site.event && s.index === site.index);
  const other = sites.slice(start + 1).find((candidate) => {
    const by = visibleAt(history, candidate.event);
    return by.sink === own.sink && rowAt(history, candidate).key === key && isTogether(own, by);
  });
  return other === undefined ? [] : [{ kind: 'swap', site, with: other }];
}

function isTogether(a: VisibleEvent, b: VisibleEvent): boolean {
  if (a.transaction !== null) return a === b;
  return a.attempt === b.attempt && a.subtask === b.subtask;
}

function moves(history: History, site: Site, draw: RandomStream): Edit[] {
  const own = visibleAt(history, site.event);
  if (own.transaction === null) return [];
  const others = history.flatMap((event, at) =>
    event.kind === 'visible' && event !== own && event.sink === own.sink ? [at] : [],
  );
  return others.length === 0 ? [] : [{ kind: 'move', site, into: draw.pick(others) }];
}

function labels(history: History, { event }: Site, draw: RandomStream): Edit {
  const own = visibleAt(history, event);
  const label = draw.pick<Label>(['attempt', 'subtask', 'transaction', 'checkpoint']);
  return { kind: 'label', event, label, to: otherLabel(history, { own, label, draw }) };
}

function otherLabel(
  history: History,
  { own, label, draw }: { own: VisibleEvent; label: Label; draw: RandomStream },
): number | string {
  if (label === 'attempt') return draw.pick([own.attempt + 1, 999]);
  if (label === 'subtask') return draw.pick([own.subtask + 1, own.subtask + 7]);
  if (label === 'checkpoint') {
    const { checkpoint } = own;
    return checkpoint === null ? 1 : draw.pick([checkpoint + 1, checkpoint + 2, 3_000]);
  }
  const others = history.flatMap((event) =>
    event.kind === 'visible' && event.sink === own.sink && event.transaction !== own.transaction
      ? [event.transaction ?? 'none']
      : [],
  );
  return draw.pick(['nobody/0/1/1', ...others]);
}
