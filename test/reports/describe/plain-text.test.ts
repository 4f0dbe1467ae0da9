/** No control character of data reaches a terminal, and what colours a report does. */
import { describe, expect, test } from 'vitest';

import { ansiPaint } from '../../../reports/terminal/paint.ts';
import { plainText, terminalText } from '../../../reports/describe/plain-text.ts';

const hostile = [
  'clear\u001B[2J',
  'line\rback',
  'c1\u009B31m',
  'bidi\u202Eright\u2066left\u200F',
  'separator\u2028',
  'bell\u0007',
  'mark\uFEFF',
];

/** C0, C1, direction of writing, ends of lines that are none. */
const dangerous =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]/u;

describe('a line of data', () => {
  test.each(hostile)('is plain, and still says what it was: %j', (text) => {
    expect(dangerous.test(text)).toBe(true);
    expect(dangerous.test(plainText(text))).toBe(false);
    expect(JSON.parse(`"${plainText(text)}"`)).toBe(text);
  });

  test('is one line', () => {
    expect(plainText('a\nb')).toBe(String.raw`a\u000ab`);
  });

  test('of ordinary letters stays as it is', () => {
    expect(plainText('Grüße, 数据, 🙂')).toBe('Grüße, 数据, 🙂');
  });
});

describe('what is written to a terminal', () => {
  test.each(hostile)('has no control character that is not ours: %j', (text) => {
    expect(dangerous.test(terminalText(`first\n${text}\n`, false))).toBe(false);
    expect(terminalText(`first\n${text}\n`, true)).toBe(`first\n${plainText(text)}\n`);
  });

  test('is coloured if it may be, and only then', () => {
    const text = ansiPaint('bad', 'loss');
    expect(terminalText(text, true)).toBe(text);
    expect(terminalText(text, false)).toBe(String.raw`\u001b[31mloss\u001b[39m`);
  });

  test('may draw its last line anew', () => {
    expect(terminalText('\r\u001B[2Kword-count', true)).toBe('\r\u001B[2Kword-count');
  });
});
