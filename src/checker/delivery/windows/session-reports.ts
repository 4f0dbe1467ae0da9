/**
 * How records are told that belong to one session and came in two.
 */
import type { Records } from '../../../model/verdict/places.ts';
import type { Value } from '../../../model/value.ts';
import { given, idsAt, recordNames, rowNamed } from '../../claims/naming.ts';
import { timeClaim } from '../../claims/time.ts';
import { type Context, witness } from '../../context/context.ts';
import type { Words } from '../../../judgement/findings.ts';
import type { Member, Pane } from './groups.ts';
import type { PaneSink } from './pane-sink.ts';

export function reportTwoSessions(
  context: Context,
  { sink, stage, spec }: PaneSink,
  of: { readonly a: Member; readonly b: Member; readonly withA: Pane; readonly withB: Pane },
): void {
  const { a, b, withA, withB } = of;
  const all = [...a.item.from, ...b.item.from];
  context.findings.report({
    name: 'window-content',
    operator: sink,
    key: a.item.key,
    records: all,
    witnesses: [
      witness(context, 'in one session', { record: a.item.from[0], seen: withA.seen }),
      witness(context, 'in another', { record: b.item.from[0], seen: withB.seen }),
    ],
    explain: () => {
      const [first, second] = [a, b].map(({ item }) => recordNames(context, item.from));
      const gap =
        spec.kind === 'window' && spec.assigner.kind === 'session' ? spec.assigner.gapMs : 0;
      const limit = b.item.ts + gap - 1;
      const records = [...(first ?? []), ...(second ?? [])];
      if (a.item.from.join() === b.item.from.join()) {
        return apartWords(context, sink, { copies: first ?? [], pane: withA, other: withB });
      }
      return {
        sentence: { kind: 'two-sessions', records, sink, operator: spec.id },
        let: [rowNamed(sink, withA.seen, 'P'), rowNamed(sink, withB.seen, 'Q')],
        thus: [
          { kind: 'within-gap', records, operator: spec.id },
          timeClaim(context, stage, { sink, records: a.item.from, limit, isLate: false }),
        ],
        however: [
          { kind: 'contains', rows: ['P'], records: first ?? [], whole: wholeOf(context, withA) },
          { kind: 'contains', rows: ['Q'], records: second ?? [], whole: wholeOf(context, withB) },
          { kind: 'not-together', records, sink, name: null },
        ],
      };
    },
    observed: [rowNamed(sink, withB.seen)],
  });
}

/** Copies of a record that are in two panes, though it lists them in one. */
function apartWords(
  context: Context,
  sink: string,
  of: { readonly copies: Records; readonly pane: Pane; readonly other: Pane },
): Words {
  const { copies, pane, other } = of;
  const [record = { split: '', offset: 0 }] = copies;
  const id = context.plan.kase.workload.splits.find(({ split }) => split === record.split)?.records[
    record.offset
  ]?.id;
  const timesIn = (value: Value): number =>
    (idsAt(context, sink, value) ?? []).filter((named) => named === id).length;
  const alone = Math.max(0, ...given(context, copies, sink).map(({ value }) => timesIn(value)));
  const times = timesIn(pane.seen.row.value);
  return {
    sentence: { kind: 'copies-apart', records: copies, sink },
    let: [rowNamed(sink, pane.seen, 'P'), rowNamed(sink, other.seen, 'Q')],
    thus: [
      { kind: 'contains', rows: ['P', 'Q'], records: copies, whole: null },
      { kind: 'lists-alone', record, sink, times: alone },
    ],
    however: [{ kind: 'lists', row: 'P', record, times }],
  };
}

export function wholeOf(context: Context, { members }: Pane): Records {
  return recordNames(
    context,
    members.flatMap(({ item }) => item.from),
  );
}
