/**
 * JSON whose numbers are not rounded: either kept exactly, or found, so that a reader that cannot
 * keep them refuses them.
 */
import { doubleOf, parseDecimal } from './decimal.ts';
import { numberValue, reservedMark } from './exact-value.ts';
import type { Report } from '../input-error.ts';
import type { Value } from '../value.ts';

const zero = 48;
const nine = 57;
const point = 46;
/** Every number of so many digits without exponent has a double of its own. */
const safeDigits = 15;

/** Whether a number in the text may be one that a double rounds: it is long, or has an exponent. */
function mayRound(text: string): boolean {
  return hasLongNumber(text) || hasExponent(text, 'e') || hasExponent(text, 'E');
}

/** A run of more than the safe digits lies over one of the places that are looked at. */
function hasLongNumber(text: string): boolean {
  for (let i = safeDigits; i < text.length; i += safeDigits + 1) {
    if (isNumeral(text.charCodeAt(i)) && runAround(text, i) > safeDigits) return true;
  }
  return false;
}

function isNumeral(c: number): boolean {
  return (c >= zero && c <= nine) || c === point;
}

function runAround(text: string, at: number): number {
  let [from, to] = [at, at];
  while (isNumeral(text.charCodeAt(from - 1))) from--;
  while (isNumeral(text.charCodeAt(to + 1))) to++;
  return to - from + 1;
}

function hasExponent(text: string, letter: string): boolean {
  for (let at = text.indexOf(letter); at >= 0; at = text.indexOf(letter, at + 1)) {
    if (isNumeral(text.charCodeAt(at - 1))) return true;
  }
  return false;
}

const token = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * The first number in a JSON text that a double would round or cannot hold; null: there is none.
 */
export function roundedNumberIn(json: string): string | null {
  if (!mayRound(json)) return null;
  for (const [text] of json.matchAll(token)) {
    if (text.startsWith('"')) continue;
    const decimal = parseDecimal(text);
    if (decimal === null || doubleOf(decimal) === null) return text;
  }
  return null;
}

/** Reports such a number. Returns false, like the report. */
export function refuseRounded(report: Report, place: string, literal: string): false {
  return report.add(place, Number(literal), {
    expectation: `${literal.slice(0, 40)}, as it is written, which a double rounds`,
    suggestion: 'write it as a text, between quotes',
  });
}

/** A text that is no JSON, or holds what this program cannot keep apart from something else. */
export class ExactJsonError extends Error {
  override readonly name = 'ExactJsonError';
}

/**
 * The value of a JSON text; numbers that a double rounds are kept. Throws an {@link
 * ExactJsonError}.
 */
export function parseExactJson(text: string): Value {
  try {
    // A name with an escape in it may be one of ours.
    if (!mayRound(text) && !text.includes('\\')) return JSON.parse(text) as Value;
    return JSON.parse(text, revive) as Value;
  } catch (error) {
    if (error instanceof ExactJsonError) throw error;
    throw new ExactJsonError('not JSON', { cause: error });
  }
}

/** `context.source`: the text of a number as it was written. */
function revive(name: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (name === `${reservedMark}number`) {
    throw new ExactJsonError(`the member name ${JSON.stringify(name)} is Tidemark's own`);
  }
  if (typeof value !== 'number') return value;
  const source = context?.source ?? String(value);
  const decimal = parseDecimal(source);
  if (decimal !== null) return numberValue(decimal);
  throw new ExactJsonError(`the number ${source.slice(0, 40)} is too long to be compared`);
}
