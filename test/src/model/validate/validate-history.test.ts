/** Reading histories back: whole ones, cut-off ones, and what is no history at all. */
import { describe, expect, test } from 'vitest';

import type { HistoryEvent } from '../../../../src/model/history.ts';
import { InputError } from '../../../../src/model/input-error.ts';
import { defaultOptions } from '../../../../src/model/options.ts';
import { validateHistory } from '../../../../src/model/validate/validate-history.ts';

const header: HistoryEvent = {
  kind: 'header',
  version: 1,
  subject: 'simulator',
  clock: 'virtual',
  scenario: 'example',
  seed: 1,
  caseDigest: '0123456789abcdef',
  options: defaultOptions,
};
const site = { attempt: 1, subtask: 0 };
const whole: readonly HistoryEvent[] = [
  header,
  { kind: 'node', t: 0, node: 'jm', event: 'started', incarnation: 1 },
  { kind: 'attempt', t: 1, attempt: 1, leader: 1, restored: null, cause: 'start' },
  { kind: 'task', t: 2, ...site, vertex: 'in', node: 'tm0', event: 'running' },
  { kind: 'fault', t: 2.5, fault: 0, event: 'effect', detail: '' },
  {
    kind: 'checkpoint',
    t: 3,
    checkpoint: 1,
    attempt: 1,
    event: 'completed',
    offsets: { s0: 4 },
    reason: null,
  },
  {
    kind: 'point',
    t: 3,
    point: 'ack',
    phase: 'before',
    node: 'tm0',
    attempt: 1,
    checkpoint: 1,
    operator: 'in',
    subtask: 0,
  },
  { kind: 'restore', t: 4, ...site, checkpoint: 1, operator: 'in', offsets: { s0: 4 } },
  { kind: 'watermark', t: 5, ...site, operator: 'in', watermark: -3 },
  {
    kind: 'transaction',
    t: 6,
    ...site,
    sink: 'out',
    checkpoint: 2,
    transaction: 'x',
    event: 'prepared',
  },
  {
    kind: 'written',
    t: 6,
    ...site,
    sink: 'out',
    transaction: 'x',
    rows: [{ key: 'a', ts: -1, value: { n: 1 } }],
  },
  {
    kind: 'visible',
    t: 7,
    ...site,
    sink: 'out',
    transaction: null,
    checkpoint: null,
    rows: [{ key: '', ts: 1, value: null }],
  },
  { kind: 'limit', t: 8, limit: 'messagesMax', value: 10 },
  { kind: 'job', t: 8.5, event: 'finished', reason: '' },
  { kind: 'end', t: 9, outcome: 'finished', reason: '', healedAt: 0, messages: 12 },
];

const textOf = (events: readonly unknown[]): string =>
  events.map((event) => `${JSON.stringify(event)}\n`).join('');

/** The refusal of a text; the test fails when it is accepted. */
function refusalOf(text: string): string {
  try {
    validateHistory(text);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  throw new Error('the text was accepted');
}

/** The whole history with the members of event `index` changed. */
function changed(index: number, members: object): string {
  return textOf(whole.map((event, i) => (i === index ? { ...event, ...members } : event)));
}

describe('histories that are read', () => {
  test('a whole one, with or without its last line feed', () => {
    expect(validateHistory(textOf(whole))).toEqual({ history: whole, truncated: null });
    expect(validateHistory(textOf(whole).trimEnd())).toEqual({ history: whole, truncated: null });
  });

  test('one without its end is marked', () => {
    const { history, truncated } = validateHistory(textOf(whole.slice(0, 5)));
    expect(history).toEqual(whole.slice(0, 5));
    expect(truncated).toBe('no end event after line 5: the recording was interrupted');
  });

  test('one that stops inside a line loses that line only, and is marked', () => {
    const { history, truncated } = validateHistory(textOf(whole).slice(0, -20));
    expect(history).toEqual(whole.slice(0, -1));
    expect(truncated).toBe(`line ${whole.length} is cut off: the recording was interrupted`);
  });
});

describe('texts that are refused', () => {
  test('an empty one', () => {
    expect(refusalOf('')).toMatch(/found "an empty text".*did the run start\?/);
  });

  test.each(['\n', 'hello\nworld\n', '{"type":"invoke"}\n', '{"kind":"header"'])(
    'a foreign one: %j',
    (text) => {
      expect(refusalOf(text)).toMatch(/line 1: found .*Tidemark run\?/);
    },
  );

  test('one of another version', () => {
    expect(refusalOf(changed(0, { version: 2 }))).toMatch(/line 1\.version: found 2, expected 1/);
  });

  test('a damaged line in the middle', () => {
    const lines = textOf(whole).split('\n');
    lines[3] = (lines[3] ?? '').slice(0, 10);
    expect(refusalOf(lines.join('\n'))).toMatch(/line 4: found .*, expected one event in JSON/);
  });

  test('an unknown event', () => {
    expect(refusalOf(changed(5, { kind: 'chekpoint' }))).toMatch(
      /line 6\.kind: .*mean "checkpoint"/,
    );
  });

  test('a member that is missing, wrong or unknown', () => {
    expect(refusalOf(changed(1, { node: undefined }))).toMatch(/line 2\.node: found nothing/);
    expect(refusalOf(changed(5, { offsets: { s0: 0.5 } }))).toMatch(
      /line 6\.offsets\.s0: found 0\.5/,
    );
    expect(refusalOf(changed(5, { offset: {} }))).toMatch(/line 6\.offset: .*mean "offsets"/);
  });

  test('two histories in one text', () => {
    expect(refusalOf(textOf([...whole, ...whole]))).toMatch(/line 16: .*several histories/);
  });

  test('events after the end', () => {
    const late = { kind: 'limit', t: 10, limit: 'x', value: 1 };
    expect(refusalOf(textOf([...whole, late]))).toMatch(/line 16: found "limit", expected nothing/);
  });
});

describe('numbers', () => {
  const withValue = (value: string): string =>
    changed(11, { rows: [{ key: '', ts: 1, value: 'here' }] }).replace('"here"', value);

  test.each(['9007199254740993', '1e999', '-1e999', '0.1000000000000000055', '[{"a":1e-400}]'])(
    '%s is refused with its line: a double rounds it',
    (value) => {
      expect(refusalOf(withValue(value))).toMatch(
        /line 12: found .*, which a double rounds; write/,
      );
    },
  );

  test.each(['9007199254740992', '1e300', '0.1', '5e-324', '"9007199254740993"'])(
    '%s is read as it is',
    (value) => {
      const read = validateHistory(withValue(value)).history[11];
      expect(read).toMatchObject({ rows: [{ value: JSON.parse(value) as unknown }] });
    },
  );

  test('that are none where events are put in order are refused with their line', () => {
    expect(refusalOf(changed(4, { t: { toString: 1 } }))).toMatch(/line 5\.t: found an object/);
  });
});

describe('the depth of a value', () => {
  const nested = (levels: number): string =>
    changed(11, { rows: [{ key: '', ts: 1, value: 'here' }] }).replace(
      '"here"',
      '['.repeat(levels) + ']'.repeat(levels),
    );

  test('is bounded, so that whoever walks it comes back', () => {
    expect(validateHistory(nested(500)).history).toHaveLength(whole.length);
    expect(refusalOf(nested(501))).toMatch(/line 12.*at most 500 \(limit historyValueDepthMax\)/);
    expect(refusalOf(nested(100_000))).toMatch(/line 12.*at most 500/);
  });
});

test('events that became known late are put in order of time', () => {
  const text = textOf(withEarlyEvent());
  const times = validateHistory(text).history.map((event) => ('t' in event ? event.t : 0));
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});

/** The whole history, event 8 of which happened before all others. */
function withEarlyEvent(): object[] {
  return whole.map((event, index) => (index === 8 ? { ...event, t: 0 } : event));
}
