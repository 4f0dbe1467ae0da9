/**
 * The reference engine as a whole: which nodes a case needs and how each is built. The only file of
 * the engine that its surroundings have to know, besides the World port.
 */
import type { Case } from '../model/case.ts';
import { builtinFunctions, type FunctionCatalog } from '../model/functions.ts';
import type { CompletedCheckpoint } from './job-manager/completed-checkpoints.ts';
import { JobManager } from './job-manager/job-manager.ts';
import { planPipeline } from './plan/plan.ts';
import { TaskManager } from './task-manager/task-manager.ts';
import type { EngineNode, World } from './world/world.ts';

const jobManagerName = 'jm';

export interface ReferenceEngine {
  readonly subject: string;
  readonly nodes: readonly string[];
  boot(node: string, world: World): EngineNode;
  chainOf(id: string): readonly string[];
  newestStateFile(read: (register: string) => string | null): string | null;
}

/** `catalog`: the functions the pipeline refers to. */
export function createReferenceEngine(
  kase: Case,
  catalog: FunctionCatalog = builtinFunctions,
): ReferenceEngine {
  const plan = planPipeline(kase.pipeline);
  const { options } = kase;
  const chains = new Map(plan.vertices.map((v) => [v.id, v.chain.map((o) => o.id)]));
  const taskManagers = Array.from({ length: options.taskManagers }, (_, i) => `tm${i}`);
  return {
    subject: 'reference engine, simulated',
    nodes: [jobManagerName, ...taskManagers],
    boot: (node, world) =>
      node === jobManagerName
        ? new JobManager({ world, plan, options })
        : new TaskManager({ world, node, jobManager: jobManagerName, plan, catalog, options }),
    chainOf: (id) => chains.get(id) ?? [],
    newestStateFile,
  };
}

function newestStateFile(read: (register: string) => string | null): string | null {
  const completed = JSON.parse(read('completed-checkpoints') ?? '[]') as CompletedCheckpoint[];
  return completed.at(-1)?.tasks[0]?.handle.path ?? null;
}
