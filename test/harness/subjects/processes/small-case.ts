/**
 * A case that takes a real cluster about a second: two splits, a window, a two-phase sink.
 */
import type { Schedule } from '../../../../src/model/fault.ts';
import { caseVersion, type Case } from '../../../../src/model/case.ts';
import { defaultOptions } from '../../../../src/model/options.ts';
import type { SourceRecord } from '../../../../src/model/workload.ts';

const spanMs = 900;

export function smallCase(schedule: Schedule = []): Case {
  const checkpoint = { ...defaultOptions.checkpoint, intervalMs: 150, timeoutMs: 1_500 };
  return {
    version: caseVersion,
    scenario: 'small',
    seed: 7,
    pipeline: {
      name: 'small',
      maxParallelism: 16,
      operators: [
        {
          kind: 'source',
          id: 'in',
          parallelism: 2,
          splits: ['a', 'b'],
          watermark: {
            strategy: 'ascending',
            outOfOrdernessMs: 0,
            emission: 'periodic',
            intervalMs: 20,
            idlenessMs: null,
          },
        },
        { kind: 'key-by', id: 'keyed', input: 'in', key: { fn: 'key' } },
        {
          kind: 'window',
          id: 'sums',
          input: 'keyed',
          parallelism: 2,
          assigner: { kind: 'tumbling', sizeMs: 200, offsetMs: 0 },
          allowedLatenessMs: 0,
          lateOutput: false,
          aggregate: { fn: 'collect', field: 'n' },
        },
        { kind: 'sink', id: 'out', input: 'sums', parallelism: 2, connector: 'two-phase' },
      ],
    },
    workload: {
      splits: [
        { split: 'a', records: recordsOf(0) },
        { split: 'b', records: recordsOf(1) },
      ],
    },
    schedule,
    options: {
      ...defaultOptions,
      taskManagers: 2,
      checkpoint,
      heartbeatIntervalMs: 100,
      heartbeatTimeoutMs: 500,
    },
    promises: ['exactly-once', 'ordered', 'atomic-commit', 'progress'],
    deadlineMs: 15_000,
  };
}

function recordsOf(split: number): SourceRecord[] {
  return Array.from({ length: 60 }, (_, i) => {
    const at = Math.floor((i * spanMs) / 60);
    return { id: 2 * i + split, at, ts: at, key: `k${i % 5}`, value: { n: 2 * i + split } };
  });
}
