/**
 * Decimal numbers: against big integers, and against what JavaScript makes of their texts.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  addDecimals,
  decimalText,
  doubleOf,
  parseDecimal,
  quotient,
  type Decimal,
} from '../../../../src/model/exact/decimal.ts';
import { parseExactJson, roundedNumberIn } from '../../../../src/model/exact/exact-json.ts';
import { canonicalJson } from '../../../../src/base/json.ts';

const numRuns = 500 * Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1);

function decimal(text: string): Decimal {
  const parsed = parseDecimal(text);
  if (parsed === null) throw new Error(`no decimal: ${text}`);
  return parsed;
}

/** Any decimal literal of JSON, also of numbers that no double is near. */
const literal = fc
  .tuple(
    fc.boolean(),
    fc.bigInt({ min: 0n, max: 10n ** 30n }),
    fc.option(fc.stringMatching(/^\d{1,25}$/), { nil: null }),
    fc.option(fc.integer({ min: -340, max: 340 }), { nil: null }),
  )
  .map(([minus, whole, fraction, power]) => {
    const point = fraction === null ? '' : `.${fraction}`;
    return `${minus ? '-' : ''}${whole}${point}${power === null ? '' : `e${power}`}`;
  });

/** The number scaled to an integer, for literals with exponents from -400 on. */
function scaled(text: string): bigint {
  const [, minus, whole = '', fraction = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d*))?(?:e([+-]?\d+))?$/.exec(text) ?? [];
  const size = BigInt(whole + fraction) * 10n ** BigInt(400 + Number(power) - fraction.length);
  return minus === '-' ? -size : size;
}

describe('decimals', () => {
  test('are equal when their numbers are, and have one text', () => {
    fc.assert(
      fc.property(literal, literal, (a, b) => {
        const equal = scaled(a) === scaled(b);
        expect(decimalText(decimal(a)) === decimalText(decimal(b))).toBe(equal);
        expect(scaled(decimalText(decimal(a)))).toBe(scaled(a));
      }),
      { numRuns },
    );
  });

  test('have a double exactly when it stands for them: its own text is theirs', () => {
    fc.assert(
      fc.property(fc.oneof(literal, fc.double({ noNaN: true }).map(String)), (text) => {
        if (!/\d/.test(text)) return;
        const double = Number(text);
        const isHeld = Number.isFinite(double) && scaledOf(double) === scaled(text.toLowerCase());
        expect(doubleOf(decimal(text))).toBe(isHeld ? double + 0 : null);
      }),
      { numRuns },
    );
  });

  test('every double has its own', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (double) => {
        expect(doubleOf(decimal(String(double)))).toBe(double + 0);
      }),
      { numRuns },
    );
  });

  test('add up to their sum', () => {
    fc.assert(
      fc.property(literal, literal, (a, b) => {
        const sum = addDecimals(decimal(a), decimal(b));
        expect(sum === null ? null : scaled(decimalText(sum))).toBe(scaled(a) + scaled(b));
      }),
      { numRuns },
    );
  });

  test('are the quotient of integers where its digits end', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 10n ** 20n }),
        fc.nat(20),
        fc.nat(20),
        (n, twos, fives) => {
          const denominator = 2n ** BigInt(twos) * 5n ** BigInt(fives);
          const found = quotient(n, denominator);
          expect(found && scaled(decimalText(found)) * denominator).toBe(n * 10n ** 400n);
          expect(quotient(3n * n + 1n, 3n * denominator)).toBe(null);
        },
      ),
      { numRuns },
    );
  });

  test.each(['', '.5', '1_000', '0x1', '--1', '1e', 'NaN', '1'.repeat(1_001), '1e9999999999'])(
    'do not come of %j',
    (text) => {
      expect(parseDecimal(text)).toBe(null);
    },
  );
});

function scaledOf(double: number): bigint {
  return scaled(String(double));
}

describe('exact JSON', () => {
  const value = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'small' },
      literal,
      fc.string().map((text) => JSON.stringify(text)),
      fc.constantFrom('true', 'false', 'null'),
      fc.array(tie('node')).map((items) => `[${items.join()}]`),
      fc
        // Of a name that stands twice JSON keeps the last value, so that the first may be rounded.
        .uniqueArray(fc.tuple(fc.string(), tie('node')), { maxLength: 3, selector: ([k]) => k })
        .map((pairs) => `{${pairs.map(([k, v]) => `${JSON.stringify(k)}:${String(v)}`).join()}}`),
    ),
  })).node as fc.Arbitrary<string>;

  test('is JSON where no number is rounded, and tells where one is', () => {
    fc.assert(
      fc.property(value, (text) => {
        const rounded = roundedNumberIn(text);
        const same = canonicalJson(parseExactJson(text)) === plainText(text);
        expect({ text, same }).toEqual({ text, same: rounded === null });
      }),
      { numRuns },
    );
  });

  test('keeps numbers apart exactly when they differ', () => {
    fc.assert(
      fc.property(literal, literal, (a, b) => {
        const [x, y] = [parseExactJson(`[${a}]`), parseExactJson(`[${b}]`)];
        expect(canonicalJson(x) === canonicalJson(y)).toBe(scaled(a) === scaled(b));
      }),
      { numRuns },
    );
  });
});

/** What JSON alone makes of it; null where it cannot hold a number. */
function plainText(text: string): string | null {
  try {
    return canonicalJson(JSON.parse(text));
  } catch {
    return null;
  }
}
