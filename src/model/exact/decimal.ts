/**
 * Decimal numbers as they are written, however many digits they have: which of them a double holds,
 * one text for equal ones, and sums without rounding. Deterministic, and no number is made of a
 * text that it would round.
 */

/** Named limits: characters of one number, and its exponent. */
const charactersMax = 1_000;
const exponentMax = 1_000_000_000;
/** A sum is made of numbers whose digits lie within this many places of the decimal point. */
const placesMax = 400;
/** Longer texts are written with an exponent. */
const plainDigitsMax = 60;

/**
 * (-1 if negative) · digits · 10^exponent; no zeros at either end of `digits`, which zero has none
 * of.
 */
export interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

const pattern = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** Null for what is no decimal number, or beyond the limits. */
export function parseDecimal(text: string): Decimal | null {
  const match = text.length > charactersMax ? null : pattern.exec(text);
  if (match === null) return null;
  const [, sign, whole = '', fraction = '', power = '0'] = match;
  const all = `${whole}${fraction}`.replace(/^0+/, '');
  const digits = all.replace(/0+$/, '');
  if (digits === '') return { negative: false, digits, exponent: 0 };
  const exponent = Number(power) - fraction.length + (all.length - digits.length);
  if (!(Math.abs(exponent) <= exponentMax)) return null;
  return { negative: sign === '-', digits, exponent };
}

/** The double that stands for this number and no other; null when a double would round it. */
export function doubleOf(decimal: Decimal): number | null {
  const double = Number(decimalText(decimal));
  // The shortest text of a double stands for it; any other number with that double is rounded.
  const shortest = Number.isFinite(double) ? parseDecimal(String(double)) : null;
  return shortest !== null && sameDecimal(shortest, decimal) ? double : null;
}

function sameDecimal(a: Decimal, b: Decimal): boolean {
  return a.negative === b.negative && a.digits === b.digits && a.exponent === b.exponent;
}

/** One text for equal numbers, which JSON reads as that number. */
export function decimalText({ negative, digits, exponent }: Decimal): string {
  return `${negative ? '-' : ''}${digits === '' ? '0' : unsignedText(digits, exponent)}`;
}

function unsignedText(digits: string, exponent: number): string {
  const point = digits.length + exponent;
  if (exponent >= 0 && point <= plainDigitsMax) return digits + '0'.repeat(exponent);
  if (exponent < 0 && point > 0) return `${digits.slice(0, point)}.${digits.slice(point)}`;
  if (exponent < 0 && digits.length - point <= plainDigitsMax) {
    return `0.${'0'.repeat(-point)}${digits}`;
  }
  const rest = digits.slice(1);
  return `${digits[0]}${rest === '' ? '' : `.${rest}`}e${point - 1}`;
}

/** Null when the numbers are too large or too small to be added digit by digit. */
export function addDecimals(a: Decimal, b: Decimal): Decimal | null {
  const exponent = Math.min(a.exponent, b.exponent);
  if (!isNear(a) || !isNear(b)) return null;
  const sum = scaled(a, exponent) + scaled(b, exponent);
  return parseDecimal(`${sum}e${exponent}`);
}

function isNear({ digits, exponent }: Decimal): boolean {
  return exponent >= -placesMax && digits.length + exponent <= placesMax;
}

function scaled({ negative, digits, exponent }: Decimal, to: number): bigint {
  const size = BigInt(`${digits === '' ? '0' : digits}${'0'.repeat(exponent - to)}`);
  return negative ? -size : size;
}

/** numerator / denominator as a decimal; null when its digits have no end. Both positive. */
export function quotient(numerator: bigint, denominator: bigint): Decimal | null {
  let rest = denominator;
  let places = 0;
  let scale = 1n;
  for (const prime of [2n, 5n]) {
    for (; rest % prime === 0n; rest /= prime) {
      places++;
      scale *= prime === 2n ? 5n : 2n;
    }
  }
  if (rest !== 1n) return null;
  // Every factor 2 of the denominator becomes a 10 by a 5, and the other way round.
  return parseDecimal(`${numerator * scale}e${-places}`);
}
