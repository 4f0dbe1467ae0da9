/**
 * One execution attempt as the JobManager sees it: which subtask runs where, who is deployed, who
 * has reached the end, who is finished.
 */
import { assert, present } from '../../base/assert.ts';
import {
  taskName,
  type TaskDeployment,
  type TaskId,
  type ToTaskManager,
} from '../world/messages.ts';
import type { Plan } from '../plan/plan.ts';
import type { World } from '../world/world.ts';
import type { CompletedCheckpoint } from './completed-checkpoints.ts';

export interface ExecutionSettings {
  readonly world: World;
  readonly plan: Plan;
  readonly attempt: number;
  readonly leader: number;
  /** Node of each slot; subtask i of every vertex goes to slot i (slot sharing). */
  readonly slots: readonly string[];
  readonly restored: CompletedCheckpoint | null;
}

export class Execution {
  readonly attempt: number;
  readonly leader: number;
  readonly nodes: readonly string[];
  readonly taskCount: number;
  private readonly settings: ExecutionSettings;
  private readonly deployed = new Set<string>();
  private readonly endOfData = new Set<string>();
  private readonly finished = new Set<string>();

  constructor(settings: ExecutionSettings) {
    this.settings = settings;
    this.attempt = settings.attempt;
    this.leader = settings.leader;
    const { plan, slots } = settings;
    assert(slots.length >= plan.slots, 'too few slots');
    this.nodes = [...new Set(slots.slice(0, plan.slots))];
    this.taskCount = plan.vertices.reduce((sum, vertex) => sum + vertex.parallelism, 0);
  }

  /** How the job ends once this attempt has taken over; null: it has to run. */
  get ends(): CompletedCheckpoint['ends'] {
    return this.settings.restored?.ends ?? null;
  }

  runsOn(node: string): boolean {
    return this.nodes.includes(node);
  }

  deploy(): void {
    const { plan, slots, attempt, leader, world } = this.settings;
    const locations = plan.vertices.map((vertex) => slots.slice(0, vertex.parallelism));
    for (const node of this.nodes) {
      const tasks = this.tasksOn(node);
      world.send(node, { type: 'deploy', leader, attempt, tasks, locations });
    }
  }

  broadcast(message: ToTaskManager): void {
    for (const node of this.nodes) this.settings.world.send(node, message);
  }

  /** True once every node has deployed its subtasks. */
  onDeployed(node: string): boolean {
    this.deployed.add(node);
    return this.deployed.size === this.nodes.length;
  }

  /** True once every subtask has seen the end of its input. */
  onEndOfData(task: TaskId): boolean {
    this.endOfData.add(taskName(task));
    return this.ended;
  }

  get ended(): boolean {
    return this.endOfData.size === this.taskCount;
  }

  /** True once every subtask is finished. */
  onFinished(task: TaskId): boolean {
    this.finished.add(taskName(task));
    return this.finished.size === this.taskCount;
  }

  private tasksOn(node: string): TaskDeployment[] {
    const { plan, slots } = this.settings;
    return plan.vertices.flatMap((vertex) =>
      Array.from({ length: vertex.parallelism }, (_, subtask) => ({
        vertex: vertex.index,
        subtask,
      }))
        .filter((task) => slots[task.subtask] === node)
        .map((task) => ({ task, restore: this.restoreOf(task) })),
    );
  }

  private restoreOf(task: TaskId): TaskDeployment['restore'] {
    const { restored } = this.settings;
    if (restored === null) return null;
    const stored = restored.tasks.find(
      (t) => t.task.vertex === task.vertex && t.task.subtask === task.subtask,
    );
    const { handle } = present(stored, `state of ${taskName(task)}`);
    return { checkpoint: restored.checkpoint, handle };
  }
}
