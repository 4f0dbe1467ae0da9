/**
 * What a subtask is made from, and what it tells its TaskManager.
 */
import type { FunctionCatalog } from '../../model/functions.ts';
import type { EngineOptions } from '../../model/options.ts';
import type { StateHandle, TaskDeployment, TaskId } from '../world/messages.ts';
import type { Plan } from '../plan/plan.ts';
import type { World } from '../world/world.ts';

/** What a task tells its TaskManager. */
export interface TaskReports {
  endOfData(task: TaskId): void;
  finished(task: TaskId): void;
  ack(task: TaskId, checkpoint: number, handle: StateHandle): void;
  decline(checkpoint: number, reason: string): void;
  failed(cause: string, unreadable: number | null): void;
}

export interface TaskSettings {
  readonly world: World;
  readonly plan: Plan;
  readonly catalog: FunctionCatalog;
  readonly options: EngineOptions;
  readonly attempt: number;
  readonly deployment: TaskDeployment;
  readonly locations: readonly (readonly string[])[];
  readonly reports: TaskReports;
}

/** `ended`: all rows are through; checkpoints go on until the job's last one. */
export type Phase = 'deployed' | 'running' | 'ended' | 'finished' | 'cancelled';
