/**
 * Rows as texts, so that equal rows are one. A list of ids is a multiset: in which order rows of
 * different splits met is open. The time of a processing-time batch is the machine's, so it is left
 * out.
 */
import { canonicalJson } from '../../../src/base/json.ts';
import type { Row, Value, ValueObject } from '../../../src/model/value.ts';
import { hasProcessingTimers, type SmallRun } from './small-run.ts';

export function rowText(run: SmallRun, row: Row): string {
  return textOf(run, row, row.value);
}

/** The same without the order of ids. */
export function contentText(run: SmallRun, row: Row): string {
  return textOf(run, row, withoutOrder(row.value));
}

function textOf({ layout }: SmallRun, { key, ts }: Row, value: Value): string {
  return `${key} ${hasProcessingTimers(layout) ? '' : ts} ${canonicalJson(value)}`;
}

function withoutOrder(value: Value): Value {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const members = Object.entries(value as ValueObject).map(([name, member]): [string, Value] =>
    name === 'ids' && Array.isArray(member)
      ? [name, [...(member as readonly number[])].sort((a, b) => a - b)]
      : [name, withoutOrder(member)],
  );
  return Object.fromEntries(members);
}

/** The ids a row names, its record's own or those it collected, with repetitions. */
export function idsOf(value: Value): readonly number[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [];
  return Object.entries(value as ValueObject).flatMap(([name, member]) => {
    if (name === 'id') return typeof member === 'number' ? [member] : [];
    if (name === 'ids') return Array.isArray(member) ? (member as readonly number[]) : [];
    return [...idsOf(member)];
  });
}
