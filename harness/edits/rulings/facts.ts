/**
 * What the rulings may know: the case, the history, and where a row stands among the visible ones.
 * Rows are read by what the trace fields say; nothing of the checker is used.
 */
import type { Case } from '../../../src/model/case.ts';
import { field, numberField } from '../../../src/model/functions.ts';
import type { Guarantee } from '../../../src/model/guarantee.ts';
import type { History, VisibleEvent } from '../../../src/model/history.ts';
import type { SinkSpec } from '../../../src/model/pipeline.ts';
import { unpackVector } from '../../../src/model/trace.ts';
import type { Row, Value } from '../../../src/model/value.ts';
import type { SourceRecord } from '../../../src/model/workload.ts';
import type { Cell } from '../changes/draw-case.ts';
import type { Culprit, Site } from '../changes/edits.ts';
import type { RowForm } from '../changes/stage-kinds.ts';

/** Whether an edited history must be refuted, may be, or must not be; and why. */
export type Ruling =
  /** At least one of `broken` is promised and must be found invalid. */
  | { readonly is: 'wrong'; readonly broken: readonly Guarantee[]; readonly why: string }
  /** The labels contradict each other: anything but valid will do. */
  | { readonly is: 'contradictory'; readonly why: string }
  | { readonly is: 'legal'; readonly why: string }
  | { readonly is: 'open'; readonly why: string };

export interface Shown {
  readonly row: Row;
  readonly site: Site;
  readonly by: VisibleEvent;
  /** Place in the sink's order of visibility. */
  readonly at: number;
}

export interface Origin {
  readonly record: SourceRecord;
  readonly split: number;
  readonly offset: number;
}

export interface Facts {
  readonly cell: Cell;
  readonly kase: Case;
  readonly history: History;
  readonly rows: ReadonlyMap<string, readonly Shown[]>;
  readonly origins: ReadonlyMap<number, Origin>;
  readonly attempts: number;
  readonly finished: boolean;
  /** State counts each record once: aligned checkpoints, or no restore. */
  readonly exact: boolean;
}

export interface Question {
  readonly facts: Facts;
  readonly culprit: Culprit;
}

export function factsOf(cell: Cell, kase: Case, history: History): Facts {
  const rows = new Map<string, Shown[]>();
  history.forEach((by, event) => {
    if (by.kind !== 'visible') return;
    const list = rows.get(by.sink) ?? [];
    by.rows.forEach((row, index) => {
      list.push({ row, site: { event, index }, by, at: list.length });
    });
    rows.set(by.sink, list);
  });
  const origins = new Map<number, Origin>();
  kase.workload.splits.forEach(({ records }, split) => {
    records.forEach((record, offset) => origins.set(record.id, { record, split, offset }));
  });
  const attempts = history.filter((event) => event.kind === 'attempt').length;
  const end = history.at(-1);
  return {
    cell,
    kase,
    history,
    rows,
    origins,
    attempts,
    finished: end?.kind === 'end' && end.outcome === 'finished',
    exact: cell.mode !== 'at-least-once' || attempts === 1,
  };
}

export function shownAt({ rows }: Facts, { event, index }: Site): Shown {
  for (const list of rows.values()) {
    const found = list.find(({ site }) => site.event === event && site.index === index);
    if (found !== undefined) return found;
  }
  throw new TypeError(`nothing is visible at ${event}/${index}`);
}

export function sinkOf({ kase }: Facts, { by }: Shown): SinkSpec {
  const spec = kase.pipeline.operators.find(({ id }) => id === by.sink);
  if (spec?.kind !== 'sink') throw new TypeError(`${by.sink} is no sink`);
  return spec;
}

/** The late output holds records as they came, whatever the stage makes of the others. */
export function formOf({ cell }: Facts, { by }: Shown): RowForm {
  return by.sink === 'late' ? 'record' : cell.stage.form;
}

export const sameRow = (a: Row, b: Row): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The other visible rows of the sink. */
export function othersOf({ rows }: Facts, shown: Shown): readonly Shown[] {
  return (rows.get(shown.by.sink) ?? []).filter((other) => other !== shown);
}

/** Ids that a value lists or has; null: it names none. */
export function idsOf(value: Value): readonly number[] | null {
  const own = field(value, 'id');
  if (typeof own === 'number') return [own];
  const result = field(value, 'result');
  const list = field(result === null ? value : result, 'ids');
  if (Array.isArray(list)) return list as readonly number[];
  const [left, right] = [field(value, 'left'), field(value, 'right')];
  if (left === null || right === null) return null;
  return [...(idsOf(left) ?? []), ...(idsOf(right) ?? [])];
}

export const isTraced = (value: Value): boolean => field(value, 'f') !== null;

/** How many records a running value has counted; null: a plain number does not tell. */
export function lengthOf(value: Value): number | null {
  return field(value, 'n') === null ? null : numberField(value, 'n');
}

/** Records of each split in a traced sum. */
export function vectorOf({ kase }: Facts, value: Value): readonly number[] {
  return unpackVector(numberField(value, 'q'), kase.workload.splits.length);
}
