/**
 * When faults may still excuse what is late: from the injection of each until it has healed and the
 * job has had its time to recover. Outside of these spans everything comes in its time. A fault
 * that nobody recorded shows in the restart it caused.
 */
import type { Case } from '../../model/case.ts';
import { afterEffectOf } from '../../model/fault-kinds.ts';
import type { Fault } from '../../model/fault.ts';
import type { Observation } from '../evidence/observe.ts';
import { recoveryBoundMs } from './completeness.ts';

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Spans under the influence of faults, apart from each other and in order. */
export class Influence {
  readonly spans: readonly Span[];

  constructor(spans: readonly Span[]) {
    this.spans = merged(spans);
  }

  /** The first moment from `t` on at which no fault is an excuse any more. */
  calmFrom(t: number): number {
    for (const { from, to } of this.spans) {
      if (t < from) return t;
      if (t < to) return to;
    }
    return t;
  }

  /** The end of the last calm moment before `t`. */
  calmUntil(t: number): number {
    const span = this.spans.findLast(({ from }) => from < t);
    return span !== undefined && span.to >= t ? span.from : t;
  }

  /** Whether nothing excuses anything between the two moments. */
  isCalm(from: number, to: number): boolean {
    return this.spans.every((span) => span.to <= from || span.from > to);
  }
}

/**
 * The spans of all faults that were injected before `until`, and of restarts that none of them
 * explains: something went wrong before them, though nobody wrote down what.
 */
export function influenceOf(kase: Case, seen: Observation, until: number): Influence {
  const recoveryMs = recoveryBoundMs(kase);
  const spans: Span[] = [];
  for (const { fault, injected, healed } of seen.faults.values()) {
    if (injected >= until) continue;
    spans.push({ from: injected, to: healed + afterEffectMs(kase.schedule[fault]) + recoveryMs });
  }
  const recorded = new Influence(spans);
  const unexplained = seen.attempts.slice(1).filter(({ t }) => recorded.isCalm(t, t));
  if (unexplained.length === 0) return recorded;
  const beforeMs = recoveryMs / recoveriesInBound;
  const restarts = unexplained.map(({ t }) => ({ from: t - beforeMs, to: t + recoveryMs }));
  return new Influence([...spans, ...restarts]);
}

/** The bound on recovery lets it fail twice. */
const recoveriesInBound = 3;

function afterEffectMs(fault: Fault | undefined): number {
  return fault === undefined ? 0 : afterEffectOf(fault.action);
}

function merged(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last !== undefined && span.from <= last.to) {
      result[result.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
    } else result.push(span);
  }
  return result;
}
