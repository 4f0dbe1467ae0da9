/**
 * Entry of a worker process: plants a bug if there is one, then loads engine and scenarios and
 * answers the same jobs as a worker thread. It ends when its parent does (law A7).
 */
import { assert } from '../../src/base/assert.ts';
import type { BugFile } from '../planting/bug-file.ts';
import { plant } from '../planting/plant.ts';
import type { WorkerRequest } from './worker-link.ts';
import type { WorkerSetup } from './worker-setup.ts';
import { isReal, type ImmediateSubject } from '../subjects/port/subject.ts';
import type { Workbench } from './job.ts';

/** What the parent passes as the only argument, in JSON. */
export interface WorkerProcessSetup {
  /**
   * The process that wants the answers. Who looks for it later may find that it has died already.
   */
  readonly parent: number;
  /** Planted into this process and what it starts; absent: nothing. */
  readonly bug?: BugFile;
  readonly worker: WorkerSetup;
}

assert(process.send !== undefined, 'this module runs in a forked process only');
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole group; the parent decides when to end.
process.on('SIGINT', () => undefined);

const { parent, bug, worker } = JSON.parse(process.argv[2] ?? '') as WorkerProcessSetup;
if (bug !== undefined) plant(bug);
// Only now: the modules of the engine must be loaded through the hook.
const { replyTo } = await import('./worker-link.ts');
const { answer } = await import('./job.ts');
const { setUp } = await import('./worker-setup.ts');
const bench = withParent(await setUp(bug === undefined ? worker : { ...worker, bug }));

process.on('message', (request: WorkerRequest) => {
  void replyTo(request, (job) => answer(bench, job)).then((reply) => process.send?.(reply));
});

/** A long job hears no disconnect, so every run first looks whether the parent is still there. */
function withParent(workbench: Workbench): Workbench {
  const { subject } = workbench;
  if (isReal(subject)) return workbench;
  const watched: ImmediateSubject = {
    ...subject,
    run: (kase) => {
      if (process.ppid !== parent) process.exit(0);
      return subject.run(kase);
    },
  };
  return { ...workbench, subject: watched };
}
