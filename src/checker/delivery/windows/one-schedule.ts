/**
 * The panes of all windows of one key together: each record's outcome says between which
 * watermarks it arrived, and one schedule must explain them all (SEMANTICS, section 5). What one
 * window decides alone is judge-group.ts; here is what windows and records say about each other.
 */
import type { Claim } from '../../../model/verdict/claim.ts';
import type { Key } from '../../../model/value.ts';
import { cleanupTime } from '../../../oracle/specification.ts';
import { drops } from '../../plan/branches.ts';
import { recordNames, rowNamed } from '../../claims/naming.ts';
import { type Context, isDue, witness } from '../../context/context.ts';
import type { Words } from '../../../judgement/findings.ts';
import type { Seen } from '../../evidence/observe.ts';
import { attemptOf, type Epoch, epochsOf } from '../../time/epochs.ts';
import { announcesAtOnce, type Met, PrefixTimes } from '../../time/lateness.ts';
import { Announcements, type Decision, findSchedule } from '../../time/schedule.ts';
import type { RecordTable } from '../../plan/records.ts';
import { idsIn } from '../../evidence/values.ts';
import type { Group, Member, Pane } from './groups.ts';
import type { Readings } from './guessed-panes.ts';
import type { IsOwed } from './owed.ts';
import type { PaneSink } from './pane-sink.ts';

/** At most this many readings of a key's windows are tried. */
const readingsMax = 64;

/** What a window says of a record: it met a watermark of at least `low` and below `high`. */
interface Outcome extends Decision {
  readonly member: Member;
  readonly group: Group;
  /** The pane it is in; null: in none of its window. */
  readonly pane: Pane | null;
  /** End of the window. */
  readonly end: number;
}

interface Judging {
  readonly groups: readonly Group[];
  /** Of windows that hide their records: the legal readings. */
  readonly readings: ReadonlyMap<Group, Readings>;
  readonly met: Met;
  readonly isOwed: IsOwed;
}

/** The surviving line of the run, and its input. */
interface Line {
  readonly epochs: readonly Epoch[];
  readonly table: RecordTable;
}

export function checkOneSchedule(context: Context, sink: PaneSink, judging: Judging): void {
  if (!decides(context, sink)) return;
  const epochs = epochsOf(context.seen, context.plan.table);
  const { table } = context.plan;
  const { splits } = sink.stage;
  const announcements = new Announcements(
    new PrefixTimes(table, splits),
    announcesAtOnce(table, splits),
  );
  const byKey = Map.groupBy(judging.groups, (group) => group.key);
  for (const [key, groups] of byKey) {
    if (groups.every(({ members }) => members.every(isSettled))) continue;
    const search = (decisions: readonly Outcome[]): boolean => {
      const { stepsMax } = context;
      const answer = findSchedule({ announcements, epochs, decisions, stepsMax });
      if (answer === 'too-large') context.findings.cover('schedules-too-large');
      return answer !== 'impossible';
    };
    const worlds = readingsOf(groups, judging.readings).map((read) =>
      read
        .flatMap((group) => outcomesOf(sink, group, { ...judging, epochs, table }))
        .filter((outcome) => isOpen(judging.met, outcome) && !isNamed(sink, table, outcome)),
    );
    if (worlds.some((outcomes) => outcomes.length === 0)) continue;
    context.findings.cover('schedules-searched');
    if (worlds.some(search)) continue;
    const [outcomes = []] = worlds;
    const certain = worlds.length === 1;
    reportSchedule(context, sink, {
      key,
      outcomes: certain ? fewest(outcomes, search) : [],
      groups,
      readings: worlds.length,
    });
  }
}

/** Neither late nor able to be. */
function isSettled({ presence, onTime }: Member): boolean {
  return presence === 'must' && onTime;
}

/** Every way to read the windows of a key; those with too many readings say nothing. */
function readingsOf(
  groups: readonly Group[],
  readings: ReadonlyMap<Group, Readings>,
): readonly (readonly Group[])[] {
  let all: (readonly Group[])[] = [[]];
  for (const group of groups) {
    const own = group.guessed.length === 0 ? [group.panes] : (readings.get(group) ?? null);
    if (own === null || own.length === 0 || all.length * own.length > readingsMax) continue;
    const read = own.map((panes): Group => ({ ...group, panes: [...panes], guessed: [] }));
    all = all.flatMap((before) => read.map((one) => [...before, one]));
  }
  return all;
}

/** Only transactions of aligned checkpoints say which records arrived between which cuts. */
function decides(context: Context, { committed, stage, items }: PaneSink): boolean {
  const { plan } = context;
  const aligned = committed && plan.kase.options.mode !== 'at-least-once';
  if (!aligned || stage.punctual || stage.fansOut || !isDue(context)) return false;
  return stage.branches.every((branch) => branch.fifo) && items.every((item) => item.direct);
}

/** Whether the record alone might have had this outcome or another; what is neither is reported. */
function isOpen(met: Met, { member, low, high }: Outcome): boolean {
  const [min, max] = [met.min(member.item), met.max(member.item)];
  return (max >= high || min < low) && max >= low && min < high;
}

/** A record that seems to be in no pane, though a row of that time names it: that row is wrong. */
function isNamed({ rows }: PaneSink, { recordAt }: RecordTable, outcome: Outcome): boolean {
  const { pane, end, record } = outcome;
  const id = recordAt[record]?.id ?? Number.NaN;
  return (
    pane === null &&
    rows.some(({ row }) => row.ts === end - 1 && idsIn(row.value)?.includes(id) === true)
  );
}

function outcomesOf(
  { spec, branch }: PaneSink,
  group: Group,
  { epochs, table, isOwed }: Judging & Line,
): Outcome[] {
  if (spec.kind !== 'window' || group.guessed.length > 0) return [];
  const { assigner, allowedLatenessMs: lateness } = spec;
  const fired = new Set<Member>();
  const outcomes: Outcome[] = [];
  const add = (
    member: Member,
    pane: Pane | null,
    bounds: { low?: number; high?: number; end: number },
  ): void => {
    const record = member.item.from[0] as number;
    const { low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY, end } = bounds;
    outcomes.push({ record, low, high, member, group, pane, end });
  };
  const inOrder = [...group.panes].sort((a, b) => a.members.length - b.members.length);
  for (const pane of inOrder) {
    const added = pane.members.filter((member) => !fired.has(member));
    const end = pane.seen.row.ts + 1;
    const isFirst = added.length === pane.members.length;
    for (const member of added) {
      fired.add(member);
      const clean = cleanupTime({ start: 0, end }, lateness);
      const together = added.length > 1 && assigner.kind !== 'session';
      const high = together ? end - 1 : clean;
      // A session grows with what joins it, and may then be on time again.
      const late = !isFirst && !together && assigner.kind !== 'session';
      const again = late && isOneAttempt(epochs, table, group);
      add(member, pane, again ? { low: end - 1, high, end } : { high, end });
    }
  }
  // A filter behind the window may hide a pane that holds them.
  for (const member of drops(branch) ? [] : group.members) {
    const { item } = member;
    const end = assigner.kind === 'session' ? item.ts + assigner.gapMs : group.window.end;
    if (fired.has(member) || item.waits || !isOwed(group, member)) continue;
    add(member, null, { low: cleanupTime({ start: 0, end }, lateness), end });
  }
  return outcomes;
}

/** Whether one attempt read all that the window shows: a late record then fires it at once. */
function isOneAttempt(epochs: readonly Epoch[], table: RecordTable, { panes }: Group): boolean {
  const attempts = panes.flatMap(({ members }) =>
    members.map(({ item }) => attemptOf(epochs, table, item.from[0] as number)),
  );
  return attempts[0] !== null && new Set(attempts).size === 1;
}

/** A part of the outcomes that is impossible by itself: none of it can be left out. */
function fewest(
  outcomes: readonly Outcome[],
  isPossible: (part: readonly Outcome[]) => boolean,
): readonly Outcome[] {
  let part = outcomes;
  for (const outcome of outcomes) {
    const smaller = part.filter((one) => one !== outcome);
    if (!isPossible(smaller)) part = smaller;
  }
  return part;
}

interface Contradiction {
  readonly key: Key;
  /** What contradicts itself; empty where every reading of hidden panes does. */
  readonly outcomes: readonly Outcome[];
  readonly groups: readonly Group[];
  /** How many ways there are to read panes that hide their records. */
  readonly readings: number;
}

function reportSchedule(
  context: Context,
  sink: PaneSink,
  { key, outcomes, groups, readings }: Contradiction,
): void {
  const rows = groups.flatMap((group) => [...group.panes, ...group.guessed].map((p) => p.seen));
  const shown = outcomes.length === 0 ? rows : outcomes.flatMap(({ pane }) => pane?.seen ?? []);
  context.findings.report({
    name: 'window-content',
    operator: sink.sink,
    key,
    records: outcomes.flatMap(({ member }) => member.item.from),
    witnesses:
      outcomes.length === 0
        ? rows.slice(0, 3).map((seen) => witness(context, 'a pane of the key', { seen }))
        : outcomes.map(({ member, pane }) =>
            witness(context, pane === null ? 'in no pane' : 'in a pane', {
              record: member.item.from[0],
              seen: pane?.seen,
            }),
          ),
    explain: () => scheduleWords(context, sink, { key, outcomes, rows, readings }),
    observed: shown.map((seen) => rowNamed(sink.sink, seen)),
  });
}

function scheduleWords(
  context: Context,
  { sink, spec }: PaneSink,
  of: Omit<Contradiction, 'groups'> & { readonly rows: readonly Seen[] },
): Words {
  const { key, outcomes, rows } = of;
  const shown =
    outcomes.length === 0 ? rows.slice(0, 3) : outcomes.flatMap(({ pane }) => pane?.seen ?? []);
  const named = [...new Set(shown)];
  const nameOf = (seen: Seen): string => `P${named.indexOf(seen) + 1}`;
  const met = outcomes.map(({ member, low, high }) => ({
    record: recordNames(context, member.item.from)[0] ?? { split: '', offset: 0 },
    low: Number.isFinite(low) ? low : null,
    high: Number.isFinite(high) ? high : null,
  }));
  const sentence: Claim = { kind: 'no-schedule', key, sink };
  const let0 = named.map((seen) => rowNamed(sink, seen, nameOf(seen)));
  if (outcomes.length === 0) {
    return {
      sentence,
      let: let0,
      however: [{ kind: 'tried', what: 'readings', count: of.readings }],
    };
  }
  return {
    sentence,
    let: let0,
    thus: outcomes.map(({ pane, end }, i): Claim => {
      const { record, low, high } = met[i] as (typeof met)[number];
      return pane === null
        ? { kind: 'met-late', record, sink, end, low: low ?? 0 }
        : { kind: 'met-within', record, row: nameOf(pane.seen), low, high };
    }),
    however: [{ kind: 'no-watermarks', operator: spec.id, sink, met }],
  };
}
