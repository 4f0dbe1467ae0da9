/**
 * Stream histories on disk: both forms hold the same, in whatever pieces they arrive; a damaged
 * file is refused whole, with the place.
 */
import { describe, expect, test } from 'vitest';
import type { StreamSink } from '../../../harness/stream-history/binary-format.ts';
import { BinaryStreamReader } from '../../../harness/stream-history/binary-reader.ts';
import { encodeEvent, encodeHeader } from '../../../harness/stream-history/binary-writer.ts';
import {
  eventLine,
  headerLine,
  JsonLinesStreamReader,
} from '../../../harness/stream-history/json-lines.ts';
import { InputFileError } from '../../../harness/operation-files/input-file.ts';
import { RandomStream } from '../../../src/base/random.ts';
import type { StreamEvent } from '../../../src/model/stream-history.ts';
import { StreamChecker } from '../../../src/stream-checker/stream-checker.ts';
import { type SmallRun, smallRun, verdictOf } from '../../src/stream-checker/small-run.ts';
import {
  attempt,
  completed,
  count,
  end,
  job,
  log,
  tinyHeader,
  tinyRun,
  transaction,
  values,
} from '../../src/stream-checker/tiny-run.ts';

const scale = Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1);

const forms = {
  binary: {
    write: ({ header, events }: SmallRun): Uint8Array =>
      Buffer.concat([encodeHeader(header), ...events.map((event, i) => encodeEvent(event, i))]),
    Reader: BinaryStreamReader,
  },
  'JSON Lines': {
    write: ({ header, events }: SmallRun): Uint8Array =>
      Buffer.from(headerLine(header) + events.map((event) => eventLine(event)).join('')),
    Reader: JsonLinesStreamReader,
  },
} as const;
type Form = keyof typeof forms;
const formNames = Object.keys(forms) as Form[];

/** Columns are valid during the call only. */
const copied = (event: StreamEvent): StreamEvent => structuredClone(event);

function readBack(form: Form, bytes: Uint8Array, pieces: (left: number) => number): SmallRun {
  const events: StreamEvent[] = [];
  let header: SmallRun['header'] | null = null;
  const sink: StreamSink = {
    header: (value) => {
      header = value;
    },
    event: (event) => events.push(copied(event)),
  };
  const reader = new forms[form].Reader('a file', sink);
  for (let at = 0; at < bytes.length;) {
    const length = Math.max(1, pieces(bytes.length - at));
    reader.push(bytes.slice(at, at + length));
    at += length;
  }
  reader.end();
  return { header: header as unknown as SmallRun['header'], events };
}

/** A verdict, or `refused: …`. Anything else is a defect. */
function outcomeOf(form: Form, bytes: Uint8Array): string {
  let checker: StreamChecker | null = null;
  const reader = new forms[form].Reader('a file', {
    header: (header) => {
      checker = new StreamChecker(header);
    },
    event: (event) => checker?.take(event),
  });
  try {
    reader.push(bytes);
    reader.end();
  } catch (error) {
    if (error instanceof InputFileError) return `refused: ${error.message}`;
    throw error;
  }
  return (checker as unknown as StreamChecker).verdict().status;
}

describe.each(formNames)('%s', (form) => {
  const run = smallRun(3, { records: 120 });
  const bytes = forms[form].write(run);

  test('holds everything, in whatever pieces it arrives', () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = new RandomStream(seed, 'pieces');
      const most = random.pick([1, 7, 100, 100_000]);
      const back = readBack(form, bytes, () => random.between(1, most));
      expect(back).toEqual(run);
    }
    expect(outcomeOf(form, bytes)).toBe('valid');
    expect(verdictOf(readBack(form, bytes, (left) => left))).toEqual(verdictOf(run));
  });

  test('holds what not every recorder tells', () => {
    const told = tinyRun(tinyHeader({ output: 'values', everyStep: true }), [
      log([0, 0], { offset: [4, 9] }),
      log([1], { from: 20 }),
      attempt(1),
      transaction('prepared', 0, { rows: 2 }),
      completed(1, [10]),
      transaction('committed', 0),
      values([0, 1], [count(1), count(2)]),
      job('suspended'),
      end('suspended'),
    ]);
    expect(readBack(form, forms[form].write(told), (left) => left)).toEqual(told);
  });

  test('a file that was cut off is refused wherever it ends', () => {
    // Without its last line feed JSON Lines is still whole.
    const ends = bytes.length - 1;
    const read = Array.from({ length: Math.ceil(ends / 13) }, (_, i) => i * 13).filter(
      (length) => !outcomeOf(form, bytes.subarray(0, length)).startsWith('refused: a file'),
    );
    expect(read).toEqual([]);
  });

  test('bytes after the end are refused', () => {
    const longer = Buffer.concat([bytes, bytes.subarray(bytes.length - 32)]);
    expect(outcomeOf(form, longer)).toMatch(/^refused/);
  });

  test('scribbled files are refused or read, and never crash', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 400 * scale; seed++) {
      const random = new RandomStream(seed, `scribble ${form}`);
      const damaged = Uint8Array.from(bytes);
      for (let i = random.between(1, 3); i > 0; i--) {
        damaged[random.below(damaged.length)] = random.below(256);
      }
      const at = random.below(damaged.length);
      const shorter = random.chance(0.3)
        ? Buffer.concat([damaged.subarray(0, at), damaged.subarray(at + random.between(1, 64))])
        : damaged;
      const outcome = outcomeOf(form, shorter).replace(/:.*/s, '');
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    }
    expect(counts.get('refused')).toBeGreaterThan(100 * scale);
  });
});

describe('the binary form', () => {
  const run = smallRun(5, { records: 60 });
  const bytes = forms.binary.write(run);

  test('every damaged byte is noticed, and the place is said', () => {
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Uint8Array.from(bytes);
      damaged[at] = (damaged[at] as number) ^ 0x10;
      const outcome = outcomeOf('binary', damaged);
      const place = Number(/byte (\d+):/.exec(outcome)?.[1]);
      expect(outcome, `byte ${at}`).toMatch(/^refused/);
      expect(place, `byte ${at}`).toBeLessThanOrEqual(at);
    }
  });

  test('blocks that are missing, doubled or in another order are noticed', () => {
    const blocks = run.events.map((event, i) => encodeEvent(event, i));
    const head = encodeHeader(run.header);
    for (let i = 0; i < blocks.length; i++) {
      const without = Buffer.concat([head, ...blocks.toSpliced(i, 1)]);
      const twice = Buffer.concat([head, ...blocks.toSpliced(i, 0, blocks[i] as Uint8Array)]);
      expect(outcomeOf('binary', without)).toMatch(/^refused/);
      expect(outcomeOf('binary', twice)).toMatch(/^refused/);
    }
  });

  test('a checksum that is right does not make up for what cannot be', () => {
    const impossible: StreamEvent[] = [
      { kind: 'attempt', t: Number.NaN, attempt: 1, restored: null },
      { kind: 'attempt', t: 1, attempt: -5, restored: null },
      { kind: 'log', split: 99, from: 0, key: new Int32Array(1), fingerprint: new Uint32Array(1) },
      { kind: 'log', split: 0, from: -1, key: new Int32Array(1), fingerprint: new Uint32Array(1) },
      {
        kind: 'log',
        split: 0,
        from: 0,
        key: Int32Array.of(-1),
        fingerprint: new Uint32Array(1),
      },
      { kind: 'checkpoint', t: 1, checkpoint: 1, attempt: 1, offsets: new Int32Array(2) },
      { kind: 'checkpoint', t: 1, checkpoint: 1, attempt: 1, offsets: Int32Array.of(1, -2, 3) },
    ];
    for (const event of impossible) {
      const file = Buffer.concat([encodeHeader(run.header), encodeEvent(event, 0)]);
      expect(outcomeOf('binary', file)).toMatch(/^refused: a file: byte \d+:/);
    }
  });
});

test('lines of before are read: no offsets of records, no word on the steps of values', () => {
  const lines = forms['JSON Lines'].write(smallRun(1, { records: 30 })).toString();
  expect(lines).not.toMatch(/everyStep|"kind":"log"[^\n]*"offset"/);
  expect(outcomeOf('JSON Lines', Buffer.from(lines))).toBe('valid');
  const wrong = lines.replace('"aligned":', '"everyStep":1,"aligned":');
  expect(outcomeOf('JSON Lines', Buffer.from(wrong))).toMatch(/^refused: .*header\.everyStep/s);
});

test('a number that a double rounds is refused with its line', () => {
  const lines = forms['JSON Lines'].write(smallRun(1, { records: 30 })).toString();
  const at = lines.split('\n').findIndex((line) => line.startsWith('{"kind":"attempt"'));
  for (const t of ['0.1000000000000000055', '1e-400', '1e999']) {
    const text = lines.replace(/("kind":"attempt","t":)[^,]+/, `$1${t}`);
    expect(outcomeOf('JSON Lines', Buffer.from(text))).toBe(
      `refused: a file:${at + 1}: the number ${t} is one that a double rounds`,
    );
  }
});

test('a line that is no event is refused with its number', () => {
  const [first, ...rest] = smallRun(1, { records: 30 }).events.map((event) => eventLine(event));
  const head = headerLine(smallRun(1).header);
  const bad = ['{"kind":"rows"}', '{"kind":"sorry"}', 'null', '[]', '{"kind":"end","t":1}', '{'];
  for (const line of bad) {
    const text = `${head}${first}${line}\n${rest.join('')}`;
    expect(outcomeOf('JSON Lines', Buffer.from(text))).toMatch(/^refused: a file:3: /);
  }
});
