/**
 * The panes of one window together. With transactional output every record is in the panes of one
 * state lifetime; panes grow while the window is kept and start anew once it was cleaned, which
 * only a restart (event time is unknown again) or a timer without late check makes legal.
 */
import type { Claim } from '../../../model/verdict/claim.ts';
import type { AnomalyName } from '../../../model/guarantee.ts';
import type { Row } from '../../../model/value.ts';
import { cleanupTime } from '../../../oracle/specification.ts';
import { dueClaim, idsAt, idsOf, recordNames, rowNamed } from '../../claims/naming.ts';
import { timeClaim } from '../../claims/time.ts';
import { type Context, isDue, witness } from '../../context/context.ts';
import type { Words } from '../../../judgement/findings.ts';
import type { Seen } from '../../evidence/observe.ts';
import type { Epoch } from '../../time/epochs.ts';
import { idsIn } from '../../evidence/values.ts';
import type { Group, Member, Pane } from './groups.ts';
import type { IsOwed } from './owed.ts';
import { reportMissing } from '../anomalies/loss.ts';
import type { PaneReader } from './pane-contents.ts';
import { judgePairs, reportPart } from './pane-pairs.ts';
import type { PaneSink } from './pane-sink.ts';
import { reportTwoSessions, wholeOf } from './session-reports.ts';
import { shownWrongly } from '../anomalies/shown-wrongly.ts';

/**
 * Whether a window that ends before this one shows the record: it arrived before that one was gone,
 * so it is in this one as well.
 */
export type IsTaken = (group: Group, member: Member) => boolean;

export interface Judged {
  readonly group: Group;
  readonly reader: PaneReader;
  readonly isOwed: IsOwed;
  readonly isTaken: IsTaken;
  readonly epochs: readonly Epoch[];
}

export function judgeGroup(context: Context, sink: PaneSink, judged: Judged): void {
  const { group } = judged;
  if (isPlain(group)) return;
  if (group.guessed.length > 0) return;
  const shown = new Set<Member>(group.panes.flatMap((pane) => pane.members));
  for (const member of shown) {
    if (member.presence === 'never') reportLate(context, sink, { group, member });
  }
  if (group.panes.length > 1 && !sink.upsert) {
    judgePairs(context, sink, { group, epochs: judged.epochs });
  }
  if (sink.committed && group.panes.length > 0) judgeFirst(context, sink, group);
  judgeMissing(context, sink, { ...judged, shown });
}

/** The common case: one pane with everything, nothing of it late or uncertain. */
function isPlain({ panes, guessed, members, forced }: Group): boolean {
  const [pane] = panes;
  if (panes.length !== 1 || guessed.length > 0 || forced.length > 0) return false;
  return pane?.members.length === members.length && members.every((m) => m.presence !== 'never');
}

/** Some pane must hold every record that arrives before the window can fire. */
function judgeFirst(context: Context, sink: PaneSink, group: Group): void {
  if (group.forced.length > 0) {
    judgeForced(context, sink, group);
    return;
  }
  const certain = group.members.filter((m) => m.onTime && m.presence === 'must');
  const shown = certain.filter((m) => group.panes.some((pane) => pane.members.includes(m)));
  const together = group.panes.some((pane) => shown.every((m) => pane.members.includes(m)));
  const [earlier] = group.panes;
  if (together || earlier === undefined) return;
  reportPart(context, sink, { group, earlier, pane: group.panes.at(-1) as Pane });
}

/** Rows that certainly share a session must share a pane. */
function judgeForced(context: Context, sink: PaneSink, group: Group): void {
  group.forced.forEach((forced, i) => {
    const [a, b] = [group.members[i] as Member, group.members[i + 1] as Member];
    if (!forced || a.presence !== 'must' || b.presence !== 'must') return;
    const withA = group.panes.filter((pane) => pane.members.includes(a));
    const withB = group.panes.filter((pane) => pane.members.includes(b));
    if (withA.length === 0 || withB.length === 0) return;
    if (withA.some((pane) => withB.includes(pane))) return;
    reportTwoSessions(context, sink, { a, b, withA: withA[0] as Pane, withB: withB[0] as Pane });
  });
}

function reportLate(
  context: Context,
  { sink, stage, spec }: PaneSink,
  { group, member }: { group: Group; member: Member },
): void {
  const pane = group.panes.find((candidate) => candidate.members.includes(member)) as Pane;
  const { from } = member.item;
  context.findings.report({
    name: 'late-included',
    operator: sink,
    key: group.key,
    records: from,
    witnesses: [witness(context, 'late', { record: from[0], seen: pane.seen })],
    explain: () => {
      const records = recordNames(context, from);
      const lateness = spec.kind === 'window' ? spec.allowedLatenessMs : 0;
      const limit = cleanupTime(group.window, lateness);
      return {
        sentence: { kind: 'late-counts', records, sink },
        let: [rowNamed(sink, pane.seen, 'P')],
        thus: [timeClaim(context, stage, { sink, records: from, limit, isLate: true })],
        however: [{ kind: 'contains', rows: ['P'], records, whole: wholeOf(context, pane) }],
      };
    },
    observed: [rowNamed(sink, pane.seen)],
  });
}

function judgeMissing(
  context: Context,
  sink: PaneSink,
  { group, reader, isOwed, isTaken, shown }: Judged & { readonly shown: ReadonlySet<Member> },
): void {
  const missing = group.members.filter(
    (member) =>
      (member.presence === 'must' || isTaken(group, member)) &&
      !shown.has(member) &&
      isDue(context) &&
      isOwed(group, member) &&
      !mayWait(context, sink, member),
  );
  if (missing.length === 0) return;
  const certain = group.members.filter(
    (member) => member.presence === 'must' || isTaken(group, member),
  );
  const rows = reader.rowsFor(group, certain);
  if (group.panes.length === 0) {
    // A filter after the window may have dropped the pane, whatever was in it.
    if (rows.length === 0) return;
    const name = sink.spec.kind === 'process' ? 'lost-timer' : 'missing-fire';
    const records = missing.flatMap((member) => member.item.from);
    const allLate = missing.every((member) => isLate(sink, member));
    if (allLate) reportDropped(context, sink, { group, records, name: 'ontime-dropped' });
    else {
      // What may still wait is in no row that was due.
      const row = missing.length < certain.length ? null : (rows[0] ?? null);
      const givers = (): readonly (readonly number[])[] => reader.giversOf(row, records);
      reportMissing(context, { sink: sink.sink, name, records, row, givers });
    }
    return;
  }
  for (const member of missing) {
    const name = missingName(context, sink, member);
    reportDropped(context, sink, { group, records: member.item.from, name });
  }
}

/**
 * A row behind the watermark gets a timer that is due at once, but timers fire when the watermark
 * advances: in a suspended job it may wait in the savepoint for the next advance.
 */
function mayWait({ due }: Context, { spec }: PaneSink, { onTime }: Member): boolean {
  return spec.kind === 'process' && due.suspended && !onTime;
}

function isLate({ late }: PaneSink, { item }: Member): boolean {
  return late !== null && item.from.every((record) => late.records.has(record));
}

function missingName(context: Context, sink: PaneSink, member: Member): AnomalyName {
  if (sink.spec.kind === 'process') return 'loss';
  if (isLate(sink, member)) return 'ontime-dropped';
  if (context.seen.attempts.some((attempt) => attempt.restored !== null)) return 'loss';
  return sink.late === null ? 'ontime-dropped' : 'side-output-loss';
}

function reportDropped(
  context: Context,
  sink: PaneSink,
  found: { group: Group; records: readonly number[]; name: AnomalyName },
): void {
  const { group, records, name } = found;
  context.findings.report({
    name,
    operator: sink.sink,
    key: group.key,
    records,
    witnesses: [witness(context, 'missing from its window', { record: records[0] })],
    explain: () => droppedWords(context, sink, { group, records: records.slice(0, 1) }),
    observed: group.panes.map((pane) => rowNamed(sink.sink, pane.seen)),
  });
}

/** A record that is due in its window, and is in none of its panes. */
function droppedWords(
  context: Context,
  { sink, stage, spec, late }: PaneSink,
  { group, records: own }: { readonly group: Group; readonly records: readonly number[] },
): Words {
  const { window, panes } = group;
  const records = recordNames(context, own);
  const ts = context.plan.table.recordAt[own[0] ?? -1]?.ts ?? 0;
  const isSession = spec.kind === 'window' && spec.assigner.kind === 'session';
  const end = isSession ? ts + spec.assigner.gapMs : window.end;
  const lateness = spec.kind === 'window' ? spec.allowedLatenessMs : 0;
  const limit = cleanupTime({ start: ts, end }, lateness);
  const member = group.members.find(({ item }) =>
    own.every((record) => item.from.includes(record)),
  );
  const before =
    member?.presence === 'must' ? undefined : earlierPane(context, sink, { records: own, end });
  const onTime: readonly Claim[] =
    before === undefined
      ? [
          spec.kind === 'process'
            ? { kind: 'rule', rule: 'timers-take-all' }
            : timeClaim(context, stage, { sink, records: own, limit, isLate: false }),
        ]
      : [
          { kind: 'contains', rows: ['E'], records, whole: null },
          { kind: 'rule', rule: 'taken-further' },
        ];
  const lateRow = late?.records
    .get(own[0] ?? -1)
    ?.find(({ seen }) => idsIn(seen.row.value) !== null)?.seen;
  const dropped: readonly Claim[] =
    lateRow === undefined ? [] : [{ kind: 'contains', rows: ['L'], records, whole: null }];
  const hidden = panes.filter(({ seen }) => idsIn(seen.row.value) === null).slice(0, 3);
  const names = hidden.map(({ seen }, i) => rowNamed(sink, seen, `P${i + 1}`));
  const named = (context.seen.sinks.get(sink) ?? []).some(
    ({ row }) =>
      (isSession || row.ts === end - 1) && idsOf(context, own).some((id) => isIn(row, id)),
  );
  const words = {
    let: [
      { kind: 'records', name: 'X', records, output: null },
      ...names,
      ...(before === undefined ? [] : [rowNamed(sink, before, 'E')]),
      ...(lateRow === undefined ? [] : [rowNamed(late?.sink ?? '', lateRow, 'L')]),
    ],
    thus: [...onTime, dueClaim(context, records, 'X')],
    nearest: { kind: 'without-records', records, isOnly: false },
  } as const;
  // Its id stands in a row that is no pane of the window.
  if (named) return { ...words, ...shownWrongly(context, { sinks: [sink], record: own[0] }) };
  return {
    ...words,
    sentence: { kind: 'missing-from-window', records, key: group.key, sink, end, isSession },
    however: [
      ...dropped,
      ...hidden.map((pane, i): Claim => {
        return { kind: 'lacks', row: `P${i + 1}`, records, whole: wholeOf(context, pane) };
      }),
      ...(hidden.length > 0
        ? []
        : [{ kind: 'not-in-window', records, sink, end: isSession ? null : end } as const]),
    ],
  };
}

/** A pane of a window that ends earlier, which names the records. */
function earlierPane(
  context: Context,
  sink: string,
  { records, end }: { readonly records: readonly number[]; readonly end: number },
): Seen | undefined {
  const ids = idsOf(context, records);
  return (context.seen.sinks.get(sink) ?? []).find(({ row }) => {
    const named = idsAt(context, sink, row.value);
    return row.ts < end - 1 && ids.every((id) => named?.includes(id));
  });
}

function isIn({ value }: Row, id: number): boolean {
  return idsIn(value)?.includes(id) === true;
}
