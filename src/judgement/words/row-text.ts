/** Text of a row for people, shortened. */
import { canonicalJson } from '../../base/json.ts';
import type { Row } from '../../model/value.ts';

const valueLengthMax = 120;

export function rowText({ key, ts, value }: Row): string {
  const text = canonicalJson(value);
  const short = text.length > valueLengthMax ? `${text.slice(0, valueLengthMax - 3)}...` : text;
  return `${key} @${ts} ${short}`;
}
