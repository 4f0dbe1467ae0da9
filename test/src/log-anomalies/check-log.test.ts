/** Every anomaly injected alone into a legal run is named, and nothing else is. */
import { describe, expect, test } from 'vitest';

import { checkLog } from '../../../src/log-anomalies/check-log.ts';
import type { LogOperation, LogRecord } from '../../../src/log-anomalies/operation.ts';

const send = (offset: number | null, value: number, key = 'a'): LogRecord => ({
  kind: 'send',
  key,
  offset,
  value,
});
const poll = (offset: number, value: number, key = 'a'): LogRecord => ({
  kind: 'poll',
  key,
  offset,
  value,
});

type Draft = Partial<LogOperation> & Pick<LogOperation, 'process'>;

function operations(drafts: readonly Draft[]): LogOperation[] {
  return drafts.map((draft, index) => ({
    index,
    // One after the other; what got no reply never returned.
    call: 2 * index,
    returns: draft.type === 'info' ? Number.MAX_SAFE_INTEGER : 2 * index + 1,
    type: 'ok',
    kind: 'transact',
    records: [],
    keys: [],
    rebalanced: [],
    ...draft,
  }));
}

/** Producers p and q fill offsets 0, 2, 4, 6 (markers in between); c polls everything. */
const sends: readonly Draft[] = [
  { process: 'p', records: [send(0, 10)] },
  { process: 'p', records: [send(2, 11)] },
  { process: 'q', records: [send(4, 12)] },
  { process: 'q', records: [send(6, 13)] },
];
const drain: Draft = {
  process: 'd',
  records: [poll(0, 10), poll(2, 11), poll(4, 12), poll(6, 13)],
};
const legal: readonly Draft[] = [
  ...sends,
  { process: 'c', records: [poll(0, 10), poll(2, 11)] },
  { process: 'c', records: [poll(4, 12), poll(6, 13)] },
  drain,
];

function names(drafts: readonly Draft[], wwDeps = false): string[] {
  return checkLog(operations(drafts), { wwDeps }).anomalies.map((anomaly) => anomaly.name);
}

test('a legal run is valid and shows nothing', () => {
  expect(checkLog(operations(legal))).toMatchObject({ verdict: 'valid', anomalies: [] });
});

test('a run that polled nothing shows nothing: unknown', () => {
  const verdict = checkLog(operations([{ process: 'p', type: 'info', records: [send(null, 1)] }]));
  expect(verdict.verdict).toBe('unknown');
});

describe('injected alone', () => {
  test.each<[string, readonly Draft[]]>([
    ['inconsistent-offsets', [...legal, { process: 'x', type: 'info', records: [poll(2, 99)] }]],
    ['duplicate', [...legal, { process: 'x', records: [poll(8, 13)] }]],
    [
      'G1a',
      [
        ...sends,
        { process: 'r', type: 'fail', records: [send(null, 14)] },
        { process: 'd', records: [...(drain.records ?? []), poll(8, 14)] },
      ],
    ],
    ['precommitted-read', [...legal, { process: 'x', records: [send(8, 14), poll(8, 14)] }]],
    [
      'lost-write',
      [
        ...sends,
        { process: 'd', records: [poll(0, 10), poll(2, 11), poll(6, 13)], rebalanced: ['a'] },
      ],
    ],
    ['unseen', [...legal, { process: 'r', records: [send(8, 14)] }]],
    [
      'poll-skip',
      [
        ...sends,
        { process: 'c', records: [poll(0, 10)] },
        { process: 'c', records: [poll(4, 12)] },
        drain,
      ],
    ],
    [
      'nonmonotonic-poll',
      [
        ...sends,
        { process: 'c', records: [poll(0, 10), poll(2, 11)] },
        { process: 'c', records: [poll(2, 11)] },
        drain,
      ],
    ],
    ['int-poll-skip', [...legal, { process: 'x', records: [poll(0, 10), poll(4, 12)] }]],
    ['int-nonmonotonic-poll', [...legal, { process: 'x', records: [poll(4, 12), poll(2, 11)] }]],
    [
      'nonmonotonic-send',
      [
        { process: 'p', records: [send(2, 11)] },
        { process: 'p', records: [send(0, 10)] },
        ...sends.slice(2),
        drain,
      ],
    ],
    [
      'int-send-skip',
      [
        { process: 'p', records: [send(0, 10), send(4, 12)] },
        { process: 'q', records: [send(2, 11)] },
        { process: 'q', records: [send(6, 13)] },
        drain,
      ],
    ],
    [
      'int-nonmonotonic-send',
      [{ process: 'p', records: [send(2, 11), send(0, 10)] }, ...sends.slice(2), drain],
    ],
    [
      'G1c',
      [
        { process: 'p', records: [send(0, 20, 'x'), poll(0, 21, 'y')] },
        { process: 'q', records: [send(0, 21, 'y'), poll(0, 20, 'x')] },
      ],
    ],
  ])('%s', (name, drafts) => {
    expect(names(drafts)).toEqual([name]);
  });

  test.each<[string, readonly Draft[], string]>([
    [
      'G1c-process',
      [
        { process: 'p', records: [poll(0, 20, 'x')] },
        { process: 'p', records: [send(0, 20, 'x')] },
      ],
      'T1 < T2 because T2 polled 20 of x, which T1 had sent; ' +
        'but T2 < T1 because process p did T2 before T1. T1 is operation 1, T2 is operation 0',
    ],
    [
      'G1c-realtime',
      [
        { process: 'p', records: [poll(0, 20, 'x')] },
        { process: 'q', records: [send(0, 20, 'x')] },
      ],
      'T1 < T2 because T2 polled 20 of x, which T1 had sent; ' +
        'but T2 < T1 because T2 had returned before T1 was called. T1 is operation 1, T2 is operation 0',
    ],
  ])('%s, and it says why', (name, drafts, text) => {
    const { verdict, anomalies } = checkLog(operations(drafts));
    expect(anomalies.map((anomaly) => anomaly.name)).toEqual([name]);
    expect(anomalies[0]?.findings[0]?.text).toBe(text);
    expect(verdict).toBe('invalid');
  });

  test.each(['G0-process', 'G0-realtime'])(
    '%s, when write-write dependencies are followed',
    (name) => {
      // T1 before T2 by its process or by time; T3 overlaps both, and wrote between them.
      const second = name === 'G0-process' ? 'p' : 'r';
      const drafts: readonly Draft[] = [
        { process: 'q', records: [send(1, 23, 'y'), send(0, 20, 'x')], call: 0, returns: 5 },
        { process: 'p', records: [send(1, 21, 'x')], call: 1, returns: 2 },
        { process: second, records: [send(0, 22, 'y')], call: 3, returns: 4 },
        { process: 'd', records: [poll(0, 20, 'x'), poll(1, 21, 'x')] },
        { process: 'd', records: [poll(0, 22, 'y'), poll(1, 23, 'y')] },
      ];
      expect(names(drafts, true)).toEqual([name]);
      expect(names(drafts, false)).toEqual([]);
      expect(checkLog(operations(drafts), { wwDeps: true }).verdict).toBe('valid');
    },
  );

  test('cycles of reads are allowed where write-write dependencies are followed', () => {
    const drafts: readonly Draft[] = [
      { process: 'p', records: [poll(0, 20, 'x')] },
      { process: 'q', records: [send(0, 20, 'x')] },
    ];
    const { verdict, anomalies } = checkLog(operations(drafts), { wwDeps: true });
    expect(anomalies).toMatchObject([{ name: 'G1c-realtime', isAllowed: true }]);
    expect(verdict).toBe('valid');
  });

  test('G0, when write-write dependencies are followed', () => {
    const writes: readonly Draft[] = [
      { process: 'p', records: [send(0, 20, 'x'), send(1, 23, 'y')] },
      { process: 'q', records: [send(1, 21, 'x'), send(0, 22, 'y')] },
      { process: 'd', records: [poll(0, 20, 'x'), poll(1, 21, 'x')] },
      { process: 'd', records: [poll(0, 22, 'y'), poll(1, 23, 'y')] },
    ];
    expect(names(writes, true)).toEqual(['G0']);
    expect(names(writes, false)).toEqual([]);
    expect(checkLog(operations(writes), { wwDeps: true }).verdict).toBe('valid');
  });
});

describe('what the contract allows', () => {
  const skipping = [
    ...sends,
    { process: 'c', records: [poll(0, 10)] },
    { process: 'c', records: [poll(4, 12)] },
    drain,
  ];

  test('a skip refutes an assigned consumer, not a subscribed one', () => {
    expect(checkLog(operations(skipping)).verdict).toBe('invalid');
    const subscribed = [{ process: 'c', kind: 'subscribe' as const, keys: ['a'] }, ...skipping];
    const verdict = checkLog(operations(subscribed));
    expect(verdict.verdict).toBe('valid');
    expect(verdict.anomalies[0]).toMatchObject({ name: 'poll-skip', isAllowed: true });
  });

  test('assigning other keys forgets the position, keeping a key keeps it', () => {
    const between = (keys: string[]): Draft[] => [
      ...sends,
      { process: 'c', records: [poll(0, 10)] },
      { process: 'c', kind: 'assign', keys },
      { process: 'c', records: [poll(4, 12)] },
      drain,
    ];
    expect(names(between(['b']))).toEqual([]);
    expect(names(between(['a', 'b']))).toEqual(['poll-skip']);
  });

  test('a subscription that no operation tells of is an option', () => {
    expect(checkLog(operations(skipping), { subscribe: true }).verdict).toBe('valid');
    const told = [{ process: 'c', kind: 'subscribe' as const, keys: ['a'] }, ...skipping];
    expect(checkLog(operations(told), { subscribe: false }).verdict).toBe('invalid');
  });

  test('an assignment that may have happened forgets, one that failed does not', () => {
    const between = (type: LogOperation['type']): Draft[] => [
      ...sends,
      { process: 'c', records: [poll(0, 10)] },
      { process: 'c', kind: 'assign', keys: ['b'], type },
      { process: 'c', records: [poll(4, 12)] },
      drain,
    ];
    expect(names(between('info'))).toEqual([]);
    expect(names(between('fail'))).toEqual(['poll-skip']);
  });

  test('after a poll that did not succeed the position is the one before', () => {
    const polls = (type: LogOperation['type'], second: LogRecord, third: LogRecord): Draft[] => [
      ...sends,
      { process: 'c', records: [poll(0, 10)] },
      { process: 'c', records: [second], type },
      { process: 'c', records: [third] },
      drain,
    ];
    expect(names(polls('fail', poll(2, 11), poll(2, 11)))).toEqual([]);
    expect(names(polls('fail', poll(2, 11), poll(4, 12)))).toEqual(['poll-skip']);
    expect(names(polls('fail', poll(4, 12), poll(2, 11)))).toEqual(['poll-skip']);
    expect(names(polls('ok', poll(2, 11), poll(4, 12)))).toEqual([]);
  });

  test.each([
    ['int-poll-skip', [poll(0, 10), poll(4, 12)]],
    ['int-nonmonotonic-poll', [poll(4, 12), poll(2, 11)]],
  ] as const)('%s of a key that was rebalanced meanwhile is none', (name, records) => {
    const withLog = (rebalanced: string[]): Draft[] => [
      ...legal,
      { process: 'x', records, rebalanced },
    ];
    expect(names(withLog(['b']))).toEqual([name]);
    expect(names(withLog(['a']))).toEqual([]);
  });

  test('a send without a reply must have committed once it was polled', () => {
    const drafts: readonly Draft[] = [
      { process: 'p', type: 'info', records: [send(null, 10), send(1, 11)] },
      { process: 'q', records: [send(2, 12)] },
      { process: 'd', records: [poll(0, 10), poll(2, 12)] },
    ];
    expect(names(drafts)).toContain('lost-write');
    const unread = drafts.with(2, { process: 'd', records: [poll(2, 12)] });
    expect(names(unread)).toEqual([]);
  });
});
