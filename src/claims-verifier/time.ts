/**
 * What watermarks a record can have met, proved from the input and the cuts of completed
 * checkpoints alone (SEMANTICS.md, section 5). What cannot be proved here counts as not true.
 */
import { silences } from '../model/fault-kinds.ts';
import { inputsOf } from '../model/operator-kinds.ts';
import type { RecordName } from '../model/verdict/places.ts';
import type { SourceSpec } from '../model/pipeline.ts';
import type { SourceRecord } from '../model/workload.ts';
import { boundOf } from '../oracle/specification.ts';
import type { Facts } from './facts.ts';
import { fansOut, keepsOrder, operatorAt, splitsInto } from './paths.ts';

export interface Meeting {
  readonly operator: string;
  /** Where what the operator made of the record shows, or would show. */
  readonly sink: string;
  readonly record: RecordName;
  readonly limit: number;
}

export interface Split {
  readonly name: string;
  readonly records: readonly SourceRecord[];
  readonly source: SourceSpec;
}

export function splitsOf({ given }: Facts, operator: string): readonly Split[] {
  const { pipeline, workload } = given.kase;
  return splitsInto(pipeline, operator).flatMap((name) => {
    const records = workload.splits.find(({ split }) => split === name)?.records ?? [];
    const source = pipeline.operators.find(
      (spec) => spec.kind === 'source' && spec.splits.includes(name),
    );
    return source?.kind === 'source' ? [{ name, records, source }] : [];
  });
}

/** The watermark that a split has announced after these of its records. */
export function announced({ records, source }: Split, from: number, to: number): number {
  const times = records.slice(from, to).map(({ ts }) => ts);
  return Math.max(Number.NEGATIVE_INFINITY, ...times) - boundOf(source.watermark) - 1;
}

/** No record of any split comes later than its bound allows, and no split can be taken for idle. */
export function isPunctual(facts: Facts, operator: string): boolean {
  const splits = splitsOf(facts, operator);
  if (splits.length === 0) return false;
  const alone = isAlone(facts, operator, splits);
  return splits.every(
    (split) =>
      (alone || !mayIdle(facts, split)) &&
      split.records
        .slice(0, readBy(facts, split))
        .every(({ ts }, i) => ts > announced(split, 0, i)),
  );
}

/** A single split on a single path: nothing overtakes its records, even if it falls idle. */
function isAlone({ given }: Facts, operator: string, splits: readonly Split[]): boolean {
  const { pipeline } = given.kase;
  const isSingle = (id: string): boolean => {
    const spec = operatorAt(pipeline, id);
    if (spec === undefined) return false;
    const isOne = id === operator || !('parallelism' in spec) || spec.parallelism === 1;
    return isOne && inputsOf(spec).every(isSingle);
  };
  return splits.length === 1 && isSingle(operator);
}

/** Whether a correct source may have taken the split for idle. */
export function mayIdle(facts: Facts, split: Split): boolean {
  const { given, history } = facts;
  const { records, source } = split;
  const { idlenessMs } = source.watermark;
  if (idlenessMs === null) return false;
  const [header] = history;
  const isVirtual = header?.kind === 'header' && header.clock === 'virtual';
  const gaps = records.map(({ at }, i) => at - (records[i - 1]?.at ?? 0));
  const isHeld = given.kase.schedule.some(({ action }) => silences(action));
  const isLeft = facts.end?.outcome === 'suspended' && readBy(facts, split) < records.length;
  return !isVirtual || isLeft || isHeld || gaps.some((gap) => gap * 2 >= idlenessMs);
}

export interface Cut {
  readonly checkpoint: number;
  readonly attempt: number;
}

/** The completed checkpoints that no restore gave up, in order. */
function survivors({ history }: Facts): readonly Cut[] {
  let line: Cut[] = [];
  for (const event of history) {
    if (event.kind === 'checkpoint' && event.event === 'completed') {
      const { checkpoint, attempt } = event;
      if (!line.some((cut) => cut.checkpoint === checkpoint)) line.push({ checkpoint, attempt });
    }
    if (event.kind !== 'attempt') continue;
    const { restored, attempt } = event;
    const at = line.findIndex(({ checkpoint }) => checkpoint === restored);
    if (restored === null) line = [];
    else if (at >= 0) line = line.slice(0, at + 1);
    else line.push({ checkpoint: restored, attempt });
  }
  return line;
}

function isAligned({ given }: Facts): boolean {
  return given.kase.options.mode !== 'at-least-once';
}

function isCommitted({ given }: Facts, sink: string): boolean {
  const spec = operatorAt(given.kase.pipeline, sink);
  return spec?.kind === 'sink' && spec.connector === 'two-phase';
}

/** Cuts say when a record was read only where barriers align and only committed work shows. */
export function cutsFor(facts: Facts, sink: string): readonly Cut[] {
  return isCommitted(facts, sink) && isAligned(facts) ? survivors(facts) : [];
}

/** Whether no legal schedule lets the watermark reach `limit` before the record arrives. */
export function isUnpassed(facts: Facts, { operator, sink, record, limit }: Meeting): boolean {
  const splits = splitsOf(facts, operator);
  const own = splits.find(({ name }) => name === record.split);
  if (own === undefined || !facts.hasSink(sink)) return false;
  const before = announced(own, 0, record.offset);
  if (isAlone(facts, operator, splits)) return before < limit;
  const cut = cutsFor(facts, sink).find(
    ({ checkpoint }) => (facts.offsetIn(checkpoint, record.split) ?? 0) > record.offset,
  );
  const reach = (split: Split): number => {
    const offset = cut === undefined ? null : facts.offsetIn(cut.checkpoint, split.name);
    const end = offset ?? split.records.length;
    return end >= split.records.length ? Number.POSITIVE_INFINITY : announced(split, 0, end);
  };
  const waited = splits.filter((split) => !mayIdle(facts, split));
  if (waited.length > 0) {
    return waited.some((split) => (split === own ? before : reach(split)) < limit);
  }
  // The furthest may have been the only active one; a subtask without a split is past everything.
  const ended = splits.some(({ source }) => source.parallelism > source.splits.length);
  const isOwn = (split: Split): boolean =>
    split === own && !fansOut(facts.given.kase.pipeline, operator);
  return !ended && splits.every((split) => (isOwn(split) ? before : reach(split)) < limit);
}

/** Whether every legal schedule lets the watermark reach `limit` before the record arrives. */
export function isPassed(facts: Facts, { operator, sink, record, limit }: Meeting): boolean {
  const splits = splitsOf(facts, operator);
  const cuts = cutsFor(facts, sink);
  const at = cuts.findIndex(
    ({ checkpoint }) => (facts.offsetIn(checkpoint, record.split) ?? 0) > record.offset,
  );
  const [from, to] = [cuts[at - 1], cuts[at]];
  if (to === undefined || splits.length === 0) return false;
  const began = facts.attempts.find(({ attempt }) => attempt === to.attempt);
  if (began === undefined) return false;
  const { pipeline } = facts.given.kase;
  return splits.every((split) => {
    const { name, source } = split;
    const isOwn = name === record.split && keepsOrder(pipeline, operator);
    const start = began.restored === null ? 0 : facts.offsetIn(began.restored, name);
    const cut = from === undefined ? 0 : facts.offsetIn(from.checkpoint, name);
    const end = isOwn ? record.offset : cut;
    if (start === null || end === null || source.watermark.emission !== 'per-record') return false;
    return announced(split, start, end) >= limit;
  });
}

export interface Reaching {
  readonly operator: string;
  readonly sink: string;
  /** Null: in the whole run. */
  readonly checkpoint: number | null;
  readonly watermark: number;
}

/** Whether no legal schedule lets the watermark go beyond this one by the cut of the checkpoint. */
export function isUnreached(facts: Facts, reaching: Reaching): boolean {
  const { operator, sink, checkpoint, watermark } = reaching;
  if (checkpoint !== null && !(isAligned(facts) && isCommitted(facts, sink))) return false;
  const isSuspended = facts.end?.outcome === 'suspended';
  const splits = splitsOf(facts, operator);
  if (splits.length === 0) return false;
  const reach = (split: Split): number => {
    const all = split.records.length;
    // A job that is drained comes to its end, wherever it was.
    const last = isSuspended ? readBy(facts, split) : all;
    const end = checkpoint === null ? last : facts.offsetIn(checkpoint, split.name);
    return end === null || end >= all ? Infinity : announced(split, 0, end);
  };
  const waited = splits.filter((split) => !mayIdle(facts, split));
  if (waited.length > 0) return waited.some((split) => reach(split) <= watermark);
  const ended = splits.some(({ source }) => source.parallelism > source.splits.length);
  return !ended && splits.every((split) => reach(split) <= watermark);
}

/** How far a job that was stopped had read. */
function readBy(facts: Facts, { name }: Split): number {
  return facts.dueRecords().filter(({ split }) => split === name).length;
}
