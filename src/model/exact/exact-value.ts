/**
 * Values that a double or a plain text would merge with others, kept apart: numbers that a double
 * rounds, and the symbols, keywords and texts of EDN, which are three things. Such a value is an
 * object with one member, whose name begins with the character U+0000; readers see to it that no
 * object of a file looks like one. Equal values have equal canonical JSON; they can be compared,
 * and not reckoned with: see `decimalOf` for sums.
 */
import { addDecimals, decimalText, doubleOf, parseDecimal, type Decimal } from './decimal.ts';
import type { Value, ValueObject } from '../value.ts';

/** What is kept apart: the name of its only member, without the first character. */
const kinds = ['number', 'ratio', 'symbol', 'text', 'character'] as const;
type Kind = (typeof kinds)[number];

/** Begins the names of members that are no recorder's. */
export const reservedMark = '\u0000';

function kept(kind: Kind, text: string): Value {
  return { [`${reservedMark}${kind}`]: text };
}

/** What stands in a value that is kept apart; null: it is a plain one. */
function keptIn(value: Value): { readonly kind: Kind; readonly text: string } | null {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  for (const kind of kinds) {
    const text = (value as ValueObject)[`${reservedMark}${kind}`];
    if (typeof text === 'string') return { kind, text };
  }
  return null;
}

/** The number as a double if one stands for it alone, else as itself. */
export function numberValue(decimal: Decimal): Value {
  return doubleOf(decimal) ?? kept('number', decimalText(decimal));
}

/** A fraction in lowest terms that no decimal is equal to. */
export function ratioValue(text: string): Value {
  return kept('ratio', text);
}

export function symbolValue(name: string): Value {
  return kept('symbol', name);
}

export function characterValue(text: string): Value {
  return kept('character', text);
}

/** A text; what looks like a keyword is kept apart from one. */
export function textValue(text: string): Value {
  return text.startsWith(':') ? kept('text', text) : text;
}

/** Whether it is a number that no double stands for. */
export function isRounded(value: Value): boolean {
  const kind = keptIn(value)?.kind;
  return kind === 'number' || kind === 'ratio';
}

/** Whether such a number is in it, at any depth. */
export function holdsRounded(value: Value): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (isRounded(value)) return true;
  return Object.values(value as ValueObject).some(holdsRounded);
}

/** A number, whatever it takes to hold it; null for anything else. */
export function decimalOf(value: Value): Decimal | null {
  if (typeof value === 'number') return parseDecimal(String(value));
  const found = keptIn(value);
  return found?.kind === 'number' ? parseDecimal(found.text) : null;
}

/** The sum, exactly; null where one is no decimal number, or they are too far apart. */
export function addValues(a: Value, b: Value): Value | null {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(a) && Number.isSafeInteger(b) && Number.isSafeInteger(sum)) return sum;
  }
  const [x, y] = [decimalOf(a), decimalOf(b)];
  const sum = x === null || y === null ? null : addDecimals(x, y);
  return sum === null ? null : numberValue(sum);
}

/** The name or text in a value of one, the digits of a number; null for what is a structure. */
export function textOfValue(value: Value): string | null {
  const found = keptIn(value);
  if (found !== null) return found.text;
  if (typeof value === 'string') return value;
  return value !== null && typeof value === 'object' ? null : JSON.stringify(value);
}

const keptText = new RegExp(String.raw`\{"\\u0000(${kinds.join('|')})":("(?:[^"\\]|\\.)*")\}`, 'g');

/**
 * JSON text for people: what is kept apart as it was written. Quotes in texts are escaped, so
 * nothing else fits.
 */
export function shownJson(json: string): string {
  return json.replaceAll(keptText, (_, kind: Kind, quoted: string) => {
    const text = JSON.parse(quoted) as string;
    if (kind === 'text') return quoted;
    return kind === 'character' ? `\\${text}` : text;
  });
}

/** JSON text with the numbers that are kept apart as numerals; the rest stays as it is. */
export function numeralJson(json: string): string {
  return json.replaceAll(keptText, (whole, kind: Kind, quoted: string) =>
    kind === 'number' ? (JSON.parse(quoted) as string) : whole,
  );
}
