/**
 * What a sink's rows wait for inside the pipeline: nothing, event time, or a timer of processing
 * time. Read off the operators on their way.
 */
import { unreachable } from '../../base/assert.ts';
import type { ProcessDeclaration } from '../../model/functions.ts';
import type { Branch } from '../plan/branches.ts';
import { declaredOf } from '../plan/declared.ts';
import type { Plan, Stage } from '../plan/plan.ts';

export interface Waits {
  /** Rows leave when event time has reached them. */
  readonly eventTime: boolean;
  /** A timer that is set behind event time waits for the next watermark, whenever that comes. */
  readonly eventTimer: boolean;
  /** They wait for a timer this long after their first record; null: for none. */
  readonly timerMs: number | null;
  /** They wait for a partner, of which their time tells nothing. */
  readonly partner: boolean;
  /** Nobody outside can tell what they wait for. */
  readonly unknown: boolean;
  /** Splits whose event time they wait for. */
  readonly splits: readonly number[];
}

const nothing: Waits = {
  eventTime: false,
  eventTimer: false,
  timerMs: null,
  partner: false,
  unknown: false,
  splits: [],
};

export function waitsOf(plan: Plan, branches: readonly Branch[]): Waits {
  return branches.map((branch) => waitsOfBranch(plan, branch)).reduce(both, nothing);
}

function waitsOfBranch(plan: Plan, { root }: Branch): Waits {
  if (root.kind === 'source') return nothing;
  const stage = plan.stages.get(root.spec.id);
  if (stage === undefined) return { ...nothing, unknown: true };
  const before = waitsOf(plan, stage.branches);
  if (root.output === 'late') return before;
  const own = { ...ownWaits(plan, stage), splits: stage.splits };
  return both(before, own);
}

function both(a: Waits, b: Waits): Waits {
  return {
    eventTime: a.eventTime || b.eventTime,
    eventTimer: a.eventTimer || b.eventTimer,
    timerMs: a.timerMs ?? b.timerMs,
    partner: a.partner || b.partner,
    unknown: a.unknown || b.unknown || (a.timerMs !== null && b.timerMs !== null),
    splits: [...new Set([...a.splits, ...b.splits])],
  };
}

function ownWaits(plan: Plan, stage: Stage): Omit<Waits, 'splits'> {
  const { spec } = stage;
  switch (spec.kind) {
    case 'window':
    case 'sort':
      return { ...nothing, eventTime: true };
    case 'reduce':
    case 'dedup':
      return nothing;
    case 'interval-join':
      return { ...nothing, partner: true };
    case 'process':
      return processWaits(declaredOf(plan, stage));
    default:
      return unreachable(spec, 'stage');
  }
}

/** A function that declares nothing sets timers as it likes. */
function processWaits(declared: ProcessDeclaration | null): Omit<Waits, 'splits'> {
  switch (declared?.kind) {
    case 'event-time-buckets':
      return { ...nothing, eventTime: true, eventTimer: true };
    case 'processing-time-batches':
      return { ...nothing, timerMs: declared.delayMs };
    case undefined:
      return { ...nothing, unknown: true };
  }
}
