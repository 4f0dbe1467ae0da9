/**
 * The cases of the benchmark on processes: a keyed tumbling count as fast as it goes, and the
 * default case with kills.
 */
import { defaultCase } from '../../scenarios/default-case.ts';
import { caseVersion, type Case } from '../../src/model/case.ts';
import type { Schedule } from '../../src/model/fault.ts';
import { defaultOptions } from '../../src/model/options.ts';
import type { SourceRecord } from '../../src/model/workload.ts';

export interface ThroughputSettings {
  readonly records: number;
  /** Time between checkpoints, ms; longer than the run: none before the last one. */
  readonly intervalMs: number;
}

const splits = ['left', 'right'] as const;
const keyCount = 1_000;
/** Records of a split per ms of event time: a pane holds `windowMs` times as many. */
const recordsPerMs = 50;
const windowMs = 1_000;
/** Coprime with the number of keys, so that neighbours differ and all keys come up. */
const keyStep = 7_919;

/** Everything can be read from the start; one JobManager, two TaskManagers, the file sink. */
export function throughputCase({ records, intervalMs }: ThroughputSettings): Case {
  const checkpoint = { ...defaultOptions.checkpoint, intervalMs, timeoutMs: 10_000 };
  return {
    version: caseVersion,
    scenario: 'throughput',
    seed: 1,
    pipeline: {
      name: 'throughput',
      maxParallelism: 128,
      operators: [
        {
          kind: 'source',
          id: 'in',
          parallelism: splits.length,
          splits,
          watermark: {
            strategy: 'bounded',
            outOfOrdernessMs: 10,
            emission: 'periodic',
            intervalMs: 200,
            idlenessMs: null,
          },
        },
        { kind: 'key-by', id: 'keyed', input: 'in', key: { fn: 'key' } },
        {
          kind: 'window',
          id: 'counts',
          input: 'keyed',
          parallelism: 2,
          assigner: { kind: 'tumbling', sizeMs: windowMs, offsetMs: 0 },
          allowedLatenessMs: 0,
          lateOutput: false,
          aggregate: { fn: 'count' },
        },
        { kind: 'sink', id: 'out', input: 'counts', parallelism: 2, connector: 'two-phase' },
      ],
    },
    workload: {
      splits: splits.map((split, index) => ({ split, records: recordsOf(index, records) })),
    },
    schedule: [],
    options: {
      ...defaultOptions,
      taskManagers: 2,
      checkpoint,
      heartbeatTimeoutMs: 10_000,
      channel: { bufferElements: 1_024, buffersPerChannel: 4, flushMs: 5 },
    },
    promises: ['exactly-once'],
    deadlineMs: 120_000,
  };
}

function recordsOf(index: number, records: number): SourceRecord[] {
  return Array.from({ length: Math.ceil(records / splits.length) }, (_, i) => ({
    id: splits.length * i + index,
    at: 0,
    ts: Math.floor(i / recordsPerMs),
    key: `k${(i * keyStep) % keyCount}`,
    value: i % 100,
  }));
}

/** The default case with TaskManagers killed at these times, ms. */
export function killedCase(seed: number, killsAtMs: readonly number[]): Case {
  const schedule: Schedule = killsAtMs.map((at, index) => ({
    when: { at },
    action: { kind: 'crash', node: `tm${index}`, restartAfterMs: 100 },
  }));
  return { ...defaultCase(seed, 1), schedule };
}

/** When the kill of an interval's case comes, ms: there is a checkpoint to go back to. */
const killAtMs = (intervalMs: number): number => Math.max(1_600, intervalMs * 1.5);
/** Input goes on for so many intervals, so that there is a next checkpoint too. */
const intervalsOfInput = 2.6;

/** The default case with another time between checkpoints, ms, one kill, and input for both. */
export function intervalCase(seed: number, intervalMs: number): Case {
  const kase = killedCase(seed, [killAtMs(intervalMs)]);
  const { splits: logs } = kase.workload;
  const endMs = Math.max(...logs.flatMap(({ records }) => records.map(({ at }) => at)));
  const stretch = Math.max(1, (intervalMs * intervalsOfInput) / endMs);
  const checkpoint = { ...kase.options.checkpoint, intervalMs, minPauseMs: 0 };
  return {
    ...kase,
    options: { ...kase.options, checkpoint },
    workload: {
      splits: logs.map(({ split, records }) => ({
        split,
        records: records.map((record) => ({ ...record, at: Math.round(record.at * stretch) })),
      })),
    },
    deadlineMs: Math.ceil(kase.deadlineMs * stretch),
  };
}
