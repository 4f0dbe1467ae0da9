/**
 * Words that texts of claims share.
 */
import type { ClaimKind, ClaimOf } from '../../model/verdict/claim.ts';
import type { RecordName, Records } from '../../model/verdict/places.ts';

/** A text for each of these kinds. */
export type Texts<K extends ClaimKind> = { readonly [Kind in K]: (claim: ClaimOf<Kind>) => string };

const listedMax = 6;

export function place({ split, offset }: RecordName): string {
  return `${split}@${offset}`;
}

/** "s1@3, s1@4 and 5 more" */
export function list(records: Records): string {
  if (records.length === 0) return 'no record';
  const shown = records.slice(0, listedMax).map(place);
  const more = records.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** "once", "twice", "3 times" */
export function times(count: number): string {
  if (count === 1) return 'once';
  return count === 2 ? 'twice' : `${count} times`;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** "is" of one record, "are" of several. */
export function are(records: Records): string {
  return records.length === 1 ? 'is' : 'are';
}

export function give(records: Records): string {
  return records.length === 1 ? 'gives' : 'give';
}
