import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  stateOf,
  type ProcessIdentity,
} from '../../../../harness/process-control/process-identity.ts';

let parent = '';
let harness: ChildProcess | null = null;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'leftovers-test-'));
  // The database may run as another user.
  chmodSync(parent, 0o711);
});
afterEach(() => {
  harness?.kill('SIGKILL');
  rmSync(parent, { recursive: true, force: true });
});

function startHarness(...options: string[]): ChildProcess {
  const entry = fileURLToPath(new URL('./doomed-harness.ts', import.meta.url));
  return spawn(process.execPath, [entry, parent, ...options], { stdio: 'ignore' });
}

function workspaces(): string[] {
  return readdirSync(parent).filter((name) => name.startsWith('tidemark-'));
}

function childrenIn(workspace: string): ProcessIdentity[] {
  return readFileSync(join(parent, workspace, 'children'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [pid, startTime = ''] = line.split(' ');
      return { pid: Number(pid), startTime };
    });
}

function hasPaused(): boolean {
  const evidence = join(parent, 'evidence');
  if (!existsSync(evidence)) return false;
  return readdirSync(evidence).some((name) =>
    readFileSync(join(evidence, name), 'utf8').includes('"event":"paused"'),
  );
}

async function untilPaused(): Promise<readonly ProcessIdentity[]> {
  await expect.poll(hasPaused, { timeout: 20_000, interval: 50 }).toBe(true);
  const children = workspaces().flatMap(childrenIn);
  expect(children.map(stateOf)).toContain('stopped');
  return children;
}

/** Law A7 gives five seconds. */
const within = { timeout: 5_000, interval: 50 };

function left(children: readonly ProcessIdentity[]): unknown[] {
  return [...children.filter((child) => stateOf(child) !== 'gone'), ...workspaces()];
}

describe('A7 nothing outlives the harness', () => {
  for (const name of ['SIGKILL', 'SIGINT'] as const) {
    it(`killed by ${name} while a node is stopped`, async () => {
      harness = startHarness();
      const children = await untilPaused();
      expect(children.length).toBeGreaterThanOrEqual(3);
      harness.kill(name);
      await expect.poll(() => left(children), within).toEqual([]);
      // The history so far is evidence, not litter.
      expect(hasPaused()).toBe(true);
    });
  }

  it('nor does its database', async () => {
    harness = startHarness('postgres');
    const children = await untilPaused();
    harness.kill('SIGKILL');
    await expect.poll(() => left(children), within).toEqual([]);
  });
});
