/**
 * How long correct work takes at most, derived from the options. In virtual time nodes work in no
 * time: only messages, polls and buffers take any, and the bounds are tight. On a machine's clock
 * any node may be slow at any time; the slack for that is stated in the verdict.
 */
import type { Case } from '../../model/case.ts';
import { clockJumpOf } from '../../model/fault-kinds.ts';
import type { HeaderEvent } from '../../model/history.ts';
import { inputsOf } from '../../model/operator-kinds.ts';
import type { OperatorSpec } from '../../model/pipeline.ts';

export interface Timing {
  /** A record may take this long to make room for the next: the smallest channel holds one. */
  readonly perRecordMs: number;
  /** From a record that is read, without others before it, to its rows at the sinks. */
  readonly latencyMs: number;
  /** From a checkpoint that is complete to its rows being visible. */
  readonly commitMs: number;
  /** A checkpoint completes within this, also when one failed before it. */
  readonly checkpointMs: number;
  /** By how much faults set clocks back or forth: what waits for a time of day waits longer. */
  readonly clocksMs: number;
  /** Of the figures above, what only a busy machine needs. */
  readonly slackMs: number;
}

/** A message and the step that it leads to. */
const hopMs = { virtual: 3.5, machine: 25 };
/**
 * On a busy machine a node stands still for as long as its heartbeats let it: longer, and the job
 * restarts, which is an excuse. Store, reader and harness send none.
 */
const standstills = 3;
const othersMs = 4_000;
/** Checkpoints until one has to be complete: one may fail. */
const cycles = 2;

export function timingOf(kase: Case, clock: HeaderEvent['clock']): Timing {
  const { options, pipeline, schedule } = kase;
  const { checkpoint, channel, pollIntervalMs, commitRetryMs } = options;
  const busyMs = standstills * options.heartbeatTimeoutMs + othersMs;
  const slackMs = clock === 'machine' ? busyMs : 0;
  const hop = hopMs[clock];
  const steps = depthOf(pipeline.operators) + 1;
  const cycleMs = checkpoint.intervalMs + checkpoint.minPauseMs + checkpoint.timeoutMs;
  return {
    perRecordMs: 2 * hop,
    latencyMs: pollIntervalMs + steps * (hop + channel.flushMs) + slackMs,
    // The notification, the call, and a repetition of it.
    commitMs: 4 * hop + commitRetryMs + slackMs,
    checkpointMs: cycles * cycleMs + slackMs,
    clocksMs: schedule.reduce((sum, { action }) => sum + clockJumpOf(action), 0),
    slackMs,
  };
}

/** Operators on the longest way from a source to a sink. */
function depthOf(operators: readonly OperatorSpec[]): number {
  const depths = new Map<string, number>();
  let deepest = 0;
  for (const operator of operators) {
    const depth =
      1 + Math.max(0, ...inputsOf(operator).map((ref) => depths.get(ownerOf(ref)) ?? 0));
    depths.set(operator.id, depth);
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

/** The operator of an input, main or late. */
function ownerOf(ref: string): string {
  return ref.split('.')[0] as string;
}
