/** A7: a process with a planted bug does not outlive the harness, however that ends. */
import { spawn } from 'node:child_process';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { loadBugs, projectBugs } from '../../../harness/known-bugs/bug-file.ts';
import { findBug } from '../../../harness/known-bugs/bug-pool.ts';
import { subjectUrl } from '../../../harness/subjects/subjects.ts';

const entry = new URL('../../../harness/known-bugs/bug-process.ts', import.meta.url).pathname;
const setup = JSON.stringify({
  bug: findBug(loadBugs(projectBugs()), 'commit-on-precommit'),
  worker: { subject: subjectUrl('simulator'), scenarios: [] },
});

/** Stands for the harness: starts the worker, says its process id, and then waits. */
const parentProgram = `
  import { fork } from 'node:child_process';
  const child = fork(${JSON.stringify(entry)}, [${JSON.stringify(setup)}], {
    serialization: 'advanced',
    execArgv: [],
  });
  child.once('spawn', () => console.log(child.pid));
  setInterval(() => undefined, 1000);
`;

const started: number[] = [];
afterEach(() => {
  for (const pid of started.splice(0)) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('A7: nothing outlives the harness', () => {
  it('SIGKILL of the parent ends the worker', async () => {
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', parentProgram]);
    const worker = await new Promise<number>((resolve) => {
      parent.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString())));
    });
    started.push(worker, parent.pid ?? 0);
    expect(isAlive(worker)).toBe(true);
    parent.kill('SIGKILL');
    await vi.waitFor(() => expect(isAlive(worker)).toBe(false), { timeout: 20_000, interval: 20 });
  });
});
