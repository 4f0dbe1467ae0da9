/**
 * Random outsides of runs: attempts that take checkpoints, fail, restore the newest one that is
 * complete, and end in every way a job can end.
 */
import type { RandomStream } from '../../../src/base/random.ts';
import type { AttemptPlan, CheckpointPlan, Cut, Skeleton } from './skeleton.ts';

export interface SkeletonSettings {
  /** Records per split. */
  readonly lengths: readonly number[];
  readonly failuresMax: number;
}

type Ending = 'finish' | 'drain' | 'suspend' | 'fail';

export function drawSkeleton(random: RandomStream, settings: SkeletonSettings): Skeleton {
  return new Drawing(random, settings).draw();
}

class Drawing {
  private readonly random: RandomStream;
  private readonly settings: SkeletonSettings;
  private readonly attempts: AttemptPlan[] = [];
  private newest: CheckpointPlan | null = null;
  private nextId = 1;

  constructor(random: RandomStream, settings: SkeletonSettings) {
    this.random = random;
    this.settings = settings;
  }

  draw(): Skeleton {
    const { random } = this;
    const ending = this.drawEnding();
    const failures = random.below(this.settings.failuresMax + 1) + (ending === 'fail' ? 1 : 0);
    for (let i = 0; i < failures; i++) this.addAttempt(this.failing(ending));
    if (ending === 'fail') {
      return { attempts: this.attempts, outcome: 'failed', stop: null };
    }
    this.addAttempt(this.ending(ending));
    const outcome = ending === 'suspend' ? 'suspended' : 'finished';
    return { attempts: this.attempts, outcome, stop: ending === 'finish' ? null : ending };
  }

  private drawEnding(): Ending {
    const { random } = this;
    if (random.chance(0.5)) return 'finish';
    return random.pick(['drain', 'suspend', 'drain', 'suspend', 'fail']);
  }

  private addAttempt(checkpoints: readonly CheckpointPlan[]): void {
    const attempt = this.attempts.length + 1;
    const from = this.start();
    this.attempts.push({ attempt, restored: this.newest?.id ?? null, from, checkpoints });
    this.newest = checkpoints.findLast(({ completed }) => completed) ?? this.newest;
  }

  private start(): Cut {
    return this.newest?.cut ?? this.settings.lengths.map(() => 0);
  }

  private failing(ending: Ending): readonly CheckpointPlan[] {
    const checkpoints = this.periodic();
    if (this.isOver() || ending === 'fail' || !this.random.chance(0.25)) return checkpoints;
    // The end had come, but the checkpoint that should have covered it was not completed, or was
    // completed and its commits were not.
    const completed = this.random.chance(0.4);
    return [...checkpoints, this.last(ending, { after: checkpoints, completed })];
  }

  private ending(ending: Ending): readonly CheckpointPlan[] {
    if (this.isOver()) return [];
    const checkpoints = this.periodic();
    return [...checkpoints, this.last(ending, { after: checkpoints, completed: true })];
  }

  /** A job that was stopped is over; what ran to its end may reach it once more. */
  private isOver(): boolean {
    return this.newest !== null && this.newest.kind !== 'periodic';
  }

  private periodic(): readonly CheckpointPlan[] {
    const checkpoints: CheckpointPlan[] = [];
    if (this.isOver()) return checkpoints;
    let cut = this.start();
    for (let count = this.random.below(3); count > 0; count--) {
      cut = this.further(cut);
      const completed = this.random.chance(0.8);
      checkpoints.push({ id: this.nextId++, cut, completed, kind: 'periodic' });
    }
    return checkpoints;
  }

  private last(
    ending: Ending,
    {
      after,
      completed,
    }: { readonly after: readonly CheckpointPlan[]; readonly completed: boolean },
  ): CheckpointPlan {
    const before = after.at(-1)?.cut ?? this.start();
    const cut = ending === 'finish' ? this.settings.lengths : this.further(before);
    const kind = ending === 'suspend' ? 'savepoint' : 'final';
    return { id: this.nextId++, cut, completed, kind };
  }

  private further(cut: Cut): Cut {
    return cut.map((offset, split) => {
      const most = this.settings.lengths[split] ?? offset;
      return this.random.between(offset, most);
    });
  }
}
