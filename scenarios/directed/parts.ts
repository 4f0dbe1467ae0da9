/**
 * What directed scenarios are built from: dense workloads over a few keys and faults aimed at one
 * mechanism. Only building blocks; the scenarios are beside it.
 */
import * as fc from 'fast-check';

import type { Fault, FaultTime, PointName, PointPhase, Schedule } from '../../src/model/fault.ts';
import type { OperatorSpec, Pipeline, SinkSpec, WatermarkSpec } from '../../src/model/pipeline.ts';
import type { Workload } from '../../src/model/workload.ts';
import type { FaultSite } from '../arbitraries/fault-site.ts';
import { sink, source, splitNames } from '../arbitraries/operators.ts';
import { makeWorkload, type WorkloadKnobs } from '../arbitraries/workload.ts';

/** Knobs of an unbroken stream: no bursts, no silence, no stragglers. */
export function steady(seed: number, knobs: Partial<WorkloadKnobs>): WorkloadKnobs {
  return {
    seed,
    records: 160,
    keys: 6,
    skew: 0,
    spanMs: 2_000,
    startTs: 0,
    disorderMs: 20,
    stragglers: 0,
    burstMs: 0,
    idle: null,
    ...knobs,
  };
}

/** Records with a number `n` each. */
export function numbered(knobs: WorkloadKnobs, splits: readonly string[]): Workload {
  return makeWorkload(knobs, {
    splits,
    keyName: (rank) => `k${rank}`,
    value: (draw) => ({ n: draw.below(100) }),
  });
}

/** Watermarks with every record, bound by `outOfOrdernessMs`. */
export function perRecord(outOfOrdernessMs: number): WatermarkSpec {
  return {
    strategy: 'bounded',
    outOfOrdernessMs,
    emission: 'per-record',
    intervalMs: 20,
    idlenessMs: null,
  };
}

export function keyBy(id: string, input: string): OperatorSpec {
  return { kind: 'key-by', id, input, key: { fn: 'key' } };
}

export const twoSplits: readonly string[] = splitNames('events', 2);

/** Running totals per key of both splits. */
export function runningTotals(connector: SinkSpec['connector']): Pipeline {
  return {
    name: 'running totals',
    maxParallelism: 16,
    operators: [
      source('events', twoSplits, { watermark: perRecord(20), parallelism: 2 }),
      keyBy('by-key', 'events'),
      {
        kind: 'reduce',
        id: 'total',
        input: 'by-key',
        parallelism: 2,
        aggregate: { fn: 'trace', field: 'n' },
      },
      sink('totals', 'total', { parallelism: 2, connector }),
    ],
  };
}

/** Any time while there is input, in its middle part. */
export function midway(site: FaultSite): fc.Arbitrary<FaultTime> {
  const end = Math.floor(site.inputEndsMs);
  return fc.record({ at: fc.integer({ min: Math.floor(end * 0.2), max: Math.floor(end * 0.9) }) });
}

/** The `occurrence`-th pass of a point, anywhere. */
export function passing(point: PointName, phase: PointPhase, occurrence: number): FaultTime {
  return { point, phase, checkpoint: null, operator: null, subtask: null, occurrence };
}

/** A crash of some task manager in the middle of the input. */
export function crashMidway(site: FaultSite): fc.Arbitrary<Fault> {
  return fc.record({
    when: midway(site),
    action: fc.record({
      kind: fc.constant('crash'),
      node: fc.constantFrom(...site.taskManagers),
      restartAfterMs: fc.integer({ min: 20, max: 200 }),
    }),
  });
}

/** The faults, each drawn on its own, as one schedule. */
export function together(...faults: readonly fc.Arbitrary<Fault>[]): fc.Arbitrary<Schedule> {
  return fc.tuple(...faults);
}
