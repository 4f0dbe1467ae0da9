/** The JSON dialect of request bodies: texts as a Toxiproxy 2.12.0 server answers them. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatFloat32, formatString } from '../../../harness/toxiproxy/json-format.ts';
import { JsonSyntaxError, readJson, type JsonValue } from '../../../harness/toxiproxy/json-text.ts';

function plain(value: JsonValue): unknown {
  if (value.kind === 'null') return null;
  if (value.kind === 'number') return Number(value.text);
  if (value.kind === 'array') return value.items.map(plain);
  if (value.kind !== 'object') return value.value;
  return Object.fromEntries(value.members.map(([key, member]) => [key, plain(member)]));
}

test.each([
  ['', 'EOF'],
  [' \n', 'EOF'],
  ['[1,', 'unexpected EOF'],
  ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
  ['{a:1}', "invalid character 'a' looking for beginning of object key string"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":1 "b":2}', "invalid character '\"' after object key:value pair"],
  ['[1 2]', "invalid character '2' after array element"],
  ['[1,]', "invalid character ']' looking for beginning of value"],
  ['trux', "invalid character 'x' in literal true (expecting 'e')"],
  ['-a', "invalid character 'a' in numeric literal"],
  ['1.a', "invalid character 'a' after decimal point in numeric literal"],
  ['1e+a', "invalid character 'a' in exponent of numeric literal"],
  [String.raw`"\x"`, "invalid character 'x' in string escape code"],
  [String.raw`"\u12zz"`, String.raw`invalid character 'z' in \u hexadecimal character escape`],
  ['"a\nb"', String.raw`invalid character '\n' in string literal`],
  ["'a'", String.raw`invalid character '\'' looking for beginning of value`],
  ['é', "invalid character 'Ã' looking for beginning of value"],
])('%j is refused: %s', (body, message) => {
  expect(() => readJson(Buffer.from(body))).toThrow(new JsonSyntaxError(message));
});

test('bottomless nesting is refused', () => {
  expect(() => readJson(Buffer.from('['.repeat(100_000)))).toThrow('exceeded max depth');
});

test('reads what JSON.stringify writes, and nothing after it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      const read = plain(readJson(Buffer.from(`${text} and more`)));
      expect(JSON.stringify(read)).toBe(JSON.stringify(JSON.parse(text)));
    }),
  );
});

describe('formatting', () => {
  test.each([
    [1, '1'],
    [0.2, '0.2'],
    [0.123_456_789_1, '0.12345679'],
    [1e-7, '1e-7'],
    [0.000_012_34, '0.00001234'],
    [16_777_217, '16777216'],
    [1e22, '1e+22'],
    [3.402_823_5e38, '3.4028235e+38'],
    [-0, '-0'],
  ])('the float %d is written %s', (value, text) => {
    expect(formatFloat32(value)).toBe(text);
  });

  test('strings escape what HTML could mistake', () => {
    expect(formatString('<&>\u2028"')).toBe(String.raw`"\u003c\u0026\u003e\u2028\""`);
  });
});
