/**
 * The completed checkpoints (Flink `DefaultCompletedCheckpointStore`). Writing a checkpoint into
 * the register **is** its completion: before that nothing may be committed, after that nothing may
 * be taken back. A new one is added before old ones are dropped.
 */
import { assert } from '../../base/assert.ts';
import type { StateHandle, TaskId } from '../world/messages.ts';
import type { World } from '../world/world.ts';
import { RegisterCell } from './register-cell.ts';

export interface CompletedCheckpoint {
  readonly checkpoint: number;
  readonly attempt: number;
  /** How the job ends with it: nothing is left to do but its commits. Null: the job goes on. */
  readonly ends: 'finished' | 'suspended' | null;
  readonly tasks: readonly { readonly task: TaskId; readonly handle: StateHandle }[];
}

export class CompletedCheckpoints {
  private readonly world: World;
  private readonly cell: RegisterCell;
  private readonly retained: number;
  /** Oldest first. */
  private checkpoints: readonly CompletedCheckpoint[] = [];
  private writing = false;
  private readonly waiting: (() => void)[] = [];

  constructor(world: World, retained: number) {
    this.world = world;
    this.cell = new RegisterCell(world, 'completed-checkpoints');
    this.retained = retained;
  }

  recover(then: () => void): void {
    this.cell.read((value) => {
      this.checkpoints =
        value === null ? [] : (JSON.parse(value) as readonly CompletedCheckpoint[]);
      then();
    });
  }

  latest(): CompletedCheckpoint | null {
    return this.checkpoints.at(-1) ?? null;
  }

  /** Runs `then` when no write is under way: only then is `latest` the truth. */
  whenSettled(then: () => void): void {
    if (this.writing) this.waiting.push(then);
    else then();
  }

  /** Adds and drops what exceeds the retained number; `false`: we lead no more. */
  add(checkpoint: CompletedCheckpoint, then: (added: boolean) => void): void {
    const all = [...this.checkpoints, checkpoint];
    const kept = all.slice(-this.retained);
    this.replace(kept, (written) => {
      if (written) for (const old of all.slice(0, -this.retained)) this.deleteFiles(old);
      then(written);
    });
  }

  /** Forgets an unreadable checkpoint, by explicit choice of the operator of the job. */
  discard(checkpoint: number, then: (written: boolean) => void): void {
    this.replace(
      this.checkpoints.filter((c) => c.checkpoint !== checkpoint),
      then,
    );
  }

  /** Removes every file under the checkpoint's folder. */
  private deleteFiles(checkpoint: CompletedCheckpoint): void {
    removeCheckpointFiles(this.world, checkpoint.checkpoint);
  }

  private replace(
    checkpoints: readonly CompletedCheckpoint[],
    then: (written: boolean) => void,
  ): void {
    assert(!this.writing, 'one write of the checkpoint store at a time');
    this.writing = true;
    this.cell.write(JSON.stringify(checkpoints), (written) => {
      this.writing = false;
      if (written) this.checkpoints = checkpoints;
      then(written);
      while (!this.writing && this.waiting.length > 0) this.waiting.shift()?.();
    });
  }
}

/** Removes the files of a checkpoint nobody can restore from. Best effort. */
export function removeCheckpointFiles(world: World, checkpoint: number): void {
  world.storage.list(`chk-${checkpoint}/`, (failure, paths) => {
    if (failure !== null) return;
    for (const path of paths ?? []) world.storage.remove(path, () => undefined);
  });
}
