/**
 * Histories by hand in which time matters: events with a time each, and a case whose records arrive
 * over some seconds.
 */
import { checkHistory } from '../../../support/checker/verified.ts';
import type { Case } from '../../../../src/model/case.ts';
import type { HistoryEvent } from '../../../../src/model/history.ts';
import type { Row } from '../../../../src/model/value.ts';
import type { Verdict } from '../../../../src/model/verdict/verdict.ts';
import { header } from '../legal-run.ts';

export type Timed = readonly [t: number, event: Record<string, unknown>];

export const attempt = (
  number: number,
  restored: number | null = null,
): Record<string, unknown> => ({
  kind: 'attempt',
  attempt: number,
  leader: 1,
  restored,
  cause: 'test',
});

export const fault = (
  number: number,
  event: 'injected' | 'effect' | 'healed',
): Record<string, unknown> => ({ kind: 'fault', fault: number, event, detail: '' });

export const report = (
  operator: string,
  watermark: number,
  of: { subtask?: number; attempt?: number } = {},
): Record<string, unknown> => ({
  kind: 'watermark',
  attempt: 1,
  operator,
  subtask: 0,
  watermark,
  ...of,
});

export const job = (
  event: 'finished' | 'suspended' | 'failed' = 'finished',
): Record<string, unknown> => ({ kind: 'job', event, reason: '' });

/** A checkpoint from its trigger to its completion 5 ms later. */
export function checkpoint(
  id: number,
  t: number,
  of: { offsets?: Record<string, number>; attempt?: number; reason?: string } = {},
): Timed[] {
  const { offsets = {}, attempt: by = 1, reason = 'periodic' } = of;
  const common = { kind: 'checkpoint', checkpoint: id, attempt: by };
  return [
    [t, { ...common, event: 'triggered', offsets: null, reason }],
    [t + 5, { ...common, event: 'completed', offsets, reason: null }],
  ];
}

export const shown = (
  rows: readonly Row[],
  of: { checkpoint?: number | null; attempt?: number; sink?: string } = {},
): Record<string, unknown> => {
  const { checkpoint: id = 1, attempt: by = 1, sink = 'sink' } = of;
  const transaction = id === null ? null : `${sink}/${id}/${by}`;
  return { kind: 'visible', sink, subtask: 0, attempt: by, transaction, checkpoint: id, rows };
};

/** The events in order of time, with a header before and an end after them. */
export function timedHistory(
  kase: Case,
  events: readonly Timed[],
  more: { endsAt?: number; clock?: 'virtual' | 'machine'; subject?: string } = {},
): HistoryEvent[] {
  const sorted = events.toSorted(([a], [b]) => a - b);
  const { endsAt = (sorted.at(-1)?.[0] ?? 0) + 1, clock = 'virtual', subject = 'test' } = more;
  const end = { kind: 'end', outcome: 'finished', reason: '', healedAt: 0, messages: 0 };
  const all = [...sorted, [endsAt, end] as const];
  return [
    { ...header(kase), clock, subject } as HistoryEvent,
    ...all.map(([t, event]) => ({ ...event, t }) as unknown as HistoryEvent),
  ];
}

/** Anomalies as `name operator`. */
export function found({ anomalies }: Verdict): string[] {
  return anomalies.map(({ name, operator }) => (operator === null ? name : `${name} ${operator}`));
}

/** What the checker finds in these events. */
export function judge(...of: Parameters<typeof timedHistory>): string[] {
  return found(checkHistory(of[0], timedHistory(...of)));
}
