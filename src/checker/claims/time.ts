/**
 * Claims about time: why a record is certainly late, or certainly on time; what comes first.
 */
import type { Claim } from '../../model/verdict/claim.ts';
import { assignWindows, cleanupTime } from '../../oracle/specification.ts';
import type { Context } from '../context/context.ts';
import type { Item } from '../plan/items.ts';
import type { Stage } from '../plan/plan.ts';
import { recordNames } from './naming.ts';

/** The operator with a sense of time that the rows of a sink come from. */
export function timedStage({ plan }: Context, sink: string): Stage | null {
  const branches = plan.sinks.find(({ spec }) => spec.id === sink)?.branches ?? [];
  for (const { root } of branches) {
    if (root.kind === 'stage') return plan.stages.get(root.spec.id) ?? null;
  }
  return null;
}

/** The operator whose late output the sink shows; null: it shows none. */
export function lateStage({ plan }: Context, sink: string): Stage | null {
  const branches = plan.sinks.find(({ spec }) => spec.id === sink)?.branches ?? [];
  const late = branches.find(({ root }) => root.kind === 'stage' && root.output === 'late');
  return late?.root.kind === 'stage' ? (plan.stages.get(late.root.spec.id) ?? null) : null;
}

/**
 * Where a row of the sink can be seen when nothing is late: of a late output, where it came in.
 * Null: nowhere.
 */
export function outputPlace(context: Context, sink: string): string | null {
  const stage = lateStage(context, sink);
  if (stage === null) return sink;
  const { spec } = stage;
  const plan = context.plan.sinks.find((own) => own.spec.id === sink);
  const isPlain = plan?.branches.every(({ chain }) => chain.length === 0) === true;
  return isPlain && 'input' in spec ? spec.input : null;
}

/**
 * That no legal schedule lets the watermark reach `limit` before the record: or that every one
 * does.
 */
export function timeClaim(context: Context, stage: Stage, of: TimeOf): Claim {
  const operator = stage.spec.id;
  if (!of.isLate && stage.punctual) return { kind: 'punctual', operator };
  const { sink, limit } = of;
  const records = recordNames(context, of.records);
  return { kind: of.isLate ? 'passed' : 'unpassed', operator, sink, records, limit };
}

interface TimeOf {
  readonly sink: string;
  readonly records: readonly number[];
  readonly limit: number;
  readonly isLate: boolean;
}

/** From which watermark on a row of the stage's input is late there. */
export function lateFrom({ spec }: Stage, { ts }: Pick<Item, 'ts'>): number {
  switch (spec.kind) {
    case 'interval-join':
      return ts + 1;
    case 'window': {
      const ends = assignWindows(spec.assigner, ts);
      return Math.max(...ends.map((window) => cleanupTime(window, spec.allowedLatenessMs)));
    }
    case 'sort':
    case 'process':
    case 'reduce':
    case 'dedup':
      return ts;
  }
}

/** Which of two items comes first where they come from: a split, or an operator that sorts. */
export function orderClaim(
  context: Context,
  { first, second }: { readonly first: Item; readonly second: Item },
): Claim {
  const records = {
    first: recordNames(context, first.from),
    second: recordNames(context, second.from),
  };
  return [first, second].every(({ rank, ts }) => rank === ts)
    ? { kind: 'time-order', ...records, times: [first.ts, second.ts] }
    : { kind: 'split-order', ...records };
}
