/**
 * Two panes of one window: the same again, one grown out of the other, or nothing in common. The
 * state of a window lives from its first record until it is cleaned, and within one attempt it is
 * not begun twice. A kept window fires again for each late record; what a restart made event time
 * forget may come in a second, separate part.
 */
import type { Claim } from '../../../model/verdict/claim.ts';
import type { Key } from '../../../model/value.ts';
import { idsAt, isSameRow, lackClaims, recordNames, rowNamed } from '../../claims/naming.ts';
import { timeClaim } from '../../claims/time.ts';
import { type Context, witness } from '../../context/context.ts';
import type { Words } from '../../../judgement/findings.ts';
import { drops } from '../../plan/branches.ts';
import { attemptOf, type Epoch } from '../../time/epochs.ts';
import { reportDuplicate } from '../anomalies/duplicates.ts';
import type { Group, Member, Pane } from './groups.ts';
import type { PaneSink } from './pane-sink.ts';

interface Pair {
  readonly group: Group;
  readonly earlier: Pane;
  readonly pane: Pane;
}

/**
 * Judged is which panes there are, not when each became visible: in which order a reader saw them
 * is a matter of other guarantees.
 */
export function judgePairs(
  context: Context,
  sink: PaneSink,
  { group, epochs }: { readonly group: Group; readonly epochs: readonly Epoch[] },
): void {
  const whole = group.panes.filter(({ isPartial }) => isPartial !== true);
  const panes = whole.sort(
    (a, b) => a.members.length - b.members.length || a.seen.position - b.seen.position,
  );
  for (const [i, pane] of panes.entries()) {
    for (const earlier of panes.slice(0, i)) {
      const pair = { group, earlier, pane };
      if (judgePair(context, sink, { pair, epochs }) === 'repeated') break;
    }
    judgeGrowth(context, sink, { group, panes: panes.slice(0, i + 1), epochs });
  }
}

function judgePair(
  context: Context,
  sink: PaneSink,
  { pair, epochs }: { readonly pair: Pair; readonly epochs: readonly Epoch[] },
): 'repeated' | 'different' {
  const { group, earlier, pane } = pair;
  const before = new Set(earlier.members);
  const shared = pane.members.filter((member) => before.has(member)).length;
  if (shared === pane.members.length && shared === earlier.members.length) {
    repeated(context, sink, pair);
    return 'repeated';
  }
  if (!sink.committed) return 'different';
  if (shared === 0) {
    const swapped = { group, earlier: pane, pane: earlier };
    const apart = (one: Pair): boolean => mayComeApart(context, sink, { pair: one, epochs });
    if (!apart(pair) && !apart(swapped)) reportPart(context, sink, pair);
  } else if (shared < earlier.members.length || !keepsState(sink)) {
    reportDoubleFire(context, sink, pair);
  }
  return 'different';
}

function keepsState({ spec }: PaneSink): boolean {
  return spec.kind === 'window' && spec.allowedLatenessMs > 0;
}

/** Whether the second pane can be of a second state of the window. */
function mayComeApart(
  context: Context,
  { spec, stage }: PaneSink,
  { pair, epochs }: { readonly pair: Pair; readonly epochs: readonly Epoch[] },
): boolean {
  const { group, earlier, pane } = pair;
  if (group.forced.length > 0) return true;
  const { options } = context.plan.kase;
  const arrived = attemptsOf(context, earlier, epochs);
  const fired = arrived === null ? null : Math.max(...arrived);
  const mayFollow = (member: Member): boolean => {
    // A hand-made window takes late rows, too: their timer fires with the next watermark.
    if (spec.kind === 'process' && !member.onTime) return true;
    if (context.seen.attempts.length <= 1 || stage.punctual) return false;
    const own = attemptsOf(context, { members: [member] }, epochs);
    if (options.mode === 'at-least-once' || own === null || fired === null) return true;
    return own.every((attempt) => attempt > fired);
  };
  return pane.members.every(mayFollow);
}

/** The attempts that processed the records of a pane for good; null: unknown. */
function attemptsOf(
  { plan }: Context,
  { members }: Pick<Pane, 'members'>,
  epochs: readonly Epoch[],
): readonly number[] | null {
  if (members.some(({ item }) => !item.direct)) return null;
  const attempts = members.flatMap(({ item }) =>
    item.from.map((record) => attemptOf(epochs, plan.table, record)),
  );
  return attempts.includes(null) ? null : (attempts as readonly number[]);
}

/** A kept window that has fired fires for each late record at once: it never gains two. */
function judgeGrowth(
  context: Context,
  sink: PaneSink,
  at: { readonly group: Group; readonly panes: readonly Pane[]; readonly epochs: readonly Epoch[] },
): void {
  const { group, panes, epochs } = at;
  const pane = panes.at(-1) as Pane;
  const own = new Set(pane.members);
  const earlier = panes.slice(0, -1).findLast((one) => one.members.some((m) => own.has(m)));
  // A filter behind the window may hide the panes in between.
  if (!sink.committed || earlier === undefined || !keepsState(sink) || drops(sink.branch)) return;
  if (group.forced.length > 0 || earlier.members.some((member) => !own.has(member))) return;
  if (pane.members.length <= earlier.members.length + 1) return;
  const attempts = attemptsOf(context, pane, epochs);
  if (attempts === null || new Set(attempts).size > 1) return;
  reportGrowth(context, sink, { group, earlier, pane });
}

function repeated(context: Context, sink: PaneSink, { group, earlier, pane }: Pair): void {
  const records = recordsOf(pane);
  const [first, again] = [earlier.seen, pane.seen];
  const sameRun = first.attempt === again.attempt;
  const sameTransaction = first.transaction !== null && first.transaction === again.transaction;
  if (sink.committed && sameRun && (!sameTransaction || first.event === again.event)) {
    reportDoubleFire(context, sink, { group, earlier, pane });
  } else if (!sink.upsert) {
    reportDuplicate(context, { sink: sink.sink, first, again, records });
  }
}

function recordsOf(pane: Pane): readonly number[] {
  return pane.members.flatMap((member) => member.item.from);
}

const rows = ['P', 'Q'] as const;

function reportDoubleFire(context: Context, sink: PaneSink, { group, earlier, pane }: Pair): void {
  const before = new Set(recordsOf(earlier));
  const records = recordsOf(pane).filter((record) => before.has(record));
  context.findings.report({
    name: 'double-fire',
    operator: sink.sink,
    key: group.key,
    records,
    witnesses: [
      witness(context, 'fired', { record: records[0], seen: earlier.seen }),
      witness(context, 'fired again', { record: records[0], seen: pane.seen }),
    ],
    explain: () => {
      const shared = sharedClaims(context, sink.sink, { earlier, pane, records });
      const isKept = keepsState(sink);
      return {
        sentence: { kind: 'fired-again', ...placeOf(sink, pane), rows },
        let: namesOf(sink, earlier, pane),
        thus: shared,
        however: [{ kind: 'rule', rule: isKept ? 'panes-grow' : 'panes-apart' }],
      };
    },
    observed: [rowNamed(sink.sink, pane.seen)],
  });
}

function placeOf({ sink }: PaneSink, { seen }: Pane): { key: Key; end: number; sink: string } {
  return { key: seen.row.key, end: seen.row.ts + 1, sink };
}

function namesOf({ sink }: PaneSink, earlier: Pane, pane: Pane): readonly Claim[] {
  return [rowNamed(sink, earlier.seen, 'P'), rowNamed(sink, pane.seen, 'Q')];
}

/** What two panes have in common, as far as their values say so. */
function sharedClaims(
  context: Context,
  sink: string,
  of: { readonly earlier: Pane; readonly pane: Pane; readonly records: readonly number[] },
): readonly Claim[] {
  const { earlier, pane } = of;
  const records = recordNames(context, of.records);
  const both = [earlier, pane];
  if (both.every(({ seen }) => idsAt(context, sink, seen.row.value) !== null)) {
    return [{ kind: 'contains', rows, records, whole: null }];
  }
  if (isSameRow(earlier.seen.row, pane.seen.row)) {
    return [{ kind: 'same-output', rows, records: null }];
  }
  return both.map((one, i) => {
    const whole = recordNames(context, recordsOf(one));
    return { kind: 'contains', rows: [rows[i] as string], records, whole };
  });
}

/** A second, separate part without a restart: it was fired early or a late record was taken. */
export function reportPart(context: Context, sink: PaneSink, { group, earlier, pane }: Pair): void {
  const records = recordsOf(pane);
  const onTime = pane.members.filter((member) => member.onTime);
  context.findings.report({
    name: onTime.length > 0 ? 'early-fire' : 'late-included',
    alsoRefutes: ['exactly-once', 'effectively-once'],
    operator: sink.sink,
    key: group.key,
    records,
    witnesses: [
      witness(context, 'in one part', { record: recordsOf(earlier)[0], seen: earlier.seen }),
      witness(context, 'in a second part', { record: records[0], seen: pane.seen }),
    ],
    explain: () => ({
      sentence: { kind: 'in-parts', ...placeOf(sink, pane), rows },
      let: namesOf(sink, earlier, pane),
      ...(onTime.length > 0
        ? earlyPart(context, sink, { earlier, onTime })
        : latePart(context, sink.sink, { earlier, pane })),
    }),
    observed: [rowNamed(sink.sink, earlier.seen), rowNamed(sink.sink, pane.seen)],
  });
}

/** Its records arrive before the window can fire, so the first part has to hold them. */
function earlyPart(
  context: Context,
  { sink, stage }: PaneSink,
  { earlier, onTime }: { readonly earlier: Pane; readonly onTime: readonly Member[] },
): Pick<Words, 'thus' | 'however'> {
  const [member] = onTime as [Member];
  const records = recordNames(context, member.item.from);
  const whole = recordNames(context, recordsOf(earlier));
  const limit = earlier.seen.row.ts;
  return {
    thus: [
      timeClaim(context, stage, { sink, records: member.item.from, limit, isLate: false }),
      { kind: 'rule', rule: 'on-time-first' },
    ],
    however: lackClaims(context, { name: 'P', sink, seen: earlier.seen }, { records, whole }),
  };
}

/** What a window held is in all its panes of one state, and a cleaned window takes nothing more. */
function latePart(
  context: Context,
  sink: string,
  { earlier, pane }: { readonly earlier: Pane; readonly pane: Pane },
): Pick<Words, 'thus' | 'however'> {
  const records = recordNames(context, recordsOf(pane));
  const whole = recordNames(context, recordsOf(earlier));
  return {
    thus: [{ kind: 'rule', rule: 'one-state' }],
    however: [
      { kind: 'contains', rows: ['Q'], records, whole: records },
      ...lackClaims(context, { name: 'P', sink, seen: earlier.seen }, { records, whole }),
    ],
  };
}

function reportGrowth(context: Context, sink: PaneSink, { group, earlier, pane }: Pair): void {
  const before = new Set(recordsOf(earlier));
  const records = recordsOf(pane).filter((record) => !before.has(record));
  context.findings.report({
    name: 'window-content',
    operator: sink.sink,
    key: group.key,
    records,
    witnesses: records
      .slice(0, 2)
      .map((record) => witness(context, 'added at once', { record, seen: pane.seen })),
    explain: () => {
      const added = recordNames(context, records);
      const whole = recordNames(context, recordsOf(earlier));
      const all = recordNames(context, recordsOf(pane));
      return {
        sentence: { kind: 'gained', ...placeOf(sink, pane), rows, records: added },
        let: namesOf(sink, earlier, pane),
        thus: [
          { kind: 'contains', rows: ['Q'], records: all, whole: all },
          ...lackClaims(
            context,
            { name: 'P', sink: sink.sink, seen: earlier.seen },
            { records: added, whole },
          ),
        ],
        however: [{ kind: 'rule', rule: 'late-one-by-one' }],
      };
    },
    observed: [rowNamed(sink.sink, earlier.seen), rowNamed(sink.sink, pane.seen)],
  });
}
