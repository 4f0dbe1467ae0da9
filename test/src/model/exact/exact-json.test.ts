/** JSON of cases: no number of theirs is rounded without a word. */
import { describe, expect, test } from 'vitest';

import { parseExactJson, roundedNumberIn } from '../../../../src/model/exact/exact-json.ts';
import { parseCase } from '../../../../src/model/validate/validate-case.ts';
import { smallCase } from '../cases.ts';

describe('a number that a double rounds', () => {
  test('is refused with its line in a case', () => {
    const text = JSON.stringify(smallCase, null, 1).replace('"seed": ', '"seed": 9007199254740993');
    const line = text.split('\n').findIndex((part) => part.includes('9007199254740993')) + 1;
    expect(() => parseCase(text)).toThrow(
      new RegExp(`line ${line}: found \\d+, expected 9007199254740993\\d*, as it is written`),
    );
    expect(parseCase(JSON.stringify(smallCase))).toEqual(smallCase);
  });

  test.each([
    ['[1,2,9007199254740993]', '9007199254740993'],
    ['{"a":1e999}', '1e999'],
    ['{"a":[0.1,-1E-400]}', '-1E-400'],
    ['12345678901234567', '12345678901234567'],
    ['{"text":"9007199254740993 1e999","n":0.30000000000000004}', null],
    ['[4294967295,4294967295,1234567890,1e5]', null],
    ['"\\"9007199254740993"', null],
  ])('is found in %s: %s', (json, found) => {
    expect(roundedNumberIn(json)).toBe(found);
  });

  test('is found wherever it begins', () => {
    for (let at = 0; at < 40; at++) {
      expect(roundedNumberIn(`${' '.repeat(at)}9007199254740993`)).toBe('9007199254740993');
      expect(roundedNumberIn(`${' '.repeat(at)}1000000000000000`)).toBe(null);
    }
  });
});

test('what is no JSON is none', () => {
  expect(() => parseExactJson('[1')).toThrow('not JSON');
  expect(() => parseExactJson('[9007199254740993')).toThrow('not JSON');
});
