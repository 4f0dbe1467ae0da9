/**
 * What the input says about each window: which records may be in its panes, which must, which must
 * not, and which arrive before it can first fire. Sessions are grouped by what could ever merge.
 */
import type { WindowSpec } from '../../../model/pipeline.ts';
import type { Key } from '../../../model/value.ts';
import { assignWindows, cleanupTime, type Interval } from '../../../oracle/specification.ts';
import { bucketOf, type PaneSpec } from '../../plan/declared.ts';
import type { Item } from '../../plan/items.ts';
import type { Met } from '../../time/lateness.ts';
import type { Seen } from '../../evidence/observe.ts';

export interface Member {
  readonly item: Item;
  readonly presence: 'must' | 'may' | 'never';
  /** It arrives before the window can have fired. */
  readonly onTime: boolean;
}

export interface Pane {
  readonly seen: Seen;
  readonly members: readonly Member[];
  /** It names some of what an earlier operator put together, and not the rest. */
  readonly isPartial?: boolean;
}

/** A visible pane that hides its records, and what may be in it. */
export interface Guessed {
  readonly seen: Seen;
  /** The sets of records that give its value. */
  readonly choices: readonly (readonly Member[])[];
  /** Whether these are all; more were not tried. */
  readonly complete: boolean;
}

export interface Group {
  readonly key: Key;
  /** Of a session group: what the longest session would cover. */
  readonly window: Interval;
  readonly members: readonly Member[];
  readonly panes: Pane[];
  /** Panes whose value hides which of the records are in it. */
  readonly guessed: Guessed[];
  /**
   * For sessions: index pairs (i, i + 1) of members, by time, that are certainly in one session.
   */
  readonly forced: readonly boolean[];
}

export function groupsOf(spec: PaneSpec, items: readonly Item[], met: Met): Group[] {
  if (spec.kind === 'window' && spec.assigner.kind === 'session') {
    return sessionGroups(spec, spec.assigner.gapMs, { items, met });
  }
  const groups = new Map<Key, Map<number, { window: Interval; items: Item[] }>>();
  for (const item of items) {
    let byStart = groups.get(item.key);
    if (byStart === undefined) {
      byStart = new Map();
      groups.set(item.key, byStart);
    }
    for (const window of windowsOf(spec, item.ts)) {
      const group = byStart.get(window.start);
      if (group === undefined) byStart.set(window.start, { window, items: [item] });
      else group.items.push(item);
    }
  }
  const all: Group[] = [];
  for (const [key, byStart] of groups) {
    for (const { window, items: inside } of byStart.values()) {
      const members = inside.map((item) => memberOf(spec, window, { item, met }));
      all.push({ key, window, members, panes: [], guessed: [], forced: [] });
    }
  }
  return all;
}

function windowsOf(spec: PaneSpec, ts: number): readonly Interval[] {
  if (spec.kind === 'window') return assignWindows(spec.assigner, ts);
  return bucketOf(spec, ts);
}

function memberOf(
  spec: PaneSpec,
  window: Interval,
  { item, met }: { item: Item; met: Met },
): Member {
  const max = met.max(item);
  const onTime = max < window.end - 1;
  const certain = item.waits ? 'may' : 'must';
  // A hand-made window has no late check: a late row gets a timer that fires at once.
  if (spec.kind === 'process') return { item, presence: certain, onTime };
  const clean = cleanupTime(window, spec.allowedLatenessMs);
  if (max < clean) return { item, presence: certain, onTime };
  return { item, presence: met.min(item) >= clean ? 'never' : 'may', onTime };
}

function sessionGroups(
  spec: WindowSpec,
  gap: number,
  { items, met }: { items: readonly Item[]; met: Met },
): Group[] {
  const byKey = new Map<Key, Item[]>();
  for (const item of items) {
    const list = byKey.get(item.key);
    if (list === undefined) byKey.set(item.key, [item]);
    else list.push(item);
  }
  const groups: Group[] = [];
  for (const [key, list] of byKey) {
    list.sort((a, b) => a.ts - b.ts);
    for (let i = 0; i < list.length;) {
      let j = i + 1;
      while (j < list.length && (list[j] as Item).ts - (list[j - 1] as Item).ts <= gap) j++;
      groups.push(sessionGroup(spec, key, { gap, cluster: list.slice(i, j), met }));
      i = j;
    }
  }
  return groups;
}

function sessionGroup(
  spec: WindowSpec,
  key: Key,
  { gap, cluster, met }: { gap: number; cluster: readonly Item[]; met: Met },
): Group {
  const start = (cluster[0] as Item).ts;
  const end = (cluster.at(-1) as Item).ts + gap;
  const members = cluster.map((item): Member => {
    const own = { start: item.ts, end: item.ts + gap };
    const onTime = met.max(item) < own.end - 1;
    if (met.max(item) < cleanupTime(own, spec.allowedLatenessMs)) {
      return { item, presence: item.waits ? 'may' : 'must', onTime };
    }
    // An open session rescues a late row: only behind the longest one it is certainly late.
    const late = met.min(item) >= cleanupTime({ start, end }, spec.allowedLatenessMs);
    return { item, presence: late ? 'never' : 'may', onTime };
  });
  const forced = cluster
    .slice(1)
    .map((after, i) => certainlyMerged(cluster[i] as Item, after, { gap, cluster, met }));
  return { key, window: { start, end }, members, panes: [], guessed: [], forced };
}

/** Whichever came first, its session was still open when the other arrived. */
function certainlyMerged(
  before: Item,
  after: Item,
  { gap, cluster, met }: { gap: number; cluster: readonly Item[]; met: Met },
): boolean {
  if (met.max(before) >= after.ts + gap - 1) return false;
  const open = before.ts + gap - 1;
  return cluster.some((item) => item.ts === after.ts && item !== before && met.max(item) < open);
}
