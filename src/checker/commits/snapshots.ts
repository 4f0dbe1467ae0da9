/**
 * Cuts. A checkpoint's transactions show what was read below its offsets and nothing beyond
 * (checkpoint-sound); every state a reader can see is that of some prefix of each split
 * (snapshot-consistent, by the least-cut lemma: two records refute it); the prefixes only grow
 * (monotone). States are taken at commits of a sink with one subtask, at whole checkpoints else.
 */
import type { Records } from '../../model/verdict/places.ts';
import { recordNames, rowNamed } from '../claims/naming.ts';
import { type Context, type Shown, type ShownBySink, witness } from '../context/context.ts';
import type { Checkpoint, Seen } from '../evidence/observe.ts';
import { offsetOf } from '../plan/records.ts';
import type { SinkPlan } from '../plan/plan.ts';
import { cutOf, survivingCheckpoints } from '../time/epochs.ts';
import { checkRollback } from './rollback.ts';

/** `bySink`: what the checks of sinks found the rows to be made of. */
export function checkSnapshots(context: Context, bySink: ShownBySink): void {
  const { plan, findings } = context;
  const { promises } = plan.kase;
  const sinks = plan.sinks.filter(({ spec }) => spec.connector === 'two-phase');
  if (sinks.length === 0) {
    const open = (['snapshot-consistent', 'monotone'] as const).filter((g) => promises.includes(g));
    if (open.length > 0) findings.leaveOpen('no sink commits whole states', ...open);
    return;
  }
  if (plan.kase.options.mode !== 'at-least-once') {
    findings.decide('checkpoint-sound');
    checkOffsets(context, bySink);
  }
  for (const sink of sinks) {
    if (!promises.includes('snapshot-consistent') && !promises.includes('monotone')) continue;
    checkStates(context, sink, bySink.get(sink.spec.id) ?? []);
  }
}

/** What a transaction shows lies below every later cut and not below any earlier one. */
function checkOffsets(context: Context, bySink: ShownBySink): void {
  const { plan, seen } = context;
  const line = survivingCheckpoints(seen).filter((checkpoint) => checkpoint.offsets !== null);
  const cuts = line.map(({ offsets }) => cutOf(plan.table, offsets ?? {}));
  const earlier = extremes(cuts, Math.max);
  const later = extremes([...cuts].reverse(), Math.min).reverse();
  const aligned = plan.kase.options.mode !== 'at-least-once';
  const covers = new Map<number, number>();
  for (const [sink, rows] of bySink) {
    for (const row of rows) {
      const { seen: shown, records, prompt, again, isShared } = row;
      if (shown.checkpoint === null || again || isShared === true) continue;
      const at = covers.get(shown.checkpoint) ?? indexOfCover(line, shown.checkpoint);
      covers.set(shown.checkpoint, at);
      if (at < 0) continue;
      const [next, previous] = [later[at] as number[], earlier[at - 1]];
      for (const record of records) {
        const split = plan.table.splitOf[record] as number;
        const offset = offsetOf(plan.table, record);
        const beyond = offset >= (next[split] ?? 0);
        const behind = aligned && prompt && offset < (previous?.[split] ?? 0);
        if (!beyond && !behind) continue;
        const cut = line.find(({ checkpoint }, i) => {
          const end = cuts[i]?.[split] ?? 0;
          const isLater = checkpoint >= (shown.checkpoint ?? 0);
          return beyond ? isLater && offset >= end : !isLater && offset < end;
        });
        if (cut !== undefined) reportSkew(context, sink, { row, record, cut, beyond });
      }
    }
  }
}

/** The first checkpoint that covers transactions of `checkpoint`: -1 if none does. */
function indexOfCover(line: readonly Checkpoint[], checkpoint: number): number {
  for (let i = 0; i < line.length; i++) {
    if ((line[i] as Checkpoint).checkpoint >= checkpoint) return i;
  }
  return -1;
}

/** Per split the largest (smallest) offset up to each cut. */
function extremes(
  cuts: readonly (readonly number[])[],
  pick: (a: number, b: number) => number,
): number[][] {
  const all: number[][] = [];
  for (const cut of cuts) {
    const before = all.at(-1);
    all.push(cut.map((offset, split) => pick(offset, before?.[split] ?? offset)));
  }
  return all;
}

function reportSkew(
  context: Context,
  sink: string,
  at: {
    readonly row: Shown;
    readonly record: number;
    readonly cut: Checkpoint;
    readonly beyond: boolean;
  },
): void {
  const { row, record, cut, beyond } = at;
  const { seen: shown } = row;
  const { checkpoint, offsets } = cut;
  context.findings.report({
    name: 'offset-skew',
    operator: sink,
    key: shown.row.key,
    records: [record],
    witnesses: [
      witness(context, beyond ? 'beyond the cut' : 'behind the cut', { record, seen: shown }),
    ],
    explain: () => {
      const records = recordNames(context, [record]);
      const own = shown.checkpoint ?? 0;
      return {
        sentence: {
          kind: beyond ? 'beyond-cut' : 'behind-cut',
          records,
          row: 'R',
          committed: own,
          checkpoint,
        },
        let: [
          rowNamed(sink, shown, 'R'),
          { kind: 'offsets', name: 'O', checkpoint, offsets: offsets ?? {} },
        ],
        thus: [
          { kind: 'contains', rows: ['R'], records, whole: wholeOf(context, row) },
          { kind: 'of-checkpoint', row: 'R', checkpoint: own },
        ],
        however: [{ kind: beyond ? 'unread' : 'read', records, checkpoint }],
      };
    },
    observed: [rowNamed(sink, shown)],
  });
}

/** All that the row is made of. */
function wholeOf(context: Context, { records, whole }: Shown): Records {
  return recordNames(context, whole?.() ?? records);
}

/** Rows whose presence depends on time have their own cut rules; here every row is prompt. */
function checkStates(context: Context, { spec, branches }: SinkPlan, rows: readonly Shown[]): void {
  const { findings } = context;
  const known = branches.every(
    ({ root }) => root.kind === 'source' || (root.output === 'main' && root.spec.kind === 'reduce'),
  );
  if (!known || !rows.every((row) => row.prompt && row.isShared !== true)) {
    findings.leaveOpen(
      `${spec.id}: its states are not those of plain prefixes`,
      'snapshot-consistent',
      'monotone',
    );
    return;
  }
  findings.decide('snapshot-consistent', 'monotone');
  checkPrefixes(context, spec.id, { rows, single: spec.parallelism === 1 });
  checkRollback(context, spec.id, rows);
}

interface First {
  readonly record: number;
  readonly row: Shown;
  readonly seen: Seen;
  readonly step: number;
}

/** Along each split, records must become visible in steps that never fall. */
function checkPrefixes(
  context: Context,
  sink: string,
  { rows, single }: { readonly rows: readonly Shown[]; readonly single: boolean },
): void {
  const stepOf = (seen: Seen): number => (single ? seen.event : (seen.checkpoint ?? 0));
  const byRecord = new Map<number, First[]>();
  for (const row of rows) {
    const { records, seen, again } = row;
    if (again) continue;
    for (const record of records) {
      const own = byRecord.get(record) ?? [];
      own.push({ record, row, seen, step: stepOf(seen) });
      byRecord.set(record, own);
    }
  }
  const ordered = [...byRecord.keys()].sort((a, b) => a - b);
  let last: First | null = null;
  let split = -1;
  for (const record of ordered) {
    if (context.plan.table.splitOf[record] !== split) last = null;
    split = context.plan.table.splitOf[record] as number;
    for (const first of byRecord.get(record) ?? []) {
      const torn = last !== null && last.record === record && last.step !== first.step;
      if (last !== null && (first.step < last.step || torn)) {
        reportCut(context, sink, { a: first, b: last, single });
      }
      if (last === null || first.step > last.step) last = first;
    }
  }
}

function reportCut(
  context: Context,
  sink: string,
  { a, b, single }: { readonly a: First; readonly b: First; readonly single: boolean },
): void {
  const [included, excluded] = a.step < b.step ? [a, b] : [b, a];
  const rows = ['A', 'B'] as const;
  context.findings.report({
    name: 'inconsistent-cut',
    operator: sink,
    key: included.seen.row.key,
    records: [included.record, excluded.record],
    witnesses: [
      witness(context, 'included', { record: included.record, seen: included.seen }),
      witness(context, 'excluded', { record: excluded.record, seen: excluded.seen }),
    ],
    explain: () => {
      const x = recordNames(context, [included.record]);
      const y = recordNames(context, [excluded.record]);
      const cut = { included: x, excluded: y, sink, rows } as const;
      return {
        sentence: single
          ? { kind: 'sees-without', ...cut, t: included.seen.t }
          : {
              kind: 'commits-without',
              ...cut,
              checkpoints: [included.seen.checkpoint ?? 0, excluded.seen.checkpoint ?? 0],
            },
        let: [rowNamed(sink, included.seen, 'A'), rowNamed(sink, excluded.seen, 'B')],
        thus: [
          { kind: 'contains', rows: ['A'], records: x, whole: wholeOf(context, included.row) },
          { kind: 'contains', rows: ['B'], records: y, whole: wholeOf(context, excluded.row) },
          ...(single ? [{ kind: 'before', rows } as const] : []),
        ],
        however: [{ kind: 'not-after', first: y, second: x }],
        why: [{ kind: 'rule', rule: 'no-cut' }],
      };
    },
    observed: [rowNamed(sink, included.seen), rowNamed(sink, excluded.seen)],
  });
}
