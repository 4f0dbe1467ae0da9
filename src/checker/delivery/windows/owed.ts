/**
 * Which records a suspended job owes. What its watermark had certainly passed, judged from the
 * input; and what the panes that did fire prove: where one window of a key has fired, so has every
 * window of the key that ends before it and whose records had arrived.
 */
import type { Key } from '../../../model/value.ts';
import type { Context } from '../../context/context.ts';
import { attemptOf, type Epoch } from '../../time/epochs.ts';
import { finalWatermarks, firstToReach, watermarkValues } from '../../time/final-watermarks.ts';
import type { Group, Member } from './groups.ts';
import type { PaneSink } from './pane-sink.ts';

/** A pane of the key that fired: the watermark had reached `reached` then. */
interface Proof {
  readonly reached: number;
  /** In this attempt or a later one; null: unknown. */
  readonly attempt: number | null;
}

interface Owing {
  readonly groups: readonly Group[];
  readonly epochs: readonly Epoch[];
  /** What the watermark had certainly reached at the end. */
  readonly atLeastAtEnd: number;
}

/** Whether a record of a window had to show by the end. */
export type IsOwed = (group: Group, member: Member) => boolean;

export function owedBy(context: Context, sink: PaneSink, owing: Owing): IsOwed {
  const { groups, epochs, atLeastAtEnd } = owing;
  if (!context.due.suspended) return () => true;
  if (!sink.committed) return ({ window }) => window.end - 1 <= atLeastAtEnd;
  const finals = finalWatermarks(context.plan, sink.stage, epochs);
  const proofs = proofsOf(context, sink, { groups, epochs });
  const last = context.seen.attempts.at(-1)?.attempt ?? null;
  const reached = new Map<Key, number>();
  for (const [key, own] of proofs) {
    const times = own.filter(({ attempt }) => attempt === last).map(({ reached: at }) => at);
    const least = Math.max(atLeastAtEnd, ...times);
    reached.set(key, finals?.find((watermark) => watermark >= least) ?? least);
  }
  return ({ key, window }, { item, onTime }) => {
    if (window.end - 1 <= (reached.get(key) ?? atLeastAtEnd)) return true;
    if (!onTime || !item.direct) return false;
    const own = attemptOf(epochs, context.plan.table, item.from[0] as number);
    const fired = (proof: Proof): boolean =>
      proof.reached >= window.end - 1 && own !== null && own <= (proof.attempt ?? -1);
    return (proofs.get(key) ?? []).some(fired);
  };
}

function proofsOf(
  context: Context,
  { stage }: PaneSink,
  { groups, epochs }: Pick<Owing, 'groups' | 'epochs'>,
): ReadonlyMap<Key, readonly Proof[]> {
  const values = watermarkValues(context.plan, stage);
  const proofs = new Map<Key, Proof[]>();
  for (const { key, panes, guessed } of groups) {
    const own = proofs.get(key) ?? [];
    proofs.set(key, own);
    for (const pane of [...panes, ...guessed]) {
      const time = pane.seen.row.ts;
      // Watermarks leap from one announced value to the next.
      const reached = values.find((value) => value >= time) ?? time;
      const first = firstToReach(context.plan, stage, { epochs, time });
      const read = 'members' in pane ? lastAttempt(context, pane.members, epochs) : null;
      const attempts = [first, read].filter((attempt) => attempt !== null);
      own.push({ reached, attempt: attempts.length === 0 ? null : Math.max(...attempts) });
    }
  }
  return proofs;
}

/** The last attempt that read one of the records; null: unknown. */
function lastAttempt(
  { plan }: Context,
  members: readonly Member[],
  epochs: readonly Epoch[],
): number | null {
  if (!members.every(({ item }) => item.direct)) return null;
  const attempts = members.map(({ item }) => attemptOf(epochs, plan.table, item.from[0] as number));
  return attempts.includes(null) ? null : Math.max(...(attempts as readonly number[]));
}
