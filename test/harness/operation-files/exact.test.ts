/**
 * Numbers that a double rounds, and the three kinds of words of EDN: kept apart in every format, or
 * refused with their line where they would have to be reckoned with.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  checkOperationFiles,
  convertHistory,
  type OperationFlags,
  renderOperationReport,
} from '../../../harness/operation-files/index.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-exact-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(name: string, text: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function told(path: string, flags: Partial<OperationFlags> = {}): Promise<string> {
  const { report } = await checkOperationFiles([path], { verify: true, ...flags });
  return report.errors[0]?.error ?? renderOperationReport(report);
}

/** `valid`, `invalid`, or the refusal. */
async function verdict(text: string, flags: Partial<OperationFlags> = {}): Promise<string> {
  const { report } = await checkOperationFiles([fileOf('history', text)], {
    verify: true,
    ...flags,
  });
  const { errors, files } = report;
  return errors[0]?.error.replace(/^.*history:/, 'line ') ?? files[0]?.verdict ?? 'nothing';
}

/** A register that was written one value, and read another. */
const json = (written: string, read: string): string =>
  [
    `{"process":0,"type":"invoke","f":"write","value":${written}}`,
    `{"process":0,"type":"ok","f":"write","value":${written}}`,
    '{"process":1,"type":"invoke","f":"read","value":null}',
    `{"process":1,"type":"ok","f":"read","value":${read}}`,
  ].join('\n');

const edn = (written: string, read: string): string =>
  [
    `{:process 0, :type :invoke, :f :write, :value ${written}}`,
    `{:process 0, :type :ok, :f :write, :value ${written}}`,
    '{:process 1, :type :invoke, :f :read, :value nil}',
    `{:process 1, :type :ok, :f :read, :value ${read}}`,
  ].join('\n');

const porcupine = (written: string, read: string): string =>
  edn(written, read)
    .replaceAll(':f :write', ':f :put, :key "x"')
    .replaceAll(':f :read', ':f :get, :key "x"');

const consoleLog = (written: string, read: string): string =>
  [
    `INFO  jepsen.util - 0\t:invoke\t:write\t${written}`,
    `INFO  jepsen.util - 0\t:ok\t:write\t${written}`,
    'INFO  jepsen.util - 1\t:invoke\t:read\tnil',
    `INFO  jepsen.util - 1\t:ok\t:read\t${read}`,
  ].join('\n');

/** A log into which one value was sent, and from which another was polled. */
const kafka = (written: string, read: string): string =>
  [
    `{"process":0,"type":"invoke","f":"send","value":[["send","a",${written}]]}`,
    `{"process":0,"type":"ok","f":"send","value":[["send","a",[0,${written}]]]}`,
    '{"process":1,"type":"invoke","f":"poll","value":[["poll"]]}',
    `{"process":1,"type":"ok","f":"poll","value":[["poll",{"a":[[0,${read}]]}]]}`,
  ].join('\n');

const different: readonly (readonly [string, string])[] = [
  ['9007199254740993', '9007199254740992'],
  ['-9007199254740993', '-9007199254740992'],
  ['18446744073709551615', '18446744073709551616'],
  ['1732378205123456789', '1732378205123456788'],
  ['9007199254740993', '"9007199254740993"'],
  ['1e999', '1e998'],
  ['1e999', '-1e999'],
  ['1e-400', '0'],
  ['0.1', '0.1000000000000000055'],
  ['[9007199254740993]', '[9007199254740992]'],
  ['{"a":9007199254740993}', '{"a":9007199254740992}'],
];
const same: readonly (readonly [string, string])[] = [
  ['9007199254740993', '9007199254740993'],
  ['9007199254740993', '9007199254740993.0'],
  ['1e999', '10e998'],
  ['0.1', '0.10'],
  ['0.1000000000000000055', '0.10000000000000000550'],
  ['1e2', '100'],
  ['-0', '0'],
];

describe.each([
  ['JSON Lines', json],
  ['sends and polls on a log', kafka],
])('%s', (_, history) => {
  test.each(different)('%s is not %s', async (written, read) => {
    expect(await verdict(history(written, read))).toBe('invalid');
  });

  test.each(same)('%s is %s', async (written, read) => {
    expect(await verdict(history(written, read))).toBe('valid');
  });
});

const ednDifferent: readonly (readonly [string, string])[] = [
  ...different.filter(([written]) => !/[[{]/.test(written)),
  ['9007199254740993N', '9007199254740992'],
  ['0.1', '0.1000000000000000055M'],
  ['1/3', '0.3333333333333333'],
  ['1/3', '2/3'],
  ['1/3', '"1/3"'],
  ['0x20000000000001', '0x20000000000000'],
  ['"foo"', 'foo'],
  ['"foo"', ':foo'],
  ['foo', ':foo'],
  ['":foo"', ':foo'],
  ['"a"', '\\a'],
  ['{:a 1}', '{":a" 1}'],
  ['{1 :a}', '{"1" :a}'],
  ['{foo 1}', '{"foo" 1}'],
  ['{9007199254740993 1}', '{9007199254740992 1}'],
];
const ednSame: readonly (readonly [string, string])[] = [
  ...same,
  ['9007199254740993N', '9007199254740993'],
  ['5N', '5'],
  ['1.50M', '1.5'],
  ['1/2', '0.5'],
  ['2/6', '1/3'],
  ['-1/8', '-0.125'],
  ['0x1F', '31'],
  ['foo', 'foo'],
  [':foo', ':foo'],
  ['"foo"', '"foo"'],
  ['{1 :a, :b "c"}', '{:b "c" 1 :a}'],
];

describe.each([
  ['EDN', edn],
  ['Porcupine’s key-value logs', porcupine],
])('%s', (_, history) => {
  test.each(ednDifferent)('%s is not %s', async (written, read) => {
    expect(await verdict(history(written, read))).toBe('invalid');
  });

  test.each(ednSame)('%s is %s', async (written, read) => {
    expect(await verdict(history(written, read))).toBe('valid');
  });
});

describe('console logs', () => {
  test.each(ednDifferent.filter(([, read]) => !read.startsWith(':')))(
    '%s is not %s',
    async (written, read) => {
      expect(await verdict(consoleLog(written, read))).toBe('invalid');
    },
  );

  test.each(ednSame.filter(([written]) => !written.startsWith(':')))(
    '%s is %s',
    async (written, read) => {
      expect(await verdict(consoleLog(written, read))).toBe('valid');
    },
  );
});

describe('what cannot be compared', () => {
  test.each([
    ['1/0', /line 1: no number that can be compared/],
    ['##Inf', /line 1: NaN and infinities cannot be compared/],
    ['12abc', /line 1: no number that can be compared/],
    ['007', /line 1: no number that can be compared/],
    ['1e99999999999', /line 1: no number that can be compared/],
    ['1'.repeat(1_001), /line 1: a number of more than 1000 characters/],
  ])('in EDN is refused with its line: %.20s', async (value, message) => {
    expect(await verdict(edn(value, value))).toMatch(message);
  });

  test.each([
    ['1'.repeat(1_001), /line 1: the number 1{40} is too long to be compared/],
    ['1e99999999999', /line 1: the number 1e99999999999 is too long/],
    ['{"\\u0000number":"1"}', /line 1: the member name "\\u0000number" is Tidemark's own/],
  ])('in JSON Lines is refused with its line: %.20s', async (value, message) => {
    expect(await verdict(json(value, value))).toMatch(message);
  });

  test('a process whose number a double does not hold is refused with its line', async () => {
    const name = '9007199254740993';
    const lines = json('1', '1').replaceAll('"process":1,', `"process":${name},`);
    expect(await verdict(lines)).toMatch(
      /line 3: "process" has to be a number that a double holds/,
    );
    expect(await verdict(edn('1', '1').replaceAll(':process 1,', `:process ${name},`))).toMatch(
      /line 3: an event without a :process that is a name or a number a double holds/,
    );
    expect(await verdict(consoleLog('1', '1').replaceAll('- 1\t', `- ${name}\t`))).toMatch(
      /line 3: the number of a process that a double does not hold: 9007199254740993/,
    );
  });
});

describe('sums', () => {
  const counts = { model: 'counter' };
  const counter = (amount: string, read: string): string =>
    json(amount, read).replaceAll('"write"', '"add"');

  test.each([
    ['9007199254740993', '9007199254740992', 'invalid'],
    ['9007199254740993', '9007199254740993', 'valid'],
    ['0.1', '0.1', 'valid'],
    ['1e999', '1', 'line 1: add needs an amount, a number that can be added exactly'],
    ['"one"', '1', 'line 1: add needs an amount, a number that can be added exactly'],
    ['[5]', '5', 'line 1: add needs an amount, a number that can be added exactly'],
  ])('of %s, read as %s: %s', async (amount, read, expected) => {
    expect(await verdict(counter(amount, read), counts)).toBe(expected);
  });

  test('do not round on the way', async () => {
    const adds = ['9007199254740992', '1', '0.1', '0.2'].flatMap((amount) => [
      `{"process":0,"type":"invoke","f":"add","value":${amount}}`,
      `{"process":0,"type":"ok","f":"add","value":${amount}}`,
    ]);
    const read = (value: string): string =>
      [
        ...adds,
        '{"process":0,"type":"invoke","f":"read"}',
        `{"process":0,"type":"ok","f":"read","value":${value}}`,
      ].join('\n');
    expect(await verdict(read('9007199254740993.3'), counts)).toBe('valid');
    expect(await verdict(read('9007199254740993.30000000000000004'), counts)).toBe('invalid');
    expect(await verdict(read('9007199254740992'), counts)).toBe('invalid');
  });
});

describe('offsets', () => {
  test('of a log that a double does not hold are refused with their line', async () => {
    const refused =
      /line 1: send is no send or poll with offsets that a double holds.*9007199254740993/;
    expect(await verdict(kafka('1', '1').replace('[0,1]', '[9007199254740993,1]'))).toMatch(
      refused,
    );
    expect(await verdict(kafka('1', '1').replace('[[0,1]]', '[[9007199254740993,1]]'))).toMatch(
      /line 3: poll is no send or poll with offsets that a double holds/,
    );
  });

  test('of an append log are numbers', async () => {
    const lines = json('1', '1')
      .replaceAll('"write"', '"append"')
      .replace('"value":null', '"value":9007199254740993');
    expect(await verdict(lines, { model: 'append-log' })).toBe(
      'line 3: read needs an offset, a number',
    );
  });

  test('of keys that look alike in EDN belong to their own keys', async () => {
    const log = (key: string): string =>
      [
        `{:process 0, :type :invoke, :f :send, :value [[:send ${key} 7]]}`,
        `{:process 0, :type :ok, :f :send, :value [[:send ${key} [0 7]]]}`,
        '{:process 1, :type :invoke, :f :poll, :value [[:poll]]}',
        `{:process 1, :type :ok, :f :poll, :value [[:poll {${key} [[0 7]]}]]}`,
      ].join('\n');
    for (const key of ['5', '"5"', '"k"', ':k', 'k', '":k"', '9007199254740993', 'true']) {
      expect({ key, verdict: await verdict(log(key)) }).toEqual({ key, verdict: 'valid' });
    }
  });
});

describe('models of a user’s own', () => {
  test('are spared numbers that JavaScript would round', async () => {
    const model = fileOf(
      'last.mjs',
      `export const model = { name: 'last', functions: ['write', 'read'], initial: null,
        step: (state, { f, input, output }) => f === 'write' ? input : state === output ? state : undefined };`,
    );
    expect(await verdict(json('1', '1'), { model })).toBe('valid');
    expect(await verdict(json('[9007199254740993]', '1'), { model })).toMatch(
      /line 1: a number that a double rounds, of which last knows nothing: record it as a text/,
    );
  });
});

describe('exact values', () => {
  test('are told as they were written', async () => {
    const path = fileOf('told.edn', edn('9007199254740993', '9007199254740992'));
    expect(await told(path)).toContain('write 9007199254740993');
    expect(await told(fileOf('symbol.edn', edn('"foo"', 'foo')))).toContain('read → foo');
    expect(await told(fileOf('text.edn', edn('":foo"', ':foo')))).toContain('write ":foo"');
    const log = await told(fileOf('log.jsonl', kafka('9007199254740993', '9007199254740992')));
    expect(log).toContain('9007199254740993 and 9007199254740992');
  });

  test.each(['binary', 'jsonl'] as const)('survive a conversion to %s and back', async (to) => {
    const pairs = [...ednDifferent, ...ednSame];
    const verdicts: string[] = [];
    for (const [written, read] of pairs) {
      const from = fileOf('from.edn', edn(written, read));
      const there = join(folder, `there.${to}`);
      const back = join(folder, 'back.jsonl');
      await convertHistory(from, there, { to });
      await convertHistory(there, back, { to: 'jsonl' });
      const { report } = await checkOperationFiles([there, back], { verify: true });
      verdicts.push(report.files.map((file) => file.verdict).join());
    }
    expect(verdicts).toEqual(
      pairs.map((_, i) => (i < ednDifferent.length ? 'invalid,invalid' : 'valid,valid')),
    );
  });

  test('are numerals in JSON', async () => {
    const from = fileOf('numerals.edn', edn('9007199254740993N', '1e999'));
    const to = join(folder, 'numerals.jsonl');
    await convertHistory(from, to);
    const text = readFileSync(to, 'utf8');
    expect(text).toContain('"value":9007199254740993}');
    expect(text).toContain('"value":1e999}');
  });
});

describe('a binary history', () => {
  /** The bytes of a converted history with its tables edited, and the checksum made right. */
  async function edited(change: (tables: string) => string): Promise<string> {
    const from = fileOf('plain.jsonl', json('"aaaaaaaaaaaaaaaaaaa"', '"bbbbbbbbbbbbbbbbbbb"'));
    const to = join(folder, 'plain.bin');
    await convertHistory(from, to, { to: 'binary' });
    const bytes = readFileSync(to);
    const length = bytes.readUInt32LE(20);
    const tables = bytes.subarray(24, 24 + length);
    const text = change(tables.toString('utf8').trimEnd()).padEnd(length, ' ');
    tables.write(text);
    bytes.writeUInt32LE(crc32(bytes.subarray(16)), 12);
    return told(fileOf('edited.bin', bytes));
  }

  test('keeps numbers that others wrote into its tables', async () => {
    const numbers = await edited((tables) =>
      tables
        .replace('"aaaaaaaaaaaaaaaaaaa"', '9007199254740993')
        .replace('"bbbbbbbbbbbbbbbbbbb"', '9007199254740992'),
    );
    expect(numbers).toMatch(/^invalid/);
    expect(numbers).toContain('write 9007199254740993');
  });

  test('is refused where one value has two numbers', async () => {
    expect(
      await edited((tables) => tables.replace('bbbbbbbbbbbbbbbbbbb', 'aaaaaaaaaaaaaaaaaaa')),
    ).toMatch(/value \d+ stood in the table before/);
    expect(await edited((tables) => tables.replace('"bbbbbbbbbbbbbbbbbbb"', '1'))).toMatch(
      /value \d+ stood in the table before/,
    );
  });
});
