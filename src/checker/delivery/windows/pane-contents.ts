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
} from '../../../model/functions.ts';
import type { Key, Row, Value } from '../../../model/value.ts';
import { paneOf, type TracedRow } from '../../../oracle/specification.ts';
import { arriving, type Item } from '../../plan/items.ts';
import { type Branch, rekeys } from '../../plan/branches.ts';
import type { PaneSpec } from '../../plan/declared.ts';
import { keepsStart } from '../../plan/naming.ts';
import { idListIn, idsIn, sameValue } from '../../evidence/values.ts';
import type { Group, Guessed, Member } from './groups.ts';

/** Sets of at most this many records are tried for an opaque pane. */
const undecidedMax = 12;
/** Where their order matters, of at most this many. */
const orderedMax = 5;
/** At most this many sets are kept for it. */
const choicesMax = 64;

export type Contents =
  | { readonly kind: 'pane'; readonly group: Group; readonly members: readonly Member[] }
  /** A value that hides its records: the sets that give it, at least one. */
  | ({ readonly kind: 'choices'; readonly group: Group } & Pick<Guessed, 'choices' | 'complete'>)
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
  | {
      readonly kind: 'opaque';
      readonly group: Group;
      readonly among: readonly Member[];
      /** No other window has this end. */
      readonly isAlone: boolean;
    }
  | { readonly kind: 'undecidable'; readonly group: Group }
  | { readonly kind: 'nothing' };

type Choices = Pick<Guessed, 'choices' | 'complete'>;

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
  private readonly byKey: ReadonlyMap<Key, readonly Group[]>;
  /** Whether a list of ids names all that is in a pane, and nothing else. */
  private readonly isNamed: boolean;
  /** Whether a fingerprint is that of all records in a pane. */
  private readonly isTraced: boolean;
  private byId: Map<number, { group: Group; member: Member }[]> | null = null;

  /** `restarted`: event time was forgotten in between, so that windows may come in parts. */
  constructor(
    spec: PaneSpec,
    branch: Branch,
    {
      groups,
      restarted,
      functions,
      isNamed,
      isTraced,
    }: {
      readonly groups: readonly Group[];
      readonly restarted: boolean;
      readonly functions: FunctionCatalog;
      readonly isNamed: boolean;
      readonly isTraced: boolean;
    },
  ) {
    this.spec = spec;
    this.restarted = restarted;
    this.purges = spec.kind === 'process' || spec.allowedLatenessMs === 0;
    this.branch = branch;
    this.groups = groups;
    this.isNamed = isNamed;
    this.isTraced = isTraced;
    this.byKey = Map.groupBy(groups, (group) => group.key);
    this.aggregate =
      spec.kind === 'window' ? resolveFunction(functions, 'aggregate', spec.aggregate) : null;
    for (const group of groups) this.indexWhole(group);
  }

  read(row: Row): Contents {
    const ids = this.isNamed ? idListIn(row.value) : null;
    const whole = this.wholeOf(row);
    if (whole !== undefined && (ids !== null || this.isTold(row.value, whole.group))) {
      const members = whole.group.members.filter((member) => member.presence !== 'never');
      return { kind: 'pane', group: whole.group, members };
    }
    if (ids !== null) return this.readIds(row, ids);
    const read = this.readOpaque(row);
    if (read.kind !== 'undecidable' || whole === undefined) return read;
    // Other sets may give the value as well, but this one does.
    return { kind: 'choices', group: whole.group, choices: [whole.group.members], complete: false };
  }

  /**
   * Whether windows of several keys may have given the row, which does not tell them apart, unless
   * it is the only pane of each of them.
   */
  isMixed(row: Row): boolean {
    if (this.isNamed || this.isTraced || !rekeys(this.branch)) return false;
    const whole = this.placesOf(row);
    const fitting = this.groupsAt(row).filter((group) => {
      const choices = this.choicesOf(row, group)?.choices;
      return choices === undefined || choices.length > 0;
    });
    const isOnly = (group: Group): boolean =>
      this.isTold(row.value, group) && whole.some((place) => place.group === group);
    return fitting.length > 1 && !fitting.every(isOnly);
  }

  /** Windows that give the row if all their records are in it. */
  private placesOf(row: Row): readonly Place[] {
    const places = this.whole.get(row.key)?.get(row.ts) ?? [];
    return places.filter((place) => sameValue(place.row.value, row.value));
  }

  /** The records of each window that gives the row; `own` are those of one of them. */
  giversOf(row: Row | null, own: readonly number[]): readonly (readonly number[])[] {
    const others = row === null ? [] : this.placesOf(row).map((place) => place.row.from);
    return others.some((from) => from.join() === own.join()) ? others : [own, ...others];
  }

  /** Of several the one that shows least: they are as good as each other. */
  private wholeOf(row: Row): Place | undefined {
    const places = this.placesOf(row);
    if (places.length <= 1 || !rekeys(this.branch)) return places[0];
    const shown = ({ group }: Place): number => group.panes.length + group.guessed.length;
    return places.toSorted((a, b) => shown(a) - shown(b))[0];
  }

  /** Whether a value that all records give says that they are in it: by fingerprint, or by time. */
  private isTold(value: Value, group: Group): boolean {
    const isTraced = this.isTraced && field(field(value, 'result'), 'f') !== null;
    if (isTraced) return true;
    // Sessions that may have been fired one by one need not hold all that could merge.
    if (group.forced.includes(false)) return false;
    return group.members.every((m) => m.presence === 'must' && m.onTime);
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
    const values = items.map((item) => item.value);
    const value = this.spec.kind === 'process' ? this.spec.declares.row(values, ts) : null;
    return { key: group.key, ts, value, from: items.flatMap((item) => item.from) };
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
    // A row of an earlier stage brings several ids; one more often than it brings is counted twice.
    const brought = [...used].flatMap(({ item }) => [...(idsIn(item.value) ?? [])]);
    const isLonger = repeated.length === 0 && ids.length > brought.length;
    const over = isLonger ? ids.find((id) => timesIn(ids, id) > timesIn(brought, id)) : undefined;
    if (over !== undefined) {
      const [member] = [...used].filter(({ item }) => (idsIn(item.value) ?? []).includes(over));
      if (member !== undefined) repeated.push(member.item);
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

  /** The windows the row can be of, and the sets of their records that give its value. */
  private readOpaque(row: Row): Contents {
    const groups = this.groupsAt(row);
    const [first] = groups;
    if (first === undefined) return { kind: 'nothing' };
    let undecidable: Group | null = null;
    for (const group of groups) {
      const found = this.choicesOf(row, group);
      if (found === null) undecidable ??= group;
      else if (found.choices.length > 0) return { kind: 'choices', group, ...found };
    }
    if (undecidable !== null) return { kind: 'undecidable', group: undecidable };
    const among = this.candidates(row, first);
    return { kind: 'opaque', group: first, among, isAlone: groups.length === 1 };
  }

  private groupsAt(row: Row): readonly Group[] {
    const isSession = this.gapMs() !== null;
    const end = row.ts + 1;
    const named = rekeys(this.branch) ? this.groups : (this.byKey.get(row.key) ?? []);
    return named.filter(({ window }) =>
      isSession ? window.start < end && end <= window.end : window.end === end,
    );
  }

  private gapMs(): number | null {
    const { spec } = this;
    const isSession = spec.kind === 'window' && spec.assigner.kind === 'session';
    return isSession && spec.assigner.kind === 'session' ? spec.assigner.gapMs : null;
  }

  /** Null: more records may be in it than sets of them can be tried. */
  private choicesOf(row: Row, group: Group): Choices | null {
    const may = this.candidates(row, group);
    const showsOrder = this.aggregate === null || !this.aggregate.commutative;
    if (showsOrder) return this.tryInOrder(row, group, may);
    if (may.length <= undecidedMax) return this.trySets(row, group, { must: [], may });
    // Among many records only panes that hold all certain ones are tried.
    const must = may.filter((member) => member.presence === 'must' && member.onTime);
    const rest = may.filter((member) => !must.includes(member));
    if (this.gapMs() !== null || rest.length > undecidedMax) return null;
    const found = this.trySets(row, group, { must, may: rest });
    if (found.choices.length > 0) return { ...found, complete: false };
    return this.restarted && rest.length > 0 ? null : found;
  }

  /** Where order matters every order is tried, of few records. */
  private tryInOrder(row: Row, group: Group, may: readonly Member[]): Choices | null {
    if (may.length > undecidedMax) return null;
    if (may.length > orderedMax) {
      const { choices } = this.trySets(row, group, { must: [], may });
      return choices.length > 0 ? { choices, complete: false } : null;
    }
    const choices = [...setsOf(may)].filter((members) =>
      ordersOf(members).some((order) => this.verify(row, group, order).kind === 'pane'),
    );
    return { choices, complete: true };
  }

  private candidates(row: Row, group: Group): readonly Member[] {
    const gap = this.gapMs();
    const members = group.members.filter(({ presence }) => presence !== 'never');
    if (gap === null) return members;
    const shown = keepsStart(this.branch) ? field(row.value, 'start') : null;
    const start = shown === null ? null : numberField(row.value, 'start');
    return members.filter(
      ({ item }) => item.ts <= row.ts + 1 - gap && (start === null || item.ts >= start),
    );
  }

  private trySets(
    row: Row,
    group: Group,
    { must, may }: { readonly must: readonly Member[]; readonly may: readonly Member[] },
  ): Choices {
    const choices: (readonly Member[])[] = [];
    for (const set of setsOf(may)) {
      const members = [...must, ...set];
      if (this.verify(row, group, members).kind !== 'pane') continue;
      if (choices.length === choicesMax) return { choices, complete: false };
      choices.push(members);
    }
    return { choices, complete: true };
  }
}

/** All sets of some records, the largest first. */
function* setsOf(members: readonly Member[]): Generator<readonly Member[]> {
  for (let mask = 2 ** members.length - 1; mask >= 0; mask--) {
    yield members.filter((_, bit) => (mask & (1 << bit)) !== 0);
  }
}

function ordersOf(members: readonly Member[]): readonly (readonly Member[])[] {
  if (members.length <= 1) return [members];
  return members.flatMap((first) =>
    ordersOf(members.filter((member) => member !== first)).map((rest) => [first, ...rest]),
  );
}

function timesIn(ids: readonly number[], id: number): number {
  return ids.reduce((times, one) => (one === id ? times + 1 : times), 0);
}

function isShown(group: Group, member: Member): boolean {
  return group.panes.some((pane) => pane.members.includes(member));
}
