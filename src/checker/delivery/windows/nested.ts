/**
 * Windows over the output of a first stage that lateness leaves open. Which panes the first stage
 * fires is the schedule's choice, but every record can be in few places only: in a pane of a window
 * of its own key, which lies in one window of the second stage; in a pane that came late there; or
 * in a late output. So records are counted: none too often, none in the wrong place, and those that
 * arrive before their first window can fire are where they belong.
 */
import type { Claim } from '../../../model/verdict/claim.ts';
import type { Records } from '../../../model/verdict/places.ts';
import { given, recordNames, rowNamed } from '../../claims/naming.ts';
import { type Context, isDue, witness } from '../../context/context.ts';
import type { Words } from '../../../judgement/findings.ts';
import type { Seen } from '../../evidence/observe.ts';
import type { WindowSpec } from '../../../model/pipeline.ts';
import type { Key, Row } from '../../../model/value.ts';
import { numberField } from '../../../model/functions.ts';
import { assignWindows } from '../../../oracle/specification.ts';
import { keepsStart } from '../../plan/naming.ts';
import { arriving, type Item } from '../../plan/items.ts';
import { type Branch, drops, type Link } from '../../plan/branches.ts';
import type { PaneSpec } from '../../plan/declared.ts';
import type { Stage } from '../../plan/plan.ts';
import { fireBound } from '../../time/fire-bound.ts';
import { metWatermarks } from '../../time/lateness.ts';
import { idListIn, idsIn } from '../../evidence/values.ts';
import { type Group, groupsOf, type Member } from './groups.ts';
import { reportMissing, reportUnexplained } from '../anomalies/loss.ts';
import type { LateRows } from './pane-sink.ts';
import { reportRepeated } from './pane-reports.ts';

export interface NestedSink {
  readonly sink: string;
  readonly committed: boolean;
  readonly inner: Stage;
  readonly innerSpec: PaneSpec;
  readonly outer: Stage;
  readonly outerSpec: WindowSpec;
  /** From the outer stage to the sink. */
  readonly branch: Branch;
  readonly rows: readonly Seen[];
  /** Late rows of the inner stage, where a sink shows them. */
  readonly innerLate: LateRows | null;
  /** Rows of the outer stage's late output, where a sink shows them. */
  readonly outerLate: readonly Seen[] | null;
}

/** A place a record can be at in the outer stage. */
interface Place {
  readonly group: Group;
  readonly member: Member;
  readonly key: Key;
  /** Start of the outer window; null: open, for sessions whose end is not known. */
  readonly start: number | null;
}

/** Whether this shape is decided here: lists of ids through two stages, one row each in between. */
export function isNested(innerSpec: PaneSpec, { inner, outer, branch }: NestedShape): boolean {
  const [between] = outer.branches;
  const listed = innerSpec.kind === 'process' || innerSpec.aggregate.fn === 'collect';
  if (between === undefined || outer.branches.length > 1 || inner.items === null) return false;
  if (outer.spec.kind !== 'window' || outer.spec.assigner.kind === 'session') return false;
  const plain =
    between.chain.every(keepsPlace) && branch.chain.every(({ spec }) => spec.kind === 'map');
  if (!keepsStart(branch)) return false;
  const single = inner.items.every((item) => (idsIn(item.value) ?? []).length === 1);
  return listed && plain && single && outer.spec.aggregate.fn === 'collect';
}

type NestedShape = Pick<NestedSink, 'inner' | 'outer' | 'branch'>;

/** Where its rows go is known without their values. */
function keepsPlace({ spec }: Link): boolean {
  if (spec.kind === 'key-by') return ['key', 'constant', 'bucket'].includes(spec.key.fn);
  return spec.kind === 'map';
}

export function checkNested(context: Context, sink: NestedSink): void {
  const met = metWatermarks(context, sink.inner, sink.committed);
  const groups = groupsOf(sink.innerSpec, sink.inner.items ?? [], met);
  const places = placesOf(sink, groups);
  const shown: Taken = new Map();
  const seenItems = new Set<Item>();
  for (const seen of sink.rows) readPane(context, sink, { seen, places, shown, seenItems });
  if (sink.outerLate !== null) {
    for (const seen of sink.outerLate) readLate(context, sink, { seen, places, shown, seenItems });
  }
  if (isDue(context)) judge(context, sink, { places, shown, seenItems });
}

type Places = ReadonlyMap<number, readonly Place[]>;

function placesOf(sink: NestedSink, groups: readonly Group[]): Places {
  const places = new Map<number, Place[]>();
  const [between] = sink.outer.branches as [Branch];
  const isSession = sink.innerSpec.kind === 'window' && sink.innerSpec.assigner.kind === 'session';
  for (const group of groups) {
    const ts = group.window.end - 1;
    const empty = { key: group.key, ts, value: {}, from: [] };
    const key = arriving(between, empty)[0]?.key ?? group.key;
    const starts = isSession
      ? [null]
      : assignWindows(sink.outerSpec.assigner, ts).map((window) => window.start);
    for (const member of group.members) {
      const id = idsIn(member.item.value)?.[0] ?? -1;
      const own = places.get(id) ?? [];
      for (const start of starts) own.push({ group, member, key, start });
      places.set(id, own);
    }
  }
  return places;
}

/** Places that were found, and in which outer windows: that of a session may lie in several. */
type Taken = Map<Place, ReadonlySet<number>>;

interface Reading {
  readonly seen: Seen;
  readonly places: Places;
  readonly shown: Taken;
  readonly seenItems: Set<Item>;
}

/** Every id of an outer pane must have a free place in that outer window. */
function readPane(context: Context, sink: NestedSink, reading: Reading): void {
  const { seen, places, shown, seenItems } = reading;
  const ids = idListIn(seen.row.value);
  const start = numberField(seen.row.value, 'start');
  context.findings.cover('panes');
  if (ids === null || ids.some((id) => !places.has(id))) {
    reportUnexplained(context, { sink: sink.sink, seen, name: 'phantom' });
    return;
  }
  for (const id of ids) {
    const own = places.get(id) ?? [];
    const here = own.filter((p) => p.key === seen.row.key && (p.start ?? start) === start);
    const [first] = here;
    if (first === undefined) {
      reportMisplaced(context, sink, { seen, place: own[0] as Place });
      continue;
    }
    seenItems.add(first.member.item);
    const free = here.find((place) => shown.get(place)?.has(start) !== true);
    if (free !== undefined) shown.set(free, new Set([...(shown.get(free) ?? []), start]));
    else if (once(sink)) {
      reportRepeated(context, sink.sink, { seen, items: [first.member.item] });
    }
  }
}

/** An inner pane that came too late for its outer window. */
function readLate(context: Context, sink: NestedSink, reading: Reading): void {
  const { seen, places, shown, seenItems } = reading;
  const ids = idListIn(seen.row.value) ?? idsIn(seen.row.value) ?? [];
  for (const id of ids) {
    const own = (places.get(id) ?? []).filter((place) => place.key === seen.row.key);
    const [first] = own;
    if (first === undefined) {
      reportUnexplained(context, { sink: sink.sink, seen, name: 'phantom' });
      return;
    }
    seenItems.add(first.member.item);
    const ends = own.filter((p) => p.start === null || p.group.window.end - 1 === seen.row.ts);
    const free = ends.find((place) => !shown.has(place));
    if (free === undefined) {
      if (once(sink)) reportRepeated(context, sink.sink, { seen, items: [first.member.item] });
      continue;
    }
    for (const place of ends) shown.set(place, new Set());
  }
}

/** Whether a record can be in one pane of its windows only: no lateness that fires them again. */
function once({ innerSpec, outerSpec, committed }: NestedSink): boolean {
  if (!committed || outerSpec.allowedLatenessMs > 0) return false;
  return innerSpec.kind !== 'window' || innerSpec.allowedLatenessMs === 0;
}

function judge(
  context: Context,
  sink: NestedSink,
  { places, shown, seenItems }: Omit<Reading, 'seen'>,
): void {
  const { atLeastAtEnd } = fireBound(context, sink.outer);
  const outputs = sink.outerSpec.lateOutput ? sink.outerLate !== null : false;
  for (const own of places.values()) {
    for (const place of own) {
      const { member } = place;
      const end = outerEnd(sink, place);
      if (end === null || end - 1 > atLeastAtEnd) continue;
      context.findings.cover(member.onTime ? 'must-records' : 'may-records');
      const certain = member.onTime && member.presence === 'must' && place.start !== null;
      if (certain && !shown.has(place)) {
        reportMissing(context, { sink: sink.sink, records: member.item.from, row: null });
      }
    }
    const [first] = own;
    if (first === undefined || seenItems.has(first.member.item)) continue;
    if (own.some((place) => place.start !== null && place.member.onTime)) continue;
    judgeAbsent(context, sink, { own, first, outputs });
  }
}

/** A record in no pane: it must be late somewhere, or lateness must be able to hide it. */
function judgeAbsent(
  context: Context,
  sink: NestedSink,
  at: { readonly own: readonly Place[]; readonly first: Place; readonly outputs: boolean },
): void {
  const { item } = at.first.member;
  if (context.due.suspended || drops(sink.branch)) return;
  if (item.from.some((record) => sink.innerLate?.records.has(record) === true)) return;
  const taken = at.own.some((p) => p.member.presence === 'must' && p.member.onTime);
  const innerHides =
    sink.innerSpec.kind === 'window' &&
    !taken &&
    (sink.innerLate === null || !sink.innerLate.complete);
  if (innerHides || (!taken && !at.outputs)) return;
  const name = taken ? 'loss' : 'side-output-loss';
  reportMissing(context, { sink: sink.sink, name, records: item.from, row: null });
}

function outerEnd({ outerSpec }: NestedSink, { start, group }: Place): number | null {
  if (outerSpec.assigner.kind === 'session') return null;
  return (start ?? group.window.end) + outerSpec.assigner.sizeMs;
}

function reportMisplaced(
  context: Context,
  { sink }: NestedSink,
  { seen, place }: { readonly seen: Seen; readonly place: Place },
): void {
  const records = place.member.item.from;
  const routed = place.key !== seen.row.key;
  context.findings.report({
    name: routed ? 'misroute' : 'window-content',
    operator: sink,
    key: seen.row.key,
    records,
    witnesses: [witness(context, 'in the wrong place', { record: records[0], seen })],
    explain: () => {
      const names = recordNames(context, records);
      const rows = given(context, names, sink);
      const other = rows.find(({ key, ts }) => key === seen.row.key && ts === seen.row.ts);
      if (other !== undefined) return boundsWords(sink, seen, { records: names, gives: other });
      const isRouted = routed && rows.every(({ key }) => key === place.key);
      const belongs: Claim = isRouted
        ? { kind: 'key-of', records: names, sink, key: place.key }
        : { kind: 'times-of', records: names, sink, times: rows.map(({ ts }) => ts) };
      const { key, ts } = seen.row;
      return {
        sentence: { kind: 'misplaced', records: names, row: 'P', sink, isRouted },
        let: [rowNamed(sink, seen, 'P')],
        thus: [{ kind: 'contains', rows: ['P'], records: names, whole: null }, belongs],
        however: [
          isRouted ? { kind: 'under-key', row: 'P', key } : { kind: 'of-time', row: 'P', ts },
        ],
      };
    },
    observed: [rowNamed(sink, seen)],
  });
}

/** The time is right, the window that the pane tells of is not. */
function boundsWords(
  sink: string,
  seen: Seen,
  { records, gives }: { readonly records: Records; readonly gives: Row },
): Words {
  const { key, ts, value } = gives;
  return {
    sentence: { kind: 'not-one-window', row: 'P', records, sink },
    let: [rowNamed(sink, seen, 'P')],
    thus: [{ kind: 'contains', rows: ['P'], records, whole: null }],
    however: [{ kind: 'gives-other', row: 'P', records, gives: { key, ts, value } }],
  };
}
