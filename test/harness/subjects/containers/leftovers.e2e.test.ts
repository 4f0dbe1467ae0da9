import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { identityOf } from '../../../../harness/process-control/process-identity.ts';
import type { Engine } from '../../../../harness/subjects/containers/docker.ts';
import {
  isGone,
  machineFilter,
  newLabels,
  ownerOf,
  type Labels,
} from '../../../../harness/subjects/containers/labels.ts';
import { sweep } from '../../../../harness/subjects/containers/sweep.ts';
import { present } from '../../../../src/base/assert.ts';
import { docker } from './engine.ts';

let parent = '';
let harness: ChildProcess | null = null;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'leftovers-test-'));
});
afterEach(() => {
  harness?.kill('SIGKILL');
  rmSync(parent, { recursive: true, force: true });
});

/** Everything on the engine whose owner begins so. */
async function belongings(engine: Engine, prefix: string): Promise<string[]> {
  const filters = { label: [machineFilter()] };
  const containers = await engine.listContainers({ all: true, filters });
  const networks = await engine.listNetworks({ filters });
  const images = await engine.listImages({ filters });
  const isTheirs = (found: { readonly Labels?: Labels | null | undefined }): boolean =>
    ownerOf(found.Labels)?.startsWith(prefix) === true;
  return [
    ...containers.filter(isTheirs).map(({ State }) => `container ${State}`),
    ...networks.filter(isTheirs).map(({ Name }) => `network ${Name}`),
    ...images.filter(isTheirs).map(({ Id }) => `image ${Id}`),
  ];
}

function hasPaused(): boolean {
  const evidence = join(parent, 'evidence');
  if (!existsSync(evidence)) return false;
  return readdirSync(evidence).some((name) =>
    readFileSync(join(evidence, name), 'utf8').includes('"event":"paused"'),
  );
}

/**
 * Starts a harness and waits until it has paused a container. Returns the beginning of its owner
 * label.
 */
async function startDoomed(engine: Engine): Promise<string> {
  const entry = fileURLToPath(new URL('./doomed-harness.ts', import.meta.url));
  harness = spawn(process.execPath, [entry, parent], { stdio: 'ignore' });
  const { pid, startTime } = present(identityOf(present(harness.pid, 'pid')), 'harness');
  const owner = `${pid}-${startTime}.`;
  await expect.poll(hasPaused, { timeout: 60_000, interval: 50 }).toBe(true);
  const before = await belongings(engine, owner);
  expect(before.filter((text) => text.endsWith('paused'))).toHaveLength(1);
  // Three nodes and the watchman.
  expect(before.filter((text) => text.startsWith('container'))).toHaveLength(4);
  return owner;
}

/** Processes that the harness started to clean up after it. */
function janitorsOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text
    .split(' ')
    .filter((child) => child !== '')
    .map(Number)
    .filter((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('janitor-main'));
}

describe.skipIf(docker === null)('A7 nothing on the engine outlives the harness', () => {
  it('killed by SIGKILL while a container is paused', { timeout: 90_000 }, async () => {
    const { engine } = present(docker, 'engine');
    const owner = await startDoomed(engine);
    harness?.kill('SIGKILL');
    // Law A7.
    const within = { timeout: 5_000, interval: 50 };
    await expect.poll(() => belongings(engine, owner), within).toEqual([]);
    const workspaces = () => readdirSync(parent).filter((name) => name.startsWith('tidemark-'));
    await expect.poll(workspaces, within).toEqual([]);
  });

  it(
    'killed together with its janitors: only the image waits for the next start',
    {
      timeout: 90_000,
    },
    async () => {
      const { engine } = present(docker, 'engine');
      const owner = await startDoomed(engine);
      const janitors = janitorsOf(present(harness?.pid, 'pid'));
      expect(janitors).toHaveLength(2);
      for (const janitor of janitors) process.kill(janitor, 'SIGKILL');
      harness?.kill('SIGKILL');
      const left = async () => (await belongings(engine, owner)).map((text) => text.split(' ')[0]);
      await expect.poll(left, { timeout: 8_000, interval: 100 }).toEqual(['image']);
      await sweep(engine, isGone);
      expect(await left()).toEqual([]);
    },
  );

  it('what nobody cleaned up is swept at the next start', async () => {
    const { engine } = present(docker, 'engine');
    const alive = newLabels();
    const dead = { ...alive, 'tidemark.owner': '1-0.dead' };
    await engine.createNetwork({ Name: 'tidemark-dead', Internal: true, Labels: dead });
    await engine.createNetwork({ Name: 'tidemark-alive', Internal: true, Labels: { ...alive } });
    await sweep(engine, isGone);
    expect(await belongings(engine, '1-0.')).toEqual([]);
    const owner = present(ownerOf(alive), 'owner');
    expect(await belongings(engine, owner)).toEqual(['network tidemark-alive']);
    expect(await sweep(engine, (found) => found === owner)).toBe(1);
  });
});
