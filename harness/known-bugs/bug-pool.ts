/**
 * Workers for an engine with or without a planted bug.
 */
import { suggestName } from '../../src/model/validate/suggest.ts';
import { WorkerPool } from '../workers/pool.ts';
import { processChannel, workerFor } from '../workers/process-channel.ts';
import type { WorkerSetup } from '../workers/worker-setup.ts';
import { refusal } from '../store/refusal.ts';
import { subjectUrl } from '../subjects/subjects.ts';
import { checkMatches, loadBugs, projectBugs, type BugFile } from '../planting/bug-file.ts';

export interface PoolRequest {
  /** Id of the planted bug; null: the engine as it is. */
  readonly bug: string | null;
  /** Folder of bug files; null: the project's. */
  readonly dir: string | null;
  readonly workers: number;
  /** Name of the subject. */
  readonly subject: string;
  /** URLs of modules with the scenarios of the cases, where these bring functions; absent: none. */
  readonly modules?: readonly string[];
}

/** A pool that can execute and shrink cases of any scenario. Throws an InputError. */
export function poolFor(request: PoolRequest): WorkerPool {
  const setup: WorkerSetup = {
    subject: subjectUrl(request.subject),
    scenarios: request.modules ?? [],
  };
  if (request.bug === null) {
    return new WorkerPool(request.workers, () => workerFor(request.subject, setup));
  }
  const bug = findBug(loadBugs(request.dir ?? projectBugs()), request.bug);
  checkMatches(bug);
  return new WorkerPool(request.workers, () => processChannel({ bug, worker: setup }));
}

/** The bug named `id`. Throws an InputError with the nearest name. */
export function findBug(bugs: readonly BugFile[], id: string): BugFile {
  const found = bugs.find((bug) => bug.id === id);
  if (found !== undefined) return found;
  throw refusal('planted bug', id, {
    expectation: 'the id of a bug file',
    suggestion: suggestName(
      id,
      bugs.map((bug) => bug.id),
    ),
  });
}
