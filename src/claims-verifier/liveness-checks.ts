/**
 * Claims about time and ends, looked up.
 */
import type { LivenessClaim, LivenessHeadline, Work } from '../model/verdict/claim-liveness.ts';
import type { SinkRow } from '../model/verdict/places.ts';
import type { WatermarkEvent } from '../model/history.ts';
import { WATERMARK_MAX } from '../model/value.ts';
import {
  calmFrom,
  checkpointWithin,
  commitWithin,
  endWithin,
  excuses,
  inputEnd,
  isExcused,
  lastArrival,
  overAt,
  recoveryWithin,
  slackOf,
} from './bounds.ts';
import type { Began, Facts } from './facts.ts';
import { type Checks, isSaid, rowOf, type Scope } from './scope.ts';
import type { Answer } from './verify-claims.ts';
import { announcedBy, leftBy, splitsFollowed } from './slowest-engine.ts';
import { isSameRow } from './values.ts';

export const livenessHeadlineChecks: Checks<LivenessHeadline['kind']> = {
  'no-checkpoint-between': (scope, { since, until }) => {
    const over = Math.min(overAt(scope.facts)?.t ?? Infinity, scope.facts.end?.t ?? Infinity);
    const due = scope.claims.find((claim) => claim.kind === 'checkpoint-due');
    return (
      isGap(scope.facts, { since, until }) &&
      until <= over &&
      isSaid(scope, ['none-until'], { since, until }) &&
      due?.kind === 'checkpoint-due' &&
      due.since === since &&
      due.by < until
    );
  },
  'row-late': (scope, { row, output, t, by }) =>
    isShownAs(scope, row, output) &&
    rowOf(scope, row).t === t &&
    by < t &&
    isSaid(scope, ['left-by'], { row }) &&
    (isSaid(scope, ['shown-with'], { by }) ||
      (isSaid(scope, ['rule'], { rule: 'shown-at-once' }) && isSaid(scope, ['left-by'], { by }))),
  'event-time-late': (scope, { operator, subtask, attempt, watermark, by, reached }) => {
    const of = { operator, subtask, attempt };
    const first = reportsOf(scope.facts, of).find((report) => report.watermark >= watermark);
    return (
      (first?.t ?? null) === reached &&
      (reached === null || reached > by) &&
      isSaid(scope, ['event-time-due'], { ...of, watermark, by })
    );
  },
  'ended-late': (scope, { t, by }) =>
    by < t && isSaid(scope, ['job-said'], { t }) && isSaid(scope, ['end-due'], { by }),
  'over-before': (scope, { row, output, over, isExact }) =>
    isShownAs(scope, row, output) &&
    rowOf(scope, row).t > over &&
    isOwed(scope, row) &&
    isSaid(scope, ['job-over'], { t: over, isExact }),
  'worked-on': (scope, { attempt, work }) => isSaid(scope, ['did-work'], { attempt, work }),
  'gave-up': (scope, { reason }) =>
    scope.facts.end?.outcome === 'failed' &&
    scope.facts.end.reason === reason &&
    isSaid(scope, ['attempts-made', 'attempts-after']),
  'cut-off': ({ facts }, { leftMs }) => Math.floor(timeLeft(facts) ?? Number.NaN) === leftMs,
};

export const livenessChecks: Checks<LivenessClaim['kind']> = {
  'checkpoint-due': ({ facts }, { since, withinMs, by }) =>
    checkpointWithin(facts, since === 0) === withinMs && calmFrom(facts, since + withinMs) === by,
  'checkpoints-within': ({ facts }, { ms, isFirst }) => checkpointWithin(facts, isFirst) === ms,
  'none-until': ({ facts }, gap) => isGap(facts, gap),
  'left-by': (scope, { row, by }) => {
    const { facts } = scope;
    const seen = rowOf(scope, row);
    return byAttempts(facts, by, (began) => leftBy(facts, began, seen));
  },
  'triggered-from': (scope, { checkpoint, from }) => {
    const { facts } = scope;
    const trigger = facts.history.find(
      (e) => e.kind === 'checkpoint' && e.event === 'triggered' && e.checkpoint === checkpoint,
    );
    const at = trigger?.kind === 'checkpoint' ? trigger.t : triggeredAfter(facts, checkpoint);
    return at !== null && at >= from && isSaid(scope, ['left-by'], { by: from });
  },
  'shown-with': ({ facts }, { checkpoint, completed, by }) =>
    firstCompletion(facts, checkpoint)?.t === completed &&
    completed + commitWithin(facts) === by &&
    !isExcused(facts, completed, by),
  'shown-at': (scope, { row, t }) => rowOf(scope, row).t === t,
  'event-time-due': ({ facts }, { operator, subtask, attempt, watermark, by }) => {
    const splits = splitsFollowed(facts, { operator, subtask });
    if (splits.length === 0) return false;
    const due = (began: Began): number | null =>
      began.attempt === attempt ? announcedBy(facts, { began, splits }, watermark) : Infinity;
    return byAttempts(facts, by, due);
  },
  'report-before': ({ facts }, { below, report, ...of }) => {
    const reports = reportsOf(facts, of);
    const first = reports.findIndex(({ watermark }) => watermark >= below);
    const last = (first < 0 ? reports : reports.slice(0, first)).at(-1);
    return report === null
      ? last === undefined
      : last?.t === report.t && last.watermark === report.watermark;
  },
  'end-due': ({ facts }, { input, by }) =>
    inputEnd(facts) === input && calmFrom(facts, input + endWithin(facts)) === by,
  slack: ({ facts }, { ms }) => ms > 0 && slackOf(facts) === ms,
  excused: ({ facts }, { from, to }) => {
    const spans = excuses(facts);
    const end = to ?? Infinity;
    return (
      spans.some((span) => span.from === from) &&
      spans.some((span) => span.to === end) &&
      calmFrom(facts, from) === end
    );
  },

  'job-said': ({ facts }, { t }) => {
    const over = overAt(facts);
    return over?.t === t && over.isExact;
  },
  'job-over': ({ facts }, { t, isExact }) => {
    const over = overAt(facts);
    return over?.t === t && over.isExact === isExact;
  },
  'final-checkpoint': ({ facts }, { checkpoint }) =>
    facts.history.some(
      (e) =>
        e.kind === 'checkpoint' &&
        e.event === 'triggered' &&
        e.checkpoint === checkpoint &&
        e.reason === 'final',
    ),
  'did-work': (scope, { attempt, work }) =>
    didWork(scope.facts, attempt, work) && isOver(scope, attempt, work),
  'attempts-made': ({ facts }, { attempts, most }) =>
    facts.attempts.length === attempts &&
    failuresMax(facts) === most &&
    attempts <= (most ?? Infinity),
  'attempts-after': ({ facts }, { attempts, t }) =>
    facts.end?.healedAt === t &&
    attempts > 1 &&
    facts.attempts.filter((began) => began.t > t).length === attempts,
  'enough-time': ({ facts }, { leftMs, neededMs }) =>
    Math.floor(timeLeft(facts) ?? Number.NaN) === leftMs &&
    recoveryWithin(facts) === neededMs &&
    leftMs >= Math.floor(neededMs),
  'last-completed': ({ facts }, { checkpoint, t }) => {
    const firsts = facts.completions.filter(
      (known, i) => facts.completions.findIndex((c) => c.checkpoint === known.checkpoint) === i,
    );
    const last = firsts.at(-1);
    if (checkpoint === null) return last === undefined && t === null;
    const isRestored = facts.attempts.some(({ restored }) => restored === checkpoint);
    return (
      last?.checkpoint === checkpoint &&
      (t === null ? isRestored : firstCompletion(facts, checkpoint)?.t === t)
    );
  },
};

function failuresMax({ given }: Facts): number | null {
  const { restart } = given.kase.options;
  if (restart.kind === 'exponential') return null;
  return restart.kind === 'fixed-delay' ? restart.attemptsMax : restart.failuresMax;
}

interface Gap {
  readonly since: number;
  readonly until: number;
}

/**
 * No completion in between, nor one that only a restore tells of, so that it may have been there.
 */
function isGap({ history }: Facts, { since, until }: Gap): boolean {
  const told = new Set<number>();
  const moments = [0];
  for (const event of history) {
    if (event.kind === 'checkpoint' && event.event === 'completed') {
      if (!told.has(event.checkpoint)) moments.push(event.t);
      told.add(event.checkpoint);
    }
    const restored = event.kind === 'attempt' ? event.restored : null;
    if (restored === null || told.has(restored) || event.kind === 'header') continue;
    if (event.t > since) return false;
    told.add(restored);
    moments.push(event.t);
  }
  return since < until && moments.includes(since) && !moments.some((t) => since < t && t < until);
}

function firstCompletion({ history }: Facts, checkpoint: number): { readonly t: number } | null {
  const told = history.find(
    (e) => e.kind === 'checkpoint' && e.event === 'completed' && e.checkpoint === checkpoint,
  );
  return told?.kind === 'checkpoint' ? told : null;
}

/** Where nobody tells when it was triggered: so many others had to complete before it. */
function triggeredAfter(facts: Facts, checkpoint: number): number | null {
  const { concurrentMax } = facts.given.kase.options.checkpoint;
  const times = new Map<number, number>();
  for (const known of facts.completions) {
    if (!times.has(known.checkpoint)) times.set(known.checkpoint, known.t);
  }
  const inOrder = [...times].toSorted(([, a], [, b]) => a - b);
  const at = inOrder.findIndex(([id]) => id === checkpoint);
  return inOrder[at - concurrentMax]?.[1] ?? null;
}

/** Whether `by` is when it is due in some attempt that lasted so long. */
function byAttempts(facts: Facts, by: number, dueIn: (began: Began) => number | null): Answer {
  const dues = facts.attempts.map((began, i) => {
    const due = dueIn(began);
    return due !== null && due >= (facts.attempts[i + 1]?.t ?? Infinity) ? Infinity : due;
  });
  if (dues.some((due) => due !== null && calmFrom(facts, due) === by)) return true;
  return dues.includes(null) ? null : false;
}

function reportsOf(
  { history }: Facts,
  of: { readonly operator: string; readonly subtask: number; readonly attempt: number },
): readonly WatermarkEvent[] {
  return history.flatMap((e) =>
    e.kind === 'watermark' &&
    e.operator === of.operator &&
    e.subtask === of.subtask &&
    e.attempt === of.attempt
      ? [e]
      : [],
  );
}

function isShownAs(scope: Scope, name: string, { sink, row }: SinkRow): boolean {
  const seen = rowOf(scope, name);
  return seen.sink === sink && isSameRow(seen.row, row);
}

/** Of a completed checkpoint, or of the last attempt where there are no transactions. */
function isOwed(scope: Scope, name: string): boolean {
  const { transaction, checkpoint, attempt } = rowOf(scope, name);
  const { attempts, completions } = scope.facts;
  return transaction === null
    ? attempts.at(-1)?.attempt === attempt
    : completions.some((known) => known.checkpoint === checkpoint);
}

function timeLeft(facts: Facts): number | null {
  const { end, given } = facts;
  if (end?.outcome !== 'deadline') return null;
  const { options, deadlineMs } = given.kase;
  return deadlineMs - Math.max(end.healedAt, lastArrival(facts), options.stop?.atMs ?? 0);
}

function didWork({ history, attempts }: Facts, attempt: number, work: Work): boolean {
  switch (work.did) {
    case 'began':
      return attempts.some((began) => began.attempt === attempt && began.t === work.t);
    case 'checkpoint':
      return history.some(
        (e) =>
          e.kind === 'checkpoint' &&
          e.event === 'triggered' &&
          e.attempt === attempt &&
          e.checkpoint === work.checkpoint &&
          e.t === work.t,
      );
    case 'event-time':
      return history.some(
        (e) =>
          e.kind === 'watermark' &&
          e.attempt === attempt &&
          e.operator === work.operator &&
          e.watermark === work.watermark &&
          e.t === work.t &&
          e.watermark < WATERMARK_MAX,
      );
    case 'transaction':
    case 'row':
      return history.some(
        (e) =>
          (e.kind === 'transaction' || e.kind === 'written' || e.kind === 'visible') &&
          e.attempt === attempt &&
          e.sink === work.sink &&
          (work.did === 'row'
            ? e.kind === 'visible' && e.t === work.t
            : e.transaction === work.transaction),
      );
  }
}

/** The job had said that it was finished, or the attempt restored what it had ended with. */
function isOver(scope: Scope, attempt: number, work: Work): boolean {
  const { attempts, history } = scope.facts;
  const began = attempts.find((own) => own.attempt === attempt);
  if (work.did === 'began') {
    const said = history.find((e) => e.kind === 'job');
    return said?.kind === 'job' && said.event === 'finished' && said.t < work.t;
  }
  return isSaid(scope, ['final-checkpoint'], { checkpoint: began?.restored ?? null });
}
