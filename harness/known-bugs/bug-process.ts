/**
 * Entry of a process with a planted bug: plants it, then loads engine and scenarios and answers the
 * same jobs as a worker thread. It ends when its parent does (law A7).
 */
import { assert } from '../../src/base/assert.ts';
import type { Workbench } from '../run/job.ts';
import type { WorkerRequest } from '../run/worker-link.ts';
import type { WorkerSetup } from '../run/worker-setup.ts';
import { isReal, type ImmediateSubject } from '../subjects/subject.ts';
import type { BugFile } from './bug-file.ts';
import { plant } from './plant.ts';

/** What the parent passes as the only argument, in JSON. */
export interface BugProcessSetup {
  readonly bug: BugFile;
  readonly worker: WorkerSetup;
}

assert(process.send !== undefined, 'this module runs in a forked process only');
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole group; the parent decides when to end.
process.on('SIGINT', () => undefined);

const { bug, worker } = JSON.parse(process.argv[2] ?? '') as BugProcessSetup;
plant(bug);
// Only now: the modules of the engine must be loaded through the hook.
const { replyTo } = await import('../run/worker-link.ts');
const { answer } = await import('../run/job.ts');
const { setUp } = await import('../run/worker-setup.ts');
const bench = withParent(await setUp({ ...worker, bug }), process.ppid);

process.on('message', (request: WorkerRequest) => {
  void replyTo(request, (job) => answer(bench, job)).then((reply) => process.send?.(reply));
});

/** A long job hears no disconnect, so every run first looks whether the parent is still there. */
function withParent(workbench: Workbench, parent: number): Workbench {
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
