/**
 * The panes of one window together. With transactional output every record is in the panes of one
 * state lifetime; panes grow while the window is kept and start anew once it was cleaned, which
 * only a restart (event time is unknown again) or a timer without late check makes legal.
 */
import type { AnomalyName } from '../../model/guarantee.ts';
import { type Context, isDue, recordList, seenText, witness } from '../context.ts';
import type { Epoch } from '../time/epochs.ts';
import type { Group, Member, Pane } from './groups.ts';
import type { IsOwed } from './owed.ts';
import { reportMissing } from './loss.ts';
import type { PaneReader } from './pane-contents.ts';
import { judgePairs, reportPart } from './pane-pairs.ts';
import type { PaneSink } from './pane-sink.ts';

export interface Judged {
  readonly group: Group;
  readonly reader: PaneReader;
  readonly isOwed: IsOwed;
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
    const records = [...a.item.from, ...b.item.from];
    const seen = (withB[0] as Pane).seen;
    context.findings.report({
      name: 'window-content',
      operator: sink.sink,
      key: group.key,
      records,
      witnesses: [
        witness(context, 'in one session', {
          record: a.item.from[0],
          seen: (withA[0] as Pane).seen,
        }),
        witness(context, 'in another', { record: b.item.from[0], seen }),
      ],
      sentence: `${recordList(context, records)} belong to one session but came in two.`,
      let: [`P = ${seenText((withA[0] as Pane).seen)}`, `Q = ${seenText(seen)}`],
      thus: ['their timestamps are at most one gap apart, and both arrive while it is open'],
      however: ['they are in different panes'],
      observed: [seenText(seen)],
    });
  });
}

function reportLate(
  context: Context,
  { sink }: PaneSink,
  { group, member }: { group: Group; member: Member },
): void {
  const pane = group.panes.find((candidate) => candidate.members.includes(member)) as Pane;
  context.findings.report({
    name: 'late-included',
    operator: sink,
    key: group.key,
    records: member.item.from,
    witnesses: [witness(context, 'late', { record: member.item.from[0], seen: pane.seen })],
    sentence: `${recordList(context, member.item.from)} is late in every legal schedule, yet it is in a pane.`,
    let: [`P = ${seenText(pane.seen)}`],
    thus: ['the watermark had passed the end of its window in every legal schedule'],
    however: ['P contains it'],
    observed: [seenText(pane.seen)],
  });
}

function judgeMissing(
  context: Context,
  sink: PaneSink,
  { group, reader, isOwed, shown }: Judged & { readonly shown: ReadonlySet<Member> },
): void {
  const missing = group.members.filter(
    (member) =>
      member.presence === 'must' &&
      !shown.has(member) &&
      isDue(context) &&
      isOwed(group, member) &&
      !mayWait(context, sink, member),
  );
  if (missing.length === 0) return;
  const certain = group.members.filter((member) => member.presence === 'must');
  const rows = reader.rowsFor(group, certain);
  if (group.panes.length === 0) {
    // A filter after the window may have dropped the pane, whatever was in it.
    if (rows.length === 0) return;
    const name = sink.spec.kind === 'process' ? 'lost-timer' : 'missing-fire';
    const records = missing.flatMap((member) => member.item.from);
    const allLate = missing.every((member) => isLate(sink, member));
    if (allLate) reportDropped(context, sink, { group, records, name: 'ontime-dropped' });
    else reportMissing(context, { sink: sink.sink, name, records, row: rows[0] ?? null });
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
  { sink }: PaneSink,
  found: { group: Group; records: readonly number[]; name: AnomalyName },
): void {
  const { group, records, name } = found;
  const { end } = group.window;
  context.findings.report({
    name,
    operator: sink,
    key: group.key,
    records,
    witnesses: [witness(context, 'missing from its window', { record: records[0] })],
    sentence: `${recordList(context, records)} is missing from the window ending at ${end} of key ${group.key}.`,
    let: [`X = ${recordList(context, records)}`],
    thus: ['no legal schedule lets the watermark pass the window before X'],
    however: [
      name === 'ontime-dropped' ? 'X was dropped as late' : 'no pane of the window contains X',
    ],
    nearest: `a legal run if ${recordList(context, records)} is left out`,
    expected: records.map(
      (record) => `${recordList(context, [record])} in [${group.window.start}, ${end})`,
    ),
    observed: group.panes.map((pane) => seenText(pane.seen)),
  });
}
