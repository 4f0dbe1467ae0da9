/**
 * Workers that are processes: for an engine with a planted bug, and for real subjects. Those hold
 * children, sockets and pipes, with which a thread was seen not to end (Node loops in the clean-up
 * of its handles); a process can be killed, and whoever watches it clears up behind it (law A7).
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { runsInWorld } from '../subjects/subjects.ts';
import { threadChannel, type Channel } from './worker-link.ts';
import type { WorkerProcessSetup } from './worker-process.ts';
import { siblingUrl, type WorkerSetup } from './worker-setup.ts';

/** A worker for the subject of this name, as it is. */
export function workerFor(subject: string, setup: WorkerSetup): Channel {
  return runsInWorld(subject) ? processChannel({ worker: setup }) : threadChannel(setup);
}

/** A process with its own copy of engine and checker. */
export function processChannel(loads: Omit<WorkerProcessSetup, 'parent'>): Channel {
  const setup: WorkerProcessSetup = { ...loads, parent: process.pid };
  const entry = fileURLToPath(siblingUrl(import.meta.url, './worker-process'));
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
      resolve(`the worker process ended with ${signal ?? code}: ${errors}`);
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
