/**
 * Windows whose panes hide their records behind a plain value. Which records are in each pane is
 * guessed: every choice that gives the visible values is judged like panes that name their records.
 * If none is legal the window is wrong; if one is, it is what happened; more are left to the
 * schedule of the whole key.
 */
import type { AnomalyName, Guarantee } from '../../../model/guarantee.ts';
import { anomalies } from '../../../model/guarantee.ts';
import { recordNames, rowNamed } from '../../claims/naming.ts';
import { type Context, witness } from '../../context/context.ts';
import { Findings } from '../../../judgement/findings.ts';
import { closureOf } from '../../../judgement/judge.ts';
import type { Group, Pane } from './groups.ts';
import { type Judged, judgeGroup } from './judge-group.ts';
import type { PaneSink } from './pane-sink.ts';

/** At most this many combinations of choices are judged for a window. */
const combinationsMax = 512;

/** The legal readings of a window with guessed panes; null: too many, or not all known. */
export type Readings = readonly (readonly Pane[])[] | null;

export function readGuesses(context: Context, sink: PaneSink, judged: Judged): Readings {
  const { group } = judged;
  const combinations = combinationsOf(group);
  if (mayRepeat(sink, group)) {
    const reason = `${sink.sink}: panes of one window that hide their records may be repeats`;
    context.findings.leaveOpen(reason, 'at-most-once', 'exactly-once', 'effectively-once');
  }
  if (!sink.committed || combinations === null) return null;
  const legal: (readonly Pane[])[] = [];
  let wrong: readonly (readonly AnomalyName[])[] = [];
  for (const panes of combinations) {
    const names = anomaliesOf(context, sink, { judged, panes });
    if (names.length === 0) legal.push(panes);
    else wrong = [...wrong, names];
  }
  if (legal.length === 0) reportNoReading(context, sink, { group, wrong });
  return legal;
}

/** Without transactions every attempt shows its panes, and later ones show some of them again. */
function mayRepeat({ committed, upsert }: PaneSink, { panes, guessed }: Group): boolean {
  return !committed && !upsert && panes.length + guessed.length > 1;
}

/** Every choice of records for every guessed pane, beside the panes that are known. */
function combinationsOf({ panes, guessed }: Group): readonly (readonly Pane[])[] | null {
  let all: (readonly Pane[])[] = [panes];
  for (const { seen, choices, complete } of guessed) {
    if (!complete || all.length * choices.length > combinationsMax) return null;
    all = all.flatMap((before) => choices.map((members) => [...before, { seen, members }]));
  }
  return all;
}

/** What would be wrong with the window if these were its panes. */
function anomaliesOf(
  context: Context,
  sink: PaneSink,
  { judged, panes }: { readonly judged: Judged; readonly panes: readonly Pane[] },
): readonly AnomalyName[] {
  const findings = new Findings();
  const group = { ...judged.group, panes: [...panes], guessed: [] };
  judgeGroup({ ...context, findings }, sink, { ...judged, group });
  return findings.found().map(({ name }) => name);
}

/** Whichever records the panes hold, what is wrong with each choice is wrong with the window. */
function nameOf(wrong: readonly (readonly AnomalyName[])[]): AnomalyName {
  const refutes = (names: readonly AnomalyName[], guarantee: Guarantee): boolean =>
    names.some((name) => closureOf(name).some((n) => anomalies[n].refutes.includes(guarantee)));
  const always = (guarantee: Guarantee): boolean =>
    wrong.length > 0 && wrong.every((names) => refutes(names, guarantee));
  if (always('at-least-once')) return always('at-most-once') ? 'masked' : 'loss';
  return always('at-most-once') ? 'duplicate' : 'window-content';
}

function reportNoReading(
  context: Context,
  { sink, spec }: PaneSink,
  { group, wrong }: { readonly group: Group; readonly wrong: Parameters<typeof nameOf>[0] },
): void {
  const records = group.members.flatMap(({ item }) => item.from);
  const rows = [...group.panes, ...group.guessed].map(({ seen }) => seen);
  context.findings.report({
    name: nameOf(wrong),
    operator: sink,
    key: group.key,
    records,
    witnesses: rows.slice(0, 3).map((seen) => witness(context, 'a pane of the window', { seen })),
    explain: () => ({
      // Sessions that could merge have several ends: that of what shows is told.
      sentence: { kind: 'no-choice', key: group.key, sink, end: (rows[0]?.row.ts ?? 0) + 1 },
      let: rows.slice(0, 3).map((seen, i) => rowNamed(sink, seen, `P${i + 1}`)),
      thus: [
        {
          kind: 'in-window',
          operator: spec.id,
          records: recordNames(context, records),
          window: group.window,
        },
      ],
      however: [{ kind: 'tried', what: 'choices', count: wrong.length }],
    }),
    observed: rows.map((seen) => rowNamed(sink, seen)),
  });
}
