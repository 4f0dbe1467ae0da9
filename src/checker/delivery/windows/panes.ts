/**
 * Sinks of windows (and of the hand-made window): every visible pane is read, assigned to its
 * window, and the panes of each window are judged together with the late output. Lateness is
 * set-valued: certain records must be in a pane, certainly late ones must not, the rest may.
 */
import type { Claim } from '../../../model/verdict/claim.ts';
import type { Records } from '../../../model/verdict/places.ts';
import { given, idsOf, isSameRow, recordNames, rowNamed } from '../../claims/naming.ts';
import {
  type Context,
  mayShowMore,
  noteShown,
  witness,
  type SinkContext,
} from '../../context/context.ts';
import type { Seen } from '../../evidence/observe.ts';
import type { Item } from '../../plan/items.ts';
import { carriesTraces, keepsNames, keepsTraces, namesRecords } from '../../plan/naming.ts';
import type { Plan } from '../../plan/plan.ts';
import { countsOnce } from '../anomalies/attempts.ts';
import { everyDelivery } from '../../../judgement/delivery.ts';
import type { PaneSink } from './pane-sink.ts';
import { idListIn, idsIn } from '../../evidence/values.ts';
import { epochsOf } from '../../time/epochs.ts';
import { fireBound } from '../../time/fire-bound.ts';
import { metWatermarks } from '../../time/lateness.ts';
import { type Group, groupsOf, type Member, type Pane } from './groups.ts';
import { readGuesses, type Readings } from './guessed-panes.ts';
import { judgeGroup } from './judge-group.ts';
import { reconcileLate } from './late-output.ts';
import { namelessWords, reportUnexplained } from '../anomalies/loss.ts';
import { leaveAllOpen } from '../anomalies/open.ts';
import { checkOneSchedule } from './one-schedule.ts';
import { owedBy } from './owed.ts';
import { takenBy } from './taken.ts';
import { type Contents, PaneReader } from './pane-contents.ts';
import { reportOpaque, reportRepeated } from './pane-reports.ts';

export function checkPanes(context: SinkContext, sink: PaneSink): void {
  const { findings } = context;
  const met = metWatermarks(context, sink.stage, sink.committed);
  const groups = groupsOf(sink.spec, sink.items, met);
  const reader = readerOf(context, sink, groups);
  if (sink.rows.some(({ row }) => reader.isMixed(row))) {
    leaveAllOpen(context, `${sink.sink}: panes do not show which key they are of`);
    return;
  }
  const bound = fireBound(context, sink.stage);
  // An earlier attempt may have read, and passed, more than the job was stopped at.
  const judgesTime = !mayShowMore(context, sink.sink);
  for (const seen of sink.rows) {
    const contents = reader.read(seen.row);
    if (contents.kind !== 'pane' && mayShowMore(context, sink.sink)) {
      const reason = `${sink.sink}: an earlier attempt may have read further than the job was stopped at`;
      const open = ['validity', 'watermark-sound', 'effectively-once', 'exactly-once'] as const;
      findings.leaveOpen(reason, ...open);
      // Whatever it holds, it may be what its window owes.
      if ('group' in contents) contents.group.guessed.push({ seen, choices: [], complete: false });
      continue;
    }
    findings.cover('panes');
    // Without transactions a checkpoint does not say when a row was made.
    const atMost = bound.atMost(sink.committed ? seen.checkpoint : null);
    if (judgesTime && isEarly(sink, contents, atMost)) {
      const { group } = contents;
      const isEver = lastTimestamp(sink, group, contents) <= bound.atMostAtEnd;
      reportEarly(context, sink, { seen, group, bound: atMost, isEver });
      // How much of its window had arrived by then is anybody's guess.
      if (!('members' in contents)) group.guessed.push({ seen, choices: [], complete: false });
      else place(context, sink, { seen, contents });
      continue;
    }
    place(context, sink, { seen, contents });
    if (sink.committed && contents.kind === 'pane' && isCertain(seen, contents.group)) {
      const records = contents.members.flatMap((member) => member.item.from);
      noteShown(context, sink.sink, { records, seen, prompt: false, again: false });
    }
  }
  const epochs = sink.committed ? epochsOf(context.seen, context.plan.table) : [];
  const isOwed = owedBy(context, sink, { groups, epochs, atLeastAtEnd: bound.atLeastAtEnd });
  const isTaken = takenBy(context, sink, groups);
  const readings = new Map<Group, Readings>();
  for (const group of groups) {
    const judged = { group, reader, isOwed, isTaken, epochs };
    if (group.guessed.length === 0) judgeGroup(context, sink, judged);
    else {
      const legal = readGuesses(context, sink, judged);
      readings.set(group, legal);
      const [only] = legal ?? [];
      if (only !== undefined && legal?.length === 1) settle(group, only);
    }
  }
  checkOneSchedule(context, sink, { groups, readings, met, isOwed });
  coverMembers(context, groups);
  reconcileLate(context, sink, { groups, isOwed });
}

function readerOf(context: Context, sink: PaneSink, groups: readonly Group[]): PaneReader {
  return new PaneReader(sink.spec, sink.branch, {
    groups,
    restarted: context.seen.attempts.length > 1,
    functions: context.plan.functions,
    isNamed: namesPanes(context.plan, sink),
    isTraced: tracesPanes(context.plan, sink),
  });
}

/** Whether a pane lists the ids of its records, and the way to the sink leaves them. */
function namesPanes(plan: Plan, { spec, stage, branch }: PaneSink): boolean {
  const lists = spec.kind === 'process' || spec.aggregate.fn === 'collect';
  return lists && keepsNames(branch) && namesRecords(plan, stage.branches);
}

/** Whether a pane carries the fingerprint of its records all the way. */
function tracesPanes(plan: Plan, { spec, stage, branch }: PaneSink): boolean {
  const traces = spec.kind === 'window' && spec.aggregate.fn === 'trace';
  return traces && keepsTraces(branch) && carriesTraces(plan, stage.branches);
}

/** The one legal reading of a window is what its panes hold. */
function settle(group: Group, panes: readonly Pane[]): void {
  group.panes.splice(0, group.panes.length, ...panes);
  group.guessed.length = 0;
}

/** An opaque value may stem from other members of the group than those that fit. */
function isCertain(seen: Seen, { members }: Group): boolean {
  return idListIn(seen.row.value) !== null || members.every((m) => m.presence === 'must');
}

/** Whether no legal watermark had reached the window by the cut that made the pane visible. */
function isEarly(
  sink: PaneSink,
  contents: Contents,
  atMost: number,
): contents is Extract<Contents, { readonly group: Group }> {
  return 'group' in contents && lastTimestamp(sink, contents.group, contents) > atMost;
}

/** Of a session: the end of the rows that are in it, not of all that could be. */
function lastTimestamp({ spec }: PaneSink, group: Group, contents: Contents): number {
  const isSession = spec.kind === 'window' && spec.assigner.kind === 'session';
  if (!isSession) return group.window.end - 1;
  const gap = spec.assigner.kind === 'session' ? spec.assigner.gapMs : 0;
  const members = 'choices' in contents ? contents.choices[0] : membersIn(contents);
  return Math.max(...(members ?? []).map((member) => member.item.ts)) + gap - 1;
}

function membersIn(contents: Contents): readonly Member[] {
  return 'members' in contents ? contents.members : [];
}

function coverMembers({ findings }: Context, groups: readonly Group[]): void {
  const counts = { must: 0, may: 0, never: 0, behind: 0 };
  for (const group of groups) {
    for (const member of group.members) {
      counts[member.presence]++;
      if (!member.onTime) counts.behind++;
    }
  }
  findings.cover('must-records', counts.must);
  findings.cover('may-records', counts.may);
  findings.cover('must-not-records', counts.never);
  findings.cover('late-record-pending', counts.behind);
}

/** Records the pane with its group, or reports why it cannot be one. */
function place(
  context: Context,
  sink: PaneSink,
  { seen, contents }: { seen: Seen; contents: Contents },
): void {
  switch (contents.kind) {
    case 'pane':
      contents.group.panes.push({ seen, members: contents.members });
      return;
    case 'choices': {
      const { choices, complete } = contents;
      contents.group.guessed.push({ seen, choices, complete });
      return;
    }
    case 'wrong-value':
      placeWrong(context, sink, { seen, contents });
      reportContent(context, sink, { seen, items: contents.members.map((m) => m.item) });
      return;
    case 'mixed':
      reportContent(context, sink, { seen, items: contents.members.map((m) => m.item) });
      return;
    case 'repeated':
      contents.group.panes.push({ seen, members: contents.members });
      reportRepeated(context, sink.sink, {
        seen,
        items: contents.items,
        isPossible: !countsOnce(context),
      });
      return;
    case 'opaque':
      contents.group.guessed.push({ seen, choices: [], complete: false });
      if (countsOnce(context)) reportOpaque(context, sink, { seen, ...contents });
      else {
        const reason = `${sink.sink}: a pane that hides its records may count some of them twice`;
        context.findings.leaveOpen(reason, ...everyDelivery, 'watermark-sound');
      }
      return;
    case 'undecidable':
      contents.group.guessed.push({ seen, choices: [], complete: false });
      context.findings.leaveOpen(
        `${sink.sink}: a pane hides which of many undecided records it contains`,
        'validity',
        'exactly-once',
        'watermark-sound',
      );
      return;
    case 'unknown-id':
    case 'nothing':
      reportUnexplained(context, { sink: sink.sink, seen, name: 'phantom' });
      return;
  }
}

/** What it shows of a row that came whole is all that is wrong with it. */
function placeWrong(
  context: Context,
  { sink }: PaneSink,
  { seen, contents }: { seen: Seen; contents: Extract<Contents, { kind: 'wrong-value' }> },
): void {
  const { group, members } = contents;
  const ids = idListIn(seen.row.value) ?? [];
  const isPartial =
    ids.length > 0 &&
    members.some(({ item }) => (idsIn(item.value) ?? []).some((id) => !ids.includes(id)));
  group.panes.push({ seen, members, isPartial });
  if (!isPartial) return;
  const reason = `${sink}: how often a part of a row counts is not known`;
  context.findings.leaveOpen(reason, 'at-most-once');
}

/** Wrong bounds or foreign records: `window-content`; the right ones folded wrongly: divergence. */
function reportContent(
  context: Context,
  { sink, spec }: PaneSink,
  { seen, items }: { seen: Seen; items: readonly Item[] },
): void {
  const records = items.flatMap((item) => item.from);
  const keys = new Set(items.map((item) => item.key));
  context.findings.report({
    name: keys.size > 1 ? 'misroute' : 'window-content',
    alsoRefutes: ['validity'],
    operator: sink,
    key: seen.row.key,
    records,
    witnesses: records
      .slice(0, 2)
      .map((record) => witness(context, 'in the pane', { record, seen })),
    explain: () => {
      const { byId } = context.plan.table;
      const named = (idListIn(seen.row.value) ?? []).flatMap((id) => byId.get(id) ?? []);
      const names = recordNames(context, named);
      if (names.length === 0) return namelessWords(context, sink, { seen });
      return {
        sentence: { kind: 'not-one-window', row: 'P', records: names, sink },
        let: [rowNamed(sink, seen, 'P')],
        thus: [{ kind: 'contains', rows: ['P'], records: names, whole: null }],
        however: contentFault(context, { sink, operator: spec.id, seen, items, records: names }),
      };
    },
    observed: [rowNamed(sink, seen)],
  });
}

interface PaneFault {
  readonly sink: string;
  readonly operator: string;
  readonly seen: Seen;
  readonly items: readonly Item[];
  /** Those that the pane names. */
  readonly records: Records;
}

/** Records of several keys, or of no common window, or another value than theirs. */
function contentFault(context: Context, of: PaneFault): readonly Claim[] {
  const { sink, operator, seen, items, records } = of;
  const [first] = items;
  const other = items.find(({ key }) => key !== first?.key);
  if (first !== undefined && other !== undefined) {
    return [first, other].map(({ key, from }) => {
      return { kind: 'key-of', records: recordNames(context, from), sink: operator, key };
    });
  }
  const ids = idListIn(seen.row.value) ?? [];
  const rows = given(context, records, sink);
  if (rows.some((row) => isSameRow(row, seen.row))) {
    const all = items.flatMap((item) => item.from);
    const rest = all.filter((record) => !ids.includes(idsOf(context, [record])[0] ?? -1));
    return [
      { kind: 'lacks', row: 'P', records: recordNames(context, rest), whole: null },
      { kind: 'rule', rule: 'panes-whole' },
    ];
  }
  const whole = rows.find(({ value }) => ids.every((id) => idsIn(value)?.includes(id) === true));
  // A filter behind the window may hide what they give.
  const panes = given(context, records, operator);
  const isOne = panes.some(({ value }) => ids.every((id) => idsIn(value)?.includes(id) === true));
  if (whole === undefined && isOne) {
    return [{ kind: 'gives-other', row: 'P', records, gives: rows[0] ?? null }];
  }
  if (whole === undefined) return [{ kind: 'no-common-window', records, operator }];
  return [{ kind: 'gives-other', row: 'P', records, gives: whole }];
}

/** Null: nobody told what it had read, so the whole run is what bounds it. */
function cutOfPane({ seen }: Context, checkpoint: number | null): number | null {
  const isTold =
    checkpoint !== null && (seen.checkpoints.get(checkpoint)?.offsets ?? null) !== null;
  return isTold ? checkpoint : null;
}

function reportEarly(
  context: Context,
  { sink, spec }: PaneSink,
  { seen, group, bound, isEver }: { seen: Seen; group: Group; bound: number; isEver: boolean },
): void {
  const { row, checkpoint } = seen;
  context.findings.report({
    name: 'early-fire',
    // A job that ended before the window's time owes, and may show, no pane of it at all.
    alsoRefutes: isEver ? [] : ['exactly-once', 'effectively-once'],
    operator: sink,
    key: group.key,
    records: group.members.flatMap((member) => member.item.from),
    witnesses: [witness(context, 'fired too early', { seen })],
    explain: () => ({
      sentence: { kind: 'fired-early', row: 'P', key: row.key, sink, end: row.ts + 1 },
      let: [rowNamed(sink, seen, 'P')],
      thus: checkpoint === null ? [] : [{ kind: 'of-checkpoint', row: 'P', checkpoint }],
      however: [
        {
          kind: 'unreached',
          operator: spec.id,
          sink,
          checkpoint: cutOfPane(context, checkpoint),
          watermark: bound,
        },
      ],
    }),
    observed: [rowNamed(sink, seen)],
  });
}
