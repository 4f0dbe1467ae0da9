/**
 * Workers for an engine with or without a planted bug.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { suggestName } from '../../src/model/suggest.ts';
import { WorkerPool } from '../run/pool.ts';
import { threadChannel, type Channel } from '../run/worker-link.ts';
import { siblingUrl, type WorkerSetup } from '../run/worker-setup.ts';
import { refusal } from '../store/refusal.ts';
import { subjectUrl } from '../subjects/subjects.ts';
import { checkMatches, loadBugs, projectBugs, type BugFile } from './bug-file.ts';
import type { BugProcessSetup } from './bug-process.ts';

export interface PoolRequest {
  /** Id of the planted bug; null: the engine as it is. */
  readonly bug: string | null;
  /** Folder of bug files; null: the project's. */
  readonly dir: string | null;
  readonly workers: number;
  /** Name of the subject. */
  readonly subject: string;
}

/** A pool that can execute and shrink cases of any scenario. Throws an InputError. */
export function poolFor(request: PoolRequest): WorkerPool {
  const setup: WorkerSetup = { subject: subjectUrl(request.subject), scenarios: [] };
  if (request.bug === null) return new WorkerPool(request.workers, () => threadChannel(setup));
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

/** A process whose engine carries the bug. */
export function processChannel(setup: BugProcessSetup): Channel {
  const entry = fileURLToPath(siblingUrl(import.meta.url, './bug-process'));
  const child = fork(entry, [JSON.stringify(setup)], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // The parent's own flags (a debugger, a test runner's loader) are not for the child.
    execArgv: [],
  });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4000);
  });
  const gone = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => {
      resolve(`the process of bug "${setup.bug.id}" ended with ${signal ?? code}: ${errors}`);
    });
  });
  return {
    send: (request) => void (child.connected && child.send(request)),
    onReply: (listener) => void child.on('message', listener),
    onGone: (listener) => void gone.then(listener),
    end: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
