/**
 * Checkpoints that faults had nothing to do with: what was due before one was triggered is visible
 * when it has completed and its sinks have had the time to commit.
 */
import type { Observation } from '../evidence/observe.ts';
import type { Influence } from './influence.ts';
import type { Timing } from './timing.ts';

export interface CalmCheckpoint {
  readonly checkpoint: number;
  readonly triggered: number;
  readonly completed: number;
  /** When its rows are visible at the latest. */
  readonly visible: number;
}

export interface CalmSettings {
  readonly influence: Influence;
  readonly timing: Timing;
  /** Checkpoints that may be under way at once. */
  readonly concurrentMax: number;
}

/** In order of time. */
export function calmCheckpoints(seen: Observation, settings: CalmSettings): CalmCheckpoint[] {
  const { influence, timing, concurrentMax } = settings;
  const all = [...seen.checkpoints.values()].toSorted((a, b) => a.completedT - b.completedT);
  const calm: CalmCheckpoint[] = [];
  all.forEach(({ checkpoint, completedT: completed }, i) => {
    // Where nobody tells when it was triggered, it was after those that had been before it.
    const triggered = seen.triggers.get(checkpoint)?.t ?? all[i - concurrentMax]?.completedT;
    const visible = completed + timing.commitMs;
    if (triggered === undefined || !influence.isCalm(triggered, visible)) return;
    // One that was overtaken shows nothing that the one before it did not have to.
    if (triggered < (calm.at(-1)?.triggered ?? triggered)) return;
    calm.push({ checkpoint, triggered, completed, visible });
  });
  return calm;
}
