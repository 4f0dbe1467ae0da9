/**
 * How long correct work may take (SEMANTICS.md, section 9), worked out naively from the case and
 * the faults that its history records.
 */
import { afterEffectOf, clockJumpOf } from '../model/fault-kinds.ts';
import type { Facts } from './facts.ts';

interface Span {
  readonly from: number;
  readonly to: number;
}

export function slackOf({ history }: Facts): number {
  const [header] = history;
  return header?.kind === 'header' && header.clock === 'virtual' ? 0 : 10_000;
}

/** A message on its way. */
export function hopOf(facts: Facts): number {
  return slackOf(facts) === 0 ? 3.5 : 25;
}

function clockJumps({ given }: Facts): number {
  return given.kase.schedule.reduce((sum, { action }) => sum + clockJumpOf(action), 0);
}

function cycleOf({ given }: Facts): number {
  const { intervalMs, minPauseMs, timeoutMs } = given.kase.options.checkpoint;
  return intervalMs + minPauseMs + timeoutMs;
}

/** The first one also waits until the nodes have found each other. */
export function checkpointWithin(facts: Facts, isFirst: boolean): number {
  const { heartbeatTimeoutMs } = facts.given.kase.options;
  return 2 * cycleOf(facts) + slackOf(facts) + (isFirst ? heartbeatTimeoutMs : 0);
}

export function commitWithin(facts: Facts): number {
  return 4 * hopOf(facts) + facts.given.kase.options.commitRetryMs + slackOf(facts);
}

export function recoveryWithin(facts: Facts): number {
  const { heartbeatTimeoutMs, restart } = facts.given.kase.options;
  const delay = restart.kind === 'exponential' ? restart.maxMs : restart.delayMs;
  return 3 * (heartbeatTimeoutMs + delay + cycleOf(facts));
}

export function lastArrival({ given }: Facts): number {
  return Math.max(0, ...given.kase.workload.splits.map((log) => log.records.at(-1)?.at ?? 0));
}

export function inputEnd(facts: Facts): number {
  return Math.min(lastArrival(facts), facts.given.kase.options.stop?.atMs ?? Infinity);
}

export function endWithin(facts: Facts): number {
  const records = facts.allRecords().length;
  return records * 2 * hopOf(facts) + clockJumps(facts) + slackOf(facts) + recoveryWithin(facts);
}

/** When the job said that it was over; of old histories of the simulator, by when it had. */
export function overAt(facts: Facts): { readonly t: number; readonly isExact: boolean } | null {
  const { history, end, given } = facts;
  const job = history.find((event) => event.kind === 'job');
  if (job?.kind === 'job') return job.event === 'failed' ? null : { t: job.t, isExact: true };
  const [header] = history;
  const isSimulated = header?.kind === 'header' && header.subject.includes('simulated');
  if (end === null || !isSimulated) return null;
  return { t: end.t + given.kase.options.heartbeatIntervalMs - 1500, isExact: false };
}

/** When faults are an excuse; the spans may overlap. */
export function excuses(facts: Facts): readonly Span[] {
  const { history, attempts, given, end } = facts;
  const recovery = recoveryWithin(facts);
  const over = Math.min(overAt(facts)?.t ?? Infinity, end?.t ?? Infinity);
  const injected = new Map<number, number>();
  const healed = new Map<number, number>();
  for (const event of history) {
    if (event.kind !== 'fault' || event.event === 'effect') continue;
    if (!injected.has(event.fault)) injected.set(event.fault, event.t);
    else if (event.event === 'healed') healed.set(event.fault, event.t);
  }
  const faults = [...injected].flatMap(([fault, from]) => {
    const action = given.kase.schedule[fault]?.action;
    const after = action === undefined ? 0 : afterEffectOf(action);
    return from < over ? [{ from, to: (healed.get(fault) ?? Infinity) + after + recovery }] : [];
  });
  // Something was wrong before a restart, though nobody wrote down what.
  const restarts = attempts
    .slice(1)
    .filter(({ t }) => !faults.some((span) => span.from <= t && t < span.to))
    .map(({ t }) => ({ from: t - recovery / 3, to: t + recovery }));
  return [...faults, ...restarts];
}

/** The first moment from `t` on that no fault excuses. */
export function calmFrom(facts: Facts, t: number): number {
  const spans = excuses(facts);
  let calm = t;
  for (;;) {
    const span = spans.find(({ from, to }) => from <= calm && calm < to);
    if (span === undefined) return calm;
    calm = span.to;
  }
}

export function isExcused(facts: Facts, from: number, to: number): boolean {
  return excuses(facts).some((span) => span.from <= to && from < span.to);
}
