/**
 * A small valid case for tests of validation, and a way to spoil one place of it.
 */
import type { Case } from '../../../src/model/case.ts';
import { defaultOptions } from '../../../src/model/options.ts';

/** Two splits, a keyed count, a transactional sink, one fault. */
export const smallCase: Case = {
  version: 1,
  scenario: 'example',
  seed: 7,
  pipeline: {
    name: 'counts',
    maxParallelism: 16,
    operators: [
      {
        kind: 'source',
        id: 'lines',
        splits: ['s0', 's1'],
        parallelism: 2,
        watermark: {
          strategy: 'bounded',
          outOfOrdernessMs: 10,
          emission: 'periodic',
          intervalMs: 20,
          idlenessMs: null,
        },
      },
      { kind: 'key-by', id: 'by-key', input: 'lines', key: { fn: 'key' } },
      {
        kind: 'reduce',
        id: 'count',
        input: 'by-key',
        parallelism: 3,
        aggregate: { fn: 'sum', field: 'n' },
      },
      {
        kind: 'window',
        id: 'panes',
        input: 'by-key',
        parallelism: 2,
        assigner: { kind: 'sliding', sizeMs: 100, slideMs: 50, offsetMs: 0 },
        allowedLatenessMs: 0,
        lateOutput: true,
        aggregate: { fn: 'count' },
      },
      { kind: 'sink', id: 'out', input: 'count', parallelism: 1, connector: 'two-phase' },
      { kind: 'sink', id: 'pane-out', input: 'panes', parallelism: 1, connector: 'two-phase' },
      { kind: 'sink', id: 'late-out', input: 'panes.late', parallelism: 1, connector: 'two-phase' },
    ],
  },
  workload: {
    splits: [
      {
        split: 's0',
        records: [
          { id: 0, at: 0, ts: -5, key: 'a', value: { n: 1 } },
          { id: 2, at: 30, ts: 10, key: 'b', value: { n: 2 } },
        ],
      },
      { split: 's1', records: [{ id: 1, at: 10, ts: 0, key: 'a', value: { n: 3 } }] },
    ],
  },
  schedule: [
    { when: { at: 20 }, action: { kind: 'crash', node: 'tm0', restartAfterMs: 50 } },
    {
      when: {
        point: 'ack',
        phase: 'before',
        checkpoint: 1,
        operator: 'count',
        subtask: null,
        occurrence: 1,
      },
      action: { kind: 'pause', node: 'here', durationMs: 100 },
    },
    {
      when: { at: 25 },
      action: {
        kind: 'partition',
        links: { from: ['jm'], to: ['tm1'], bothWays: true },
        durationMs: 300,
      },
    },
    { when: { at: 26 }, action: { kind: 'source-hold', split: 's1', durationMs: 40 } },
    { when: { at: 27 }, action: { kind: 'clock-jump', node: 'tm1', byMs: -500 } },
  ],
  options: defaultOptions,
  promises: ['exactly-once', 'progress'],
  deadlineMs: 20_000,
};

/** A deep copy of the small case with the member at `path` replaced; `undefined` removes it. */
export function spoiled(path: string, value: unknown): unknown {
  const copy = structuredClone(smallCase) as unknown as Holder;
  const steps = path.split(/[.[\]]+/).filter((step) => step !== '');
  const last = steps.pop() as string;
  let holder = copy;
  for (const step of steps) holder = holder[step] as Holder;
  if (value !== undefined) holder[last] = value;
  else if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else delete holder[last];
  return copy;
}

type Holder = Record<string, unknown>;
