/**
 * By when the slowest engine that still works has read a record, announced a watermark and shown a
 * row (SEMANTICS.md, section 9), where that can be worked out naively.
 */
import { inputsOf, isStateful } from '../model/operator-kinds.ts';
import type { OperatorSpec } from '../model/pipeline.ts';
import type { RecordName } from '../model/verdict/places.ts';
import type { Row } from '../model/value.ts';
import { boundOf } from '../oracle/specification.ts';
import { hopOf, slackOf } from './bounds.ts';
import type { Began, Facts } from './facts.ts';
import { operatorAt } from './paths.ts';
import { type Split, splitsOf } from './time.ts';
import { idsNamed } from './values.ts';

function placeOf({ split, offset }: RecordName): string {
  return `${split}@${offset}`;
}

function latencyOf(facts: Facts): number {
  const { pipeline, options } = facts.given.kase;
  const depthOf = (id: string): number => {
    const spec = operatorAt(pipeline, id);
    return spec === undefined ? 0 : 1 + Math.max(0, ...inputsOf(spec).map(depthOf));
  };
  const steps = 1 + Math.max(...pipeline.operators.map(({ id }) => depthOf(id)));
  const step = hopOf(facts) + options.channel.flushMs;
  return options.pollIntervalMs + steps * step + slackOf(facts);
}

function startOf(facts: Facts, { restored }: Began, split: string): number | null {
  return restored === null ? 0 : facts.offsetIn(restored, split);
}

/** Per record, when it has been read in an attempt; null: nobody told where that began. */
function readTimes(facts: Facts, began: Began): ReadonlyMap<string, number> | null {
  const times = new Map<string, number>();
  const waiting: RecordName[] = [];
  for (const { split, records } of facts.given.kase.workload.splits) {
    const start = startOf(facts, began, split);
    if (start === null) return null;
    records.forEach((_, offset) => {
      if (offset < start) times.set(placeOf({ split, offset }), began.t);
      else waiting.push({ split, offset });
    });
  }
  // One queue for all: of the splits' next records the one that came first.
  const arrival = new Map<string, number>();
  for (const name of waiting) {
    const before = arrival.get(placeOf({ ...name, offset: name.offset - 1 })) ?? 0;
    arrival.set(placeOf(name), Math.max(before, facts.record(name)?.at ?? Infinity));
  }
  const arrived = (name: RecordName): number => arrival.get(placeOf(name)) ?? Infinity;
  let free = began.t;
  for (const name of waiting.toSorted((a, b) => arrived(a) - arrived(b))) {
    free = Math.max(free, arrived(name)) + 2 * hopOf(facts);
    times.set(placeOf(name), free);
  }
  return times;
}

interface Following {
  readonly began: Began;
  readonly splits: readonly Split[];
}

/** When the slowest split has announced the watermark; null: a split may be taken for idle. */
export function announcedBy(
  facts: Facts,
  { began, splits }: Following,
  watermark: number,
): number | null {
  const times = readTimes(facts, began);
  if (times === null || splits.some(({ source }) => source.watermark.idlenessMs !== null)) {
    return null;
  }
  const reached = splits.map(({ name, records, source }) => {
    const start = startOf(facts, began, name) ?? 0;
    const behind = boundOf(source.watermark) + 1;
    const at = records.findIndex(({ ts }, i) => i >= start && ts - behind >= watermark);
    const offset = at < 0 ? records.length - 1 : at;
    return offset < start ? began.t : (times.get(placeOf({ split: name, offset })) ?? Infinity);
  });
  const turns = splits.map(({ source: { watermark: spec } }) =>
    spec.emission === 'periodic' ? 2 * spec.intervalMs : 0,
  );
  return Math.max(...reached) + latencyOf(facts) + Math.max(0, ...turns);
}

interface Shown {
  readonly sink: string;
  readonly row: Row;
}

/** By when the row has left the pipeline in an attempt; null: that is not looked up. */
export function leftBy(facts: Facts, began: Began, { sink, row }: Shown): number | null {
  const times = readTimes(facts, began);
  const timed = timedOperators(facts, sink);
  if (times === null || timed === null) return null;
  const parts = partsOf(facts, row, timed.length > 0);
  if (parts.length === 0) return null;
  const through = parts.map((name) => (times.get(placeOf(name)) ?? Infinity) + latencyOf(facts));
  if (timed.length === 0) return Math.max(...through);
  const splits = timed.flatMap((id) => splitsOf(facts, id));
  const reached = announcedBy(facts, { began, splits }, row.ts);
  return reached === null ? null : Math.max(reached, ...through);
}

/** A row that does not name its records may be made of all that come up to its time. */
function partsOf(facts: Facts, { value, ts }: Row, isTimed: boolean): readonly RecordName[] {
  const ids = idsNamed(value);
  return facts.allRecords().filter((name) => {
    const record = facts.record(name);
    if (record === undefined) return false;
    if (ids !== null) return ids.includes(record.id);
    return isTimed ? record.ts <= ts : record.ts === ts;
  });
}

/** Operators above another one that wait for event time; null: some wait for something else. */
function timedOperators(facts: Facts, ref: string): readonly string[] | null {
  const spec = operatorAt(facts.given.kase.pipeline, ref);
  if (spec === undefined) return null;
  const waits = waitsOf(spec);
  if (waits === 'other') return null;
  const above = inputsOf(spec).map((input) => timedOperators(facts, input));
  if (above.includes(null)) return null;
  const own = waits === 'event-time' && !ref.endsWith('.late') ? [spec.id] : [];
  return [...own, ...above.flatMap((ids) => ids ?? [])];
}

/** What the rows of an operator wait for; a row of its late output waits for nothing. */
function waitsOf(spec: OperatorSpec): 'nothing' | 'event-time' | 'other' {
  if (!isStateful(spec)) return 'nothing';
  switch (spec.kind) {
    case 'window':
    case 'sort':
      return 'event-time';
    case 'process':
    case 'interval-join':
      return 'other';
    case 'reduce':
    case 'dedup':
      return 'nothing';
  }
}

/** The splits that a subtask of a source, or of an operator below some, follows. */
export function splitsFollowed(
  facts: Facts,
  { operator, subtask }: { readonly operator: string; readonly subtask: number },
): readonly Split[] {
  const spec = operatorAt(facts.given.kase.pipeline, operator);
  const splits = splitsOf(facts, operator);
  if (spec?.kind !== 'source') return splits;
  return splits.filter(({ name }) => spec.splits.indexOf(name) % spec.parallelism === subtask);
}
