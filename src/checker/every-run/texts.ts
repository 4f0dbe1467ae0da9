/**
 * Rows as texts, so that equal rows are one; and the records they name.
 */
import { canonicalJson } from '../../base/json.ts';
import type { Value, ValueObject } from '../../model/value.ts';
import { valueText } from '../evidence/values.ts';
import type { Job } from './job.ts';
import type { Shown } from './play.ts';

/** A batch of processing time has the machine's time, which nobody can foretell. */
function headOf({ timers }: Job, { sink, row }: Shown): string {
  return `${sink} ${timers ? '' : row.ts} `;
}

/** Ids in a list have no order: in which order rows of different splits met is open. */
export function contentText(job: Job, shown: Shown): string {
  return headOf(job, shown) + valueText(shown.row.value);
}

export function orderText(job: Job, shown: Shown): string {
  return headOf(job, shown) + canonicalJson(shown.row.value);
}

/** Its record's own id, or those it collected, as often as it has them. */
export function idsNamed(value: Value): readonly number[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [];
  return Object.entries(value as ValueObject).flatMap(([name, member]) => {
    if (name === 'id') return typeof member === 'number' ? [member] : [];
    if (name === 'ids') return Array.isArray(member) ? (member as readonly number[]) : [];
    return idsNamed(member);
  });
}
