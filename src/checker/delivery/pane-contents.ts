/**
 * From a visible pane to the records in it: by comparing with the whole window, by reading the ids
 * it lists, or by trying which subset of the undecided records yields its opaque value.
 */
import {
  type Aggregate,
  field,
  type FunctionCatalog,
  numberField,
  resolveFunction,
} from '../../model/functions.ts';
import type { Row } from '../../model/value.ts';
import { paneOf, type TracedRow } from '../../oracle/specification.ts';
import { arriving, type Item } from '../plan/items.ts';
import type { Branch } from '../plan/branches.ts';
import { idListIn, idsIn, sameValue } from '../values.ts';
import type { Group, Member, PaneSpec } from './groups.ts';

/** Subsets of at most this many undecided records are tried for an opaque pane. */
const undecidedMax = 12;

export type Contents =
  | { readonly kind: 'pane'; readonly group: Group; readonly members: readonly Member[] }
  /** A value that fits these undecided records, and perhaps others. */
  | { readonly kind: 'guess'; readonly group: Group; readonly members: readonly Member[] }
  /** Right records, wrong value or wrong window bounds. */
  | { readonly kind: 'wrong-value'; readonly group: Group; readonly members: readonly Member[] }
  /** Records that do not belong into one window together. */
  | { readonly kind: 'mixed'; readonly members: readonly Member[] }
  /** More appearances of a record than there are. */
  | {
      readonly kind: 'repeated';
      readonly group: Group;
      readonly items: readonly Item[];
      readonly members: readonly Member[];
    }
  | { readonly kind: 'unknown-id'; readonly id: number }
  /** An opaque value of a known window that no subset yields. */
  | { readonly kind: 'opaque'; readonly group: Group }
  | { readonly kind: 'undecidable'; readonly group: Group }
  | { readonly kind: 'nothing' };

interface Place {
  readonly group: Group;
  readonly row: TracedRow;
}

export class PaneReader {
  private readonly spec: PaneSpec;
  private readonly branch: Branch;
  private readonly aggregate: Aggregate | null;
  private readonly restarted: boolean;
  /** What has fired is forgotten, so of equal copies a later pane holds others. */
  private readonly purges: boolean;
  private readonly whole = new Map<string, Map<number, Place[]>>();
  private readonly groups: readonly Group[];
  private byId: Map<number, { group: Group; member: Member }[]> | null = null;

  /** `restarted`: event time was forgotten in between, so that windows may come in parts. */
  constructor(
    spec: PaneSpec,
    branch: Branch,
    {
      groups,
      restarted,
      functions,
    }: {
      readonly groups: readonly Group[];
      readonly restarted: boolean;
      readonly functions: FunctionCatalog;
    },
  ) {
    this.spec = spec;
    this.restarted = restarted;
    this.purges = spec.kind === 'process' || spec.allowedLatenessMs === 0;
    this.branch = branch;
    this.groups = groups;
    this.aggregate =
      spec.kind === 'window' ? resolveFunction(functions, 'aggregate', spec.aggregate) : null;
    for (const group of groups) this.indexWhole(group);
  }

  read(row: Row): Contents {
    const whole = this.whole
      .get(row.key)
      ?.get(row.ts)
      ?.find((place) => sameValue(place.row.value, row.value));
    if (whole !== undefined) {
      const members = whole.group.members.filter((member) => member.presence !== 'never');
      return { kind: 'pane', group: whole.group, members };
    }
    const ids = idListIn(row.value);
    return ids === null ? this.readOpaque(row) : this.readIds(row, ids);
  }

  /** What arrives for a pane of these members, in this order. */
  rowsFor(group: Group, members: readonly Member[]): readonly TracedRow[] {
    if (members.length === 0) return [];
    return arriving(this.branch, this.paneRow(group, members));
  }

  private paneRow(group: Group, members: readonly Member[]): TracedRow {
    const items = members.map((member) => member.item);
    if (this.aggregate !== null) {
      return paneOf(this.aggregate, this.boundsOf(group, items), items);
    }
    const ts = group.window.end - 1;
    const ids = items.flatMap((item) => [...(idsIn(item.value) ?? [])]);
    const from = items.flatMap((item) => item.from);
    return { key: group.key, ts, value: { bucket: ts, ids, n: ids.length }, from };
  }

  private boundsOf(group: Group, items: readonly Item[]): { start: number; end: number } {
    const { spec } = this;
    if (spec.kind !== 'window' || spec.assigner.kind !== 'session') return group.window;
    let [start, end] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const item of items) {
      start = Math.min(start, item.ts);
      end = Math.max(end, item.ts + spec.assigner.gapMs);
    }
    return { start, end };
  }

  private indexWhole(group: Group): void {
    const members = group.members.filter((member) => member.presence !== 'never');
    for (const row of this.rowsFor(group, members)) {
      let byTime = this.whole.get(row.key);
      if (byTime === undefined) {
        byTime = new Map();
        this.whole.set(row.key, byTime);
      }
      const places = byTime.get(row.ts);
      if (places === undefined) byTime.set(row.ts, [{ group, row }]);
      else places.push({ group, row });
    }
  }

  private idIndex(): Map<number, { group: Group; member: Member }[]> {
    if (this.byId !== null) return this.byId;
    this.byId = new Map();
    for (const group of this.groups) {
      for (const member of group.members) {
        for (const id of idsIn(member.item.value) ?? []) {
          const places = this.byId.get(id);
          if (places === undefined) this.byId.set(id, [{ group, member }]);
          else places.push({ group, member });
        }
      }
    }
    return this.byId;
  }

  private readIds(row: Row, ids: readonly number[]): Contents {
    const index = this.idIndex();
    for (const id of ids) if (!index.has(id)) return { kind: 'unknown-id', id };
    const group = this.groupOf(row, ids);
    if (group === null) {
      return { kind: 'mixed', members: ids.flatMap((id) => index.get(id)?.[0]?.member ?? []) };
    }
    const used = new Set<Member>();
    const repeated: Item[] = [];
    for (const id of ids) {
      const places = (index.get(id) ?? []).filter((place) => place.group === group);
      const free = places.filter((p) => !used.has(p.member));
      const place = this.purges
        ? (free.find((p) => !isShown(group, p.member)) ?? free[0])
        : free[0];
      if (place !== undefined) used.add(place.member);
      else if (places[0] !== undefined && idsIn(places[0].member.item.value)?.length === 1) {
        repeated.push(places[0].member.item);
      }
    }
    if (repeated.length > 0) {
      return { kind: 'repeated', group, items: repeated, members: [...used] };
    }
    return this.verify(row, group, [...used]);
  }

  /** Whether the fold of these members, in the order listed, is what was seen. */
  private verify(row: Row, group: Group, members: readonly Member[]): Contents {
    const matches = this.rowsFor(group, members).some(
      (r) => r.key === row.key && r.ts === row.ts && sameValue(r.value, row.value),
    );
    return { kind: matches ? 'pane' : 'wrong-value', group, members };
  }

  /** The one window all these ids can be in; the one that ends at the row's time when several. */
  private groupOf(row: Row, ids: readonly number[]): Group | null {
    const index = this.idIndex();
    const candidates = (index.get(ids[0] as number) ?? []).map((place) => place.group);
    const fitting = candidates.filter((group) =>
      ids.every((id) => (index.get(id) ?? []).some((place) => place.group === group)),
    );
    return fitting.find((group) => group.window.end - 1 === row.ts) ?? fitting[0] ?? null;
  }

  private readOpaque(row: Row): Contents {
    const gap = this.gapMs();
    if (gap !== null) return this.readOpaqueSession(row, gap);
    const group = this.groups.find((g) => g.key === row.key && g.window.end - 1 === row.ts);
    if (group === undefined) return { kind: 'nothing' };
    // A record behind the first firing may be missing from it and only be in a later pane.
    const must = group.members.filter((member) => member.presence === 'must' && member.onTime);
    const may = group.members.filter((m) => m.presence !== 'never' && !must.includes(m));
    return this.trySubsets(row, group, { must, may });
  }

  private gapMs(): number | null {
    const { spec } = this;
    const isSession = spec.kind === 'window' && spec.assigner.kind === 'session';
    return isSession && spec.assigner.kind === 'session' ? spec.assigner.gapMs : null;
  }

  /** Which of the rows that could merge are in this session shows in its end alone. */
  private readOpaqueSession(row: Row, gap: number): Contents {
    const end = row.ts + 1;
    const group = this.groups.find(
      ({ key, window }) => key === row.key && window.start < end && end <= window.end,
    );
    if (group === undefined) return { kind: 'nothing' };
    const start = numberField(row.value, 'start');
    const known = field(row.value, 'start') !== null;
    const may = group.members.filter(
      ({ item, presence }) =>
        presence !== 'never' && item.ts <= end - gap && (!known || item.ts >= start),
    );
    const settled =
      !group.forced.includes(false) && group.members.every((m) => m.presence === 'must');
    if (settled) return { kind: 'opaque', group };
    const found = this.trySubsets(row, group, { must: [], may });
    return found.kind === 'opaque' ? { kind: 'undecidable', group } : found;
  }

  private trySubsets(
    row: Row,
    group: Group,
    { must, may }: { readonly must: readonly Member[]; readonly may: readonly Member[] },
  ): Contents {
    if (may.length > undecidedMax) return { kind: 'undecidable', group };
    for (let mask = 0; mask < 2 ** may.length; mask++) {
      const members = [...must, ...may.filter((_, i) => (mask & (1 << i)) !== 0)];
      const contents = this.verify(row, group, members);
      if (contents.kind !== 'pane') continue;
      return may.length === 0 ? contents : { kind: 'guess', group, members };
    }
    return { kind: may.length > 0 && this.restarted ? 'undecidable' : 'opaque', group };
  }
}

function isShown(group: Group, member: Member): boolean {
  return group.panes.some((pane) => pane.members.includes(member));
}
