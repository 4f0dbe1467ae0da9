import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  checkOperationFiles,
  convertHistory,
  type OperationFlags,
  renderOperationReport,
} from '../../../harness/operation-files/index.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-operations-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(name: string, text: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function check(text: string, flags: Partial<OperationFlags> = {}): Promise<string> {
  const { report, exitCode } = await checkOperationFiles([fileOf('history', text)], flags);
  const first = report.files[0];
  if (first === undefined) return `${exitCode} ${report.errors[0]?.error}`;
  return `${exitCode} ${first.verdict} ${first.model} ${first.operations}/${first.indefinite}`;
}

const staleLines = [
  '{"process":0,"type":"invoke","f":"write","value":1}',
  '{"process":0,"type":"ok","f":"write","value":1}',
  '{ "type" : "invoke" , "process" : "b", "f" : "read", "value" : null, "time": 12.5 }',
  '{"process":"b","type":"ok","f":"read","value":2,"extra":{"a":["}"]}}',
];

describe('JSON Lines', () => {
  test('members in any order, unknown ones, space, names of processes', async () => {
    expect(await check(staleLines.join('\n'))).toBe('1 invalid register 2/0');
    expect(await check(`${staleLines.slice(0, 3).join('\r\n')}\n\n`)).toBe('0 valid register 2/1');
  });

  test("Jepsen's history.jsonl: keywords, nemesis, errors", async () => {
    const lines = [
      '{"index":0,"process":"nemesis","type":"info","f":"kill","value":{"n1":"killed"}}',
      '{"index":1,"process":0,"type":"invoke","f":"cas","value":[1,2]}',
      '{"index":2,"process":0,"type":"fail","f":"cas","value":[1,2],"error":"timeout"}',
      '{"index":3,"process":1,"type":"invoke","f":"write","value":3}',
      '{"index":4,"process":1,"type":"info","f":"write","value":3,"error":["timeout"]}',
    ];
    expect(await check(lines.join('\n'), { failedCas: 'observed' })).toBe(
      '0 valid cas-register 2/1',
    );
  });

  test.each([
    [
      'a call while one is open',
      [...staleLines.slice(0, 1), staleLines[0]],
      ':2: process 0 calls write',
    ],
    ['a completion nobody called', staleLines.slice(1, 2), ':1: process 0 completes'],
    [
      'another function completed',
      [staleLines[0], staleLines[1]?.replace('write', 'read')],
      ':2: ',
    ],
    ['a bad type', [staleLines[0]?.replace('invoke', 'begin')], ':1: "type" has to be'],
    ['no process', ['{"type":"invoke","f":"read"}'], ':1: an event without "process"'],
    ['a line cut off', [staleLines[0], '{"process":0,"type":"o'], ':2: '],
    ['text behind the event', [`${staleLines[0]} x`], ':1: one event a line'],
    ['an unknown function', ['{"process":0,"type":"invoke","f":"fly"}'], 'do not tell which model'],
  ])('refused with its line: %s', async (_, lines, message) => {
    const told = await check(lines.join('\n'));
    expect(told).toMatch(/^64 /);
    expect(told).toContain(message);
  });
});

describe('Jepsen console logs', () => {
  const log = [
    'INFO  jepsen.core - Everything set up!',
    'INFO  jepsen.util - 0\t:invoke\t:write\t3',
    'INFO  jepsen.util - 0\t:ok\t:write\t3',
    'INFO  jepsen.util - 1   :invoke :read   nil',
    'INFO  jepsen.util - 1   :fail   :read   :timed-out',
    'INFO  jepsen.util - :nemesis :info :start nil',
    'INFO  jepsen.util - 2 :invoke :write 4',
    'INFO  jepsen.util - 2 :info :write :timed-out',
    'INFO  jepsen.util - 7 :invoke :cas [3 5]',
    'INFO  jepsen.util - 7 :fail :cas [3 5]',
    '2024-01-01 12:00:00,000{GMT} INFO [jepsen worker 8] jepsen.util: 8 :invoke :read nil',
    '2024-01-01 12:00:00,001{GMT} INFO [jepsen worker 8] jepsen.util: 8 :ok :read 3',
  ];

  test('tabs or spaces, other lines between, reasons instead of values', async () => {
    expect(await check(log.join('\n'))).toBe('0 valid cas-register 5/1');
  });

  test('a failed compare-and-set can be taken at its word', async () => {
    const early = [...log.slice(0, 6), ...log.slice(8)].join('\n');
    expect(await check(early)).toBe('0 valid cas-register 4/0');
    expect(await check(early, { failedCas: 'observed' })).toBe('1 invalid cas-register 4/0');
  });
});

describe('EDN', () => {
  const events = [
    '{:type :invoke, :f :write, :value 1, :process 0, :time 10}',
    '{:type :ok, :f :write, :value 1, :process 0, :time 20}',
    '#jepsen.history.Op{:index 2, :time 30, :type :invoke, :process 1, :f :read, :value nil}',
    '#jepsen.history.Op{:index 3, :time 40, :type :ok, :process 1, :f :read, :value 1} ; done',
    '{:type :info, :f :start, :process :nemesis, :value #{:n1 "n2"}}',
  ];

  test('maps one after another, records, or one vector', async () => {
    expect(await check(events.join('\n'))).toBe('0 valid register 2/0');
    expect(await check(`[${events.join('\n')}\n]`)).toBe('0 valid register 2/0');
  });

  test("Jepsen's independent keys are told apart by --partition-by tuple", async () => {
    const text = [
      '{:type :invoke, :f :write, :value [:x 1], :process 0}',
      '{:type :ok, :f :write, :value [:x 1], :process 0}',
      '{:type :invoke, :f :read, :value [:y nil], :process 0}',
      '{:type :ok, :f :read, :value [:y nil], :process 0}',
    ].join('\n');
    expect(await check(text, { partitionBy: 'tuple' })).toBe('0 valid register 2/0');
    expect(await check(text)).toBe('1 invalid register 2/0');
  });

  test('refused with its line: a map that does not end', async () => {
    expect(await check(`${events[0]}\n{:type :ok, :f`)).toContain(':2: ');
  });

  test.each([
    ['porcupine-c01-ok.txt', 'valid'],
    ['porcupine-c01-bad.txt', 'invalid'],
    ['porcupine-c10-bad.txt', 'invalid'],
  ])('%s is %s, and its certificates hold', async (name, verdict) => {
    const path = fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
    for (const format of ['auto', 'porcupine-kv'] as const) {
      const { report } = await checkOperationFiles([path], { verify: true, format });
      expect(report.files[0]?.verdict).toBe(verdict);
      const held = report.files[0]?.certificate.map((c) => c.verification) ?? [];
      expect(new Set(held)).toEqual(new Set(['verified']));
    }
  });
});

describe('Kafka histories', () => {
  const sent = [
    '{:process 0, :type :invoke, :f :send, :value [[:send 5 12]]}',
    '{:process 0, :type :ok, :f :send, :value [[:send 5 [0 12]]]}',
    '{:process 0, :type :invoke, :f :send, :value [[:send 5 13]]}',
    '{:process 0, :type :ok, :f :send, :value [[:send 5 [1 13]]]}',
    '{:process 1, :type :invoke, :f :assign, :value [5]}',
    '{:process 1, :type :ok, :f :assign, :value [5]}',
    '{:process 1, :type :invoke, :f :poll, :value [[:poll]]}',
  ];
  const polled = (pairs: string): string =>
    [...sent, `{:process 1, :type :ok, :f :poll, :value [[:poll {5 [${pairs}]}]]}`].join('\n');

  test('recognized by their functions', async () => {
    expect(await check(polled('[0 12] [1 13]'))).toBe('0 valid kafka-log 4/0');
    expect(await check(polled('[1 13]'))).toBe('1 invalid kafka-log 4/0');
  });

  test('the anomaly is named with the lines of the file', async () => {
    const { report } = await checkOperationFiles([fileOf('lost', polled('[1 13]'))]);
    expect(report.files[0]?.anomalies[0]).toMatchObject({
      name: 'lost-write',
      key: '5',
      lines: [1],
    });
  });
});

describe("what else stands in Jepsen's Kafka histories", () => {
  const jumps = '{:process 1, :type :ok, :f :txn, :value [[:poll {5 [[0 12] [2 14]]}]]LOG}';
  const history = (completion: string): string =>
    [
      ...[12, 13, 14].flatMap((value, offset) => [
        `{:process 0, :type :invoke, :f :send, :value [[:send 5 ${value}]]}`,
        `{:process 0, :type :ok, :f :send, :value [[:send 5 [${offset} ${value}]]]}`,
      ]),
      '{:process 1, :type :invoke, :f :txn, :value [[:poll]]}',
      completion,
      '{:process 2, :type :invoke, :f :poll, :value [[:poll]]}',
      '{:process 2, :type :ok, :f :poll, :value [[:poll {5 [[0 12] [1 13] [2 14]]}]]}',
    ].join('\n');

  test('a rebalance excuses the keys it names, in EDN and in JSON Lines', async () => {
    const log = (key: number): string => `, :rebalance-log [{:type :revoked, :keys [${key}]}]`;
    const text = (key: number): string => history(jumps.replace('LOG', log(key)));
    expect(await check(history(jumps.replace('LOG', '')))).toBe('1 invalid kafka-log 5/0');
    expect(await check(text(5))).toBe('0 valid kafka-log 5/0');
    expect(await check(text(6))).toBe('1 invalid kafka-log 5/0');
    const lines = join(folder, 'rebalanced.jsonl');
    await convertHistory(fileOf('rebalanced', text(5)), lines);
    expect(await check(readFileSync(lines, 'utf8'))).toBe('0 valid kafka-log 5/0');
    const event = (type: string, value: string, more = ''): string =>
      `{"process":1,"type":"${type}","f":"poll","value":${value}${more}}`;
    const jsonl = (keys: string): string =>
      [
        ...[12, 13, 14].flatMap((value) => [
          `{"process":0,"type":"invoke","f":"send","value":[["send",5,${value}]]}`,
          `{"process":0,"type":"ok","f":"send","value":[["send",5,[${value - 12},${value}]]]}`,
        ]),
        event('invoke', '[["poll"]]'),
        event('ok', '[["poll",{"5":[[0,12],[2,14]]}]]', `,"rebalance-log":[{"keys":${keys}}]`),
        event('invoke', '[["poll"]]').replace('1', '2'),
        event('ok', '[["poll",{"5":[[0,12],[1,13],[2,14]]}]]').replace('1', '2'),
      ].join('\n');
    expect(await check(jsonl('[5]'))).toBe('0 valid kafka-log 5/0');
    expect(await check(jsonl('[6]'))).toBe('1 invalid kafka-log 5/0');
  });

  test('write-write dependencies are followed when asked for', async () => {
    const lines = [
      '{:process 0, :type :invoke, :f :txn, :value [[:poll]]}',
      '{:process 0, :type :ok, :f :txn, :value [[:poll {5 [[0 12]]}]]}',
      '{:process 1, :type :invoke, :f :txn, :value [[:send 5 12]]}',
      '{:process 1, :type :ok, :f :txn, :value [[:send 5 [0 12]]]}',
    ].join('\n');
    expect(await check(lines, { format: 'kafka' })).toBe('1 invalid kafka-log 2/0');
    // There circles of reads are allowed: nothing isolates writes.
    expect(await check(lines, { format: 'kafka', wwDeps: true })).toBe('0 valid kafka-log 2/0');
  });

  test('a failure with a reason, and a client that is taken down', async () => {
    const failed = [
      '{:process 1, :type :fail, :f :txn, :value [[:send 5 15]], :error [:fenced "by another"]}',
      '{:process 1, :type :invoke, :f :crash, :value nil}',
      '{:process 1, :type :info, :f :crash, :value nil}',
    ];
    expect(await check(history(failed.join('\n')))).toBe('0 valid kafka-log 5/0');
    const odd = history(failed.join('\n')).replaceAll(':f :crash', ':f :seek');
    expect(await check(odd)).toContain('seek is no send or poll');
  });
});

describe('the binary format', () => {
  test('a converted history gives the same report, and converts back', async () => {
    const text = readFileSync(new URL('fixtures/porcupine-c10-bad.txt', import.meta.url));
    const original = fileOf('c10', text);
    const [binary, lines] = [join(folder, 'c10.bin'), join(folder, 'c10.jsonl')];
    expect(await convertHistory(original, binary)).toBe(405);
    expect(await convertHistory(binary, lines)).toBe(405);
    const { report } = await checkOperationFiles([original, binary, lines]);
    const facts = report.files.map(({ verdict, operations, steps }) => ({
      verdict,
      operations,
      steps,
    }));
    expect(new Set(facts.map((fact) => JSON.stringify(fact))).size).toBe(1);
  });

  test('a damaged byte anywhere is noticed', async () => {
    const binary = join(folder, 'small.bin');
    await convertHistory(fileOf('small', staleLines.join('\n')), binary);
    const bytes = readFileSync(binary);
    for (let i = 0; i < bytes.length; i++) {
      const damaged = Uint8Array.from(bytes);
      damaged[i] = (damaged[i] as number) ^ 1;
      const { exitCode } = await checkOperationFiles([fileOf('damaged', damaged)], {
        format: 'binary',
      });
      expect(exitCode, `byte ${i}`).toBe(64);
    }
  });
});

describe('files and flags', () => {
  test.each([
    ['an empty file', '', ':1: '],
    ['prose', 'hello\nworld\n', 'no operation history is recognized here: hello'],
    ['only log lines', 'INFO  jepsen.core - nothing here\n', 'no operation history is recognized'],
  ])('%s is an error, never valid', async (_, text, message) => {
    const told = await check(text);
    expect(told).toMatch(/^64 /);
    expect(told).toContain(message);
  });

  test('a missing file does not keep the others from being checked', async () => {
    const good = fileOf('good', staleLines.slice(0, 2).join('\n'));
    const { report, exitCode } = await checkOperationFiles([join(folder, 'absent'), good]);
    expect(report.files.map((file) => file.verdict)).toEqual(['valid']);
    expect(report.errors[0]?.error).toContain('there is no such file');
    expect(exitCode).toBe(64);
  });

  test('a violation in one file decides the exit code', async () => {
    const bad = fileOf('bad', staleLines.join('\n'));
    expect((await checkOperationFiles([join(folder, 'absent'), bad])).exitCode).toBe(1);
  });

  test('unknown models and budgets are refused with a suggestion', async () => {
    const good = staleLines.slice(0, 2).join('\n');
    expect(await check(good, { model: 'regster' })).toContain('did you mean "register"?');
    expect(await check(good, { budget: 0 })).toMatch(/^64 .*--budget/);
    expect(await check(good, { model: './absent-model.ts' })).toMatch(/^64 .*cannot be loaded/);
  });

  test('a budget that runs out is exit code 2', async () => {
    const lines = [1, 2, 3, 4].map(
      (n) => `{"process":${n},"type":"invoke","f":"add","value":${n}}`,
    );
    lines.push(
      '{"process":9,"type":"invoke","f":"read"}',
      '{"process":9,"type":"ok","f":"read","value":7}',
    );
    lines.push(...[1, 2, 3, 4].map((n) => `{"process":${n},"type":"ok","f":"add"}`));
    const text = lines.join('\n');
    expect(await check(text, { model: 'counter', budget: 3 })).toMatch(/^2 unknown/);
    expect(await check(text, { model: 'counter' })).toMatch(/^0 valid/);
  });

  test("a user's model from a module", async () => {
    const module = fileOf(
      'model.mjs',
      `export const model = { name: 'ticket', functions: ['next'], initial: 0,
        step: (state, { output, outcome }) =>
          outcome !== 'ok' || output === state + 1 ? state + 1 : undefined };`,
    );
    const next = (value: number): string[] => [
      '{"process":0,"type":"invoke","f":"next"}',
      `{"process":0,"type":"ok","f":"next","value":${value}}`,
    ];
    expect(await check([...next(1), ...next(2)].join('\n'), { model: module })).toBe(
      '0 valid ticket 2/0',
    );
    expect(await check([...next(1), ...next(1)].join('\n'), { model: module })).toBe(
      '1 invalid ticket 2/0',
    );
  });

  test('the text says what died where, and what could not come next', async () => {
    const { report } = await checkOperationFiles([fileOf('bad', staleLines.join('\n'))], {
      verify: true,
    });
    const text = renderOperationReport(report);
    expect(text).toContain('certificate verified');
    expect(text).toContain(
      'read → 2 (process b, line 3) observed a value that no operation produced',
    );
  });
});
