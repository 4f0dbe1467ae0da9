import { spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';

/** A parent that starts a bug process, gives it much to do, says its id, and is then killed. */
const parent = `
  import { loadBugs, projectBugs } from '${url('harness/planting/bug-file.ts')}';
  import { fork } from 'node:child_process';
  const bug = loadBugs(projectBugs())[0];
  const worker = {
    subject: '${url('harness/subjects/simulator.ts')}',
    scenarios: ['${url('scenarios/catalog/index.ts')}'],
  };
  const entry = new URL('${url('harness/workers/worker-process.ts')}');
  const child = fork(entry, [JSON.stringify({ parent: process.pid, bug, worker })], {
    serialization: 'advanced',
    execArgv: [],
  });
  const job = { kind: 'runs', scenario: 'word-count', seed: 1, from: 0, to: 100000, step: 1 };
  child.on('spawn', () => {
    child.send({ id: 1, job });
    setTimeout(() => console.log(child.pid), 1500);
  });
`;

function url(path: string): string {
  return new URL(`../../../${path}`, import.meta.url).href;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

it('A7: a process with a planted bug does not outlive a parent that is killed', async () => {
  const started = spawn(process.execPath, ['--input-type=module', '-e', parent], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = await new Promise<number>((resolve) => {
    started.stdout.on('data', (text: Buffer) => resolve(Number(text.toString())));
  });
  expect(isAlive(pid)).toBe(true);
  started.kill('SIGKILL');
  const gone = async (): Promise<boolean> => {
    for (let i = 0; i < 100 && isAlive(pid); i++) await wait(50);
    return !isAlive(pid);
  };
  await expect(gone()).resolves.toBe(true);
});
