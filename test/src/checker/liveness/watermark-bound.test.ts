/** Event time that follows the input too late, as operators report it. */
import { describe, expect, test } from 'vitest';

import { timingOf } from '../../../../src/checker/liveness/timing.ts';
import type { Fault } from '../../../../src/model/fault.ts';
import { log } from '../by-hand.ts';
import { makeCase } from '../legal-run.ts';
import { sink, source, window } from '../pipelines.ts';
import { attempt, checkpoint, fault, judge, report, type Timed } from './timed.ts';

const splits = [
  log('s0', [
    [1, 0, 1_000],
    [2, 10, 2_000],
    [3, 20, 8_000],
  ]),
];
const operators = [
  source(['s0'], 0),
  { kind: 'key-by', id: 'keyed', input: 'source', key: { fn: 'key' } },
  window({ kind: 'tumbling', sizeMs: 100, offsetMs: 0 }, 'collect', {}),
  sink('window'),
] as const;
const pause: Fault = {
  when: { at: 1_900 },
  action: { kind: 'pause', node: 'tm0', durationMs: 100 },
};
const kase = makeCase({ operators, splits });
const latencyMs = Math.ceil(timingOf(kase, 'virtual').latencyMs + 10);
const start: Timed = [300, attempt(1)];
const checkpoints = [1_500, 4_500, 7_500].flatMap((t, i) => checkpoint(i + 1, t));

/** Stalls of event time when the window reports 9 at `t`. */
function stalls(t: number, more: Parameters<typeof judge>[2] = {}): string[] {
  const events: Timed[] = [
    start,
    ...checkpoints,
    [1_001, report('source', -1)],
    [2_001, report('source', 9)],
    [1_002, report('window', -1)],
    [1_002, report('window', -1, { subtask: 1 })],
    [t, report('window', 9)],
    [2_002, report('window', 9, { subtask: 1 })],
  ];
  return judge(kase, events, { endsAt: 8_100, ...more }).filter((name) =>
    name.startsWith('watermark-stall'),
  );
}

describe('a stage', () => {
  test('may take its latency to follow', () => {
    expect(stalls(2_000 + latencyMs - 20)).toEqual([]);
  });

  test('stalls when it follows later, though the end repairs it', () => {
    expect(stalls(2_000 + latencyMs)).toEqual(['watermark-stall window']);
  });

  test('has slack on the clock of a machine', () => {
    expect(stalls(7_000, { clock: 'machine' })).toEqual([]);
  });

  test('that never reports is not asked', () => {
    const events: Timed[] = [start, ...checkpoints, [1_001, report('source', -1)]];
    const names = judge(kase, [...events, [2_001, report('source', 9)]], { endsAt: 8_100 });
    expect(names.filter((name) => name.startsWith('watermark-stall'))).toEqual([]);
  });
});

test('a source that stands still stalls', () => {
  const events: Timed[] = [start, ...checkpoints, [1_001, report('source', -1)]];
  expect(judge(kase, events, { endsAt: 8_100 })).toContain('watermark-stall source');
});

test('a fault is an excuse until the job has had its time to recover', () => {
  const faulty = { ...kase, schedule: [pause] };
  const events: Timed[] = [
    start,
    ...checkpoints,
    [1_001, report('source', -1)],
    [1_900, fault(0, 'injected')],
    [1_900, fault(0, 'effect')],
    [2_000, fault(0, 'healed')],
    [7_900, report('source', 9)],
  ];
  expect(judge(faulty, events, { endsAt: 8_100 })).not.toContain('watermark-stall source');
});

test('a new attempt starts from nothing, and then follows', () => {
  const long = makeCase({
    operators,
    splits: [
      log('s0', [
        [1, 0, 1_000],
        [2, 10, 2_000],
        [3, 20, 30_000],
        [4, 30, 40_000],
      ]),
    ],
  });
  const reportedAt = (t: number): string[] => {
    const later = [8_000, 14_000, 20_000, 26_000, 32_000, 38_000];
    const events: Timed[] = [
      start,
      ...checkpoint(1, 2_500, { offsets: { s0: 2 } }),
      ...later.flatMap((at, i) => checkpoint(i + 2, at, { offsets: { s0: 2 }, attempt: 2 })),
      [1_001, report('source', -1)],
      [2_001, report('source', 9)],
      [3_000, attempt(2, 1)],
      [t, report('source', 19, { attempt: 2 })],
    ];
    return judge(long, events, { endsAt: 40_100 });
  };
  expect(reportedAt(30_001)).not.toContain('watermark-stall source');
  expect(reportedAt(36_000)).toContain('watermark-stall source');
});
