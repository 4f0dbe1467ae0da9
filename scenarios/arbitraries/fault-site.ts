/**
 * What a schedule can aim at in a given case: nodes, splits, operators by role, and for how long
 * the job has input. Derived from pipeline, workload and options; nothing is drawn here.
 */
import type { NodeName } from '../../src/model/fault.ts';
import type { EngineOptions } from '../../src/model/options.ts';
import type { Pipeline } from '../../src/model/pipeline.ts';
import type { Workload } from '../../src/model/workload.ts';

export interface FaultSite {
  readonly taskManagers: readonly NodeName[];
  readonly splits: readonly string[];
  readonly sources: readonly string[];
  /** Operators that read over the network, so that barriers may have to be aligned. */
  readonly receivers: readonly string[];
  readonly sinks: readonly string[];
  readonly transactional: boolean;
  readonly heartbeatTimeoutMs: number;
  /** When the last record becomes readable. */
  readonly inputEndsMs: number;
  /** About how many checkpoints an undisturbed run completes. */
  readonly checkpoints: number;
  readonly parallelism: number;
}

export interface SiteParts {
  readonly pipeline: Pipeline;
  readonly workload: Workload;
  readonly options: EngineOptions;
}

export function faultSite({ pipeline, workload, options }: SiteParts): FaultSite {
  const { operators } = pipeline;
  const inputEndsMs = lastArrival(workload);
  const sinks = operators.filter((operator) => operator.kind === 'sink');
  const edges = new Set(
    operators.filter((o) => o.kind === 'key-by' || o.kind === 'rebalance').map((o) => o.id),
  );
  return {
    taskManagers: Array.from({ length: options.taskManagers }, (_, i) => `tm${i}`),
    splits: workload.splits.map((log) => log.split),
    sources: operators.filter((o) => o.kind === 'source').map((o) => o.id),
    receivers: operators
      .filter((o) => o.kind === 'interval-join' || ('input' in o && edges.has(o.input)))
      .filter((o) => 'parallelism' in o)
      .map((o) => o.id),
    sinks: sinks.map((sink) => sink.id),
    transactional: sinks.some((sink) => sink.connector === 'two-phase'),
    heartbeatTimeoutMs: options.heartbeatTimeoutMs,
    inputEndsMs,
    checkpoints: Math.floor(
      inputEndsMs / Math.max(options.checkpoint.intervalMs, options.checkpoint.minPauseMs),
    ),
    parallelism: Math.max(...operators.map((o) => ('parallelism' in o ? o.parallelism : 1))),
  };
}

/** When the last record becomes readable, in ms after the job's start. */
export function lastArrival(workload: Workload): number {
  return Math.max(0, ...workload.splits.map((log) => log.records.at(-1)?.at ?? 0));
}
