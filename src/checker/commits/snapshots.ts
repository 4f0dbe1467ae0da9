/**
 * Cuts. A checkpoint's transactions show what was read below its offsets and nothing beyond
 * (checkpoint-sound); every state a reader can see is that of some prefix of each split
 * (snapshot-consistent, by the least-cut lemma: two records refute it); the prefixes only grow
 * (monotone). States are taken at commits of a sink with one subtask, at whole checkpoints else.
 */
import type { AnomalyName } from '../../model/guarantee.ts';
import { type Context, recordList, seenText, type Shown, witness } from '../context.ts';
import type { Checkpoint, Seen } from '../observation/observe.ts';
import { offsetOf, recordName } from '../plan/records.ts';
import type { SinkPlan } from '../plan/plan.ts';
import { cutOf, survivingCheckpoints } from '../time/epochs.ts';
import { checkRollback } from './rollback.ts';

export function checkSnapshots(context: Context): void {
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
    checkOffsets(context);
  }
  for (const sink of sinks) {
    if (!promises.includes('snapshot-consistent') && !promises.includes('monotone')) continue;
    checkStates(context, sink);
  }
}

/** What a transaction shows lies below every later cut and not below any earlier one. */
function checkOffsets(context: Context): void {
  const { plan, seen } = context;
  const line = survivingCheckpoints(seen).filter((checkpoint) => checkpoint.offsets !== null);
  const cuts = line.map(({ offsets }) => cutOf(plan.table, offsets ?? {}));
  const earlier = extremes(cuts, Math.max);
  const later = extremes([...cuts].reverse(), Math.min).reverse();
  const aligned = plan.kase.options.mode !== 'at-least-once';
  const covers = new Map<number, number>();
  for (const [sink, rows] of context.shown) {
    for (const { seen: shown, records, prompt, again } of rows) {
      if (shown.checkpoint === null || again) continue;
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
        const cut = line[beyond ? at : at - 1] as Checkpoint;
        reportSkew(context, sink, { shown, record, cut, beyond });
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
    readonly shown: Seen;
    readonly record: number;
    readonly cut: Checkpoint;
    readonly beyond: boolean;
  },
): void {
  const { shown, record, cut, beyond } = at;
  const name = recordName(context.plan.table, record);
  const offsets = JSON.stringify(cut.offsets);
  context.findings.report({
    name: 'offset-skew',
    operator: sink,
    key: shown.row.key,
    records: [record],
    witnesses: [
      witness(context, beyond ? 'beyond the cut' : 'behind the cut', { record, seen: shown }),
    ],
    sentence: beyond
      ? `${name} was committed with a checkpoint whose offsets do not include it.`
      : `${name} was committed later than a checkpoint whose offsets include it.`,
    let: [`R = ${seenText(shown)}`, `O = offsets of checkpoint ${cut.checkpoint}: ${offsets}`],
    thus: [`R contains ${name}`],
    however: [
      beyond
        ? `by O, ${name} was not read when the checkpoint was taken`
        : `by O, ${name} was read and shown when the checkpoint was taken`,
    ],
    observed: [seenText(shown)],
  });
}

/** Rows whose presence depends on time have their own cut rules; here every row is prompt. */
function checkStates(context: Context, { spec, branches }: SinkPlan): void {
  const { findings } = context;
  const rows = context.shown.get(spec.id) ?? [];
  const known = branches.every(
    ({ root }) => root.kind === 'source' || (root.output === 'main' && root.spec.kind === 'reduce'),
  );
  if (!known || !rows.every((row) => row.prompt)) {
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
  for (const { records, seen, again } of rows) {
    if (again) continue;
    for (const record of records) {
      const own = byRecord.get(record) ?? [];
      own.push({ record, seen, step: stepOf(seen) });
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
        reportCut(context, sink, { a: first, b: last, name: 'inconsistent-cut' });
      }
      if (last === null || first.step > last.step) last = first;
    }
  }
}

function reportCut(
  context: Context,
  sink: string,
  { a, b, name }: { readonly a: First; readonly b: First; readonly name: AnomalyName },
): void {
  const [included, excluded] = a.step < b.step ? [a, b] : [b, a];
  const [x, y] = [recordList(context, [included.record]), recordList(context, [excluded.record])];
  context.findings.report({
    name,
    operator: sink,
    key: included.seen.row.key,
    records: [included.record, excluded.record],
    witnesses: [
      witness(context, 'included', { record: included.record, seen: included.seen }),
      witness(context, 'excluded', { record: excluded.record, seen: excluded.seen }),
    ],
    sentence: `After ${included.seen.t} ms ${sink} includes ${x} but not ${y}, which does not come after it.`,
    let: [`A = ${seenText(included.seen)}`, `B = ${seenText(excluded.seen)}`],
    thus: [`between them a reader sees ${x} and does not see all of ${y}`],
    however: ['no prefix of the split contains the one without the other'],
    why: [`${x} needs a cut beyond it, ${y} one at or before it: no cut is left`],
    observed: [seenText(included.seen), seenText(excluded.seen)],
  });
}
