import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

import { openDocker, type Library } from '../../../../harness/subjects/containers/docker.ts';
import { isolatedNodes } from '../../../../harness/subjects/containers/isolated-nodes.ts';
import { isGone, newLabels, ownerOf } from '../../../../harness/subjects/containers/labels.ts';
import { packageFolders } from '../../../../harness/subjects/containers/package-folders.ts';
import { PipeWriter } from '../../../../harness/subjects/containers/pipe-writer.ts';
import { subjectNeeds } from '../../../../harness/subjects/needs.ts';
import { present } from '../../../../src/base/assert.ts';

describe('a machine without a Docker engine', () => {
  it('is told so in one sentence, and how to get one', async () => {
    const library = {
      getContainerRuntimeClient: () => Promise.reject(new Error('no strategy')),
    } as unknown as Library;
    await expect(openDocker(() => Promise.resolve(library))).rejects.toThrow(
      /^no Docker engine answers on this machine; install one .* sudo apt-get install docker.io/,
    );
  });

  it('is told when the package is missing', async () => {
    const missing = Object.assign(new Error('no module'), { code: 'ERR_MODULE_NOT_FOUND' });
    await expect(openDocker(() => Promise.reject(missing))).rejects.toThrow(
      'the package testcontainers is not installed; npm install testcontainers',
    );
  });

  it('sees in its needs whether there is one', () => {
    const needs = subjectNeeds().find(({ subject }) => subject === 'containers')?.needs ?? [];
    const engine = needs.find(({ name }) => name.includes('Docker engine'));
    expect(engine?.remedy === null).toBe(engine?.present);
  });
});

describe('isolated nodes', () => {
  const nodes = ['jm', 'tm0', 'tm1'];
  const both = (a: string, b: string) => [
    { from: a, to: b },
    { from: b, to: a },
  ];

  it('are those whose links are all broken, both ways', () => {
    expect(isolatedNodes(nodes, [...both('tm0', 'jm'), ...both('tm0', 'tm1')])).toEqual(['tm0']);
    expect(isolatedNodes(nodes, both('tm0', 'jm'))).toEqual([]);
    const oneWay = [{ from: 'tm0', to: 'jm' }, ...both('tm0', 'tm1')];
    expect(isolatedNodes(nodes, oneWay)).toEqual([]);
  });

  it('are no more than needed', () => {
    expect(isolatedNodes(['jm', 'tm0'], both('tm0', 'jm'))).toEqual(['tm0']);
    const all = [...both('jm', 'tm0'), ...both('jm', 'tm1'), ...both('tm0', 'tm1')];
    expect(isolatedNodes(nodes, all)).toEqual(['tm1', 'tm0']);
    expect(isolatedNodes(['jm'], [])).toEqual([]);
  });
});

describe('labels', () => {
  it('tell a harness that lives from one that is gone', () => {
    const owner = present(ownerOf(newLabels()), 'owner');
    expect(isGone(owner)).toBe(false);
    expect(isGone(`${process.pid}-0.abcdef`)).toBe(true);
    expect(ownerOf({})).toBeNull();
  });
});

describe('packages for the image', () => {
  it('come with everything they depend on', () => {
    const folders = packageFolders(['pg'], import.meta.url);
    expect([...folders.keys()]).toEqual(expect.arrayContaining(['pg', 'pg-protocol', 'pg-types']));
    expect(packageFolders(['no-such-package'], import.meta.url).size).toBe(0);
  });
});

describe('a pipe writer', () => {
  it('keeps what does not fit, in order', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pipe-test-'));
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    const writer = new PipeWriter(path);
    const text = Array.from({ length: 40_000 }, (_, i) => `line ${i}\n`).join('');
    writer.write(text.slice(0, 300_000));
    writer.write(text.slice(300_000));
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const chunk = Buffer.alloc(65_536);
    let got = '';
    while (got.length < text.length) {
      got += chunk.toString('utf8', 0, readOrNothing(file, chunk));
      await sleep(1);
    }
    expect(got).toBe(text);
    writer.close();
    closeSync(file);
    rmSync(folder, { recursive: true });
  });
});

function readOrNothing(file: number, chunk: Buffer): number {
  try {
    return readSync(file, chunk);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    return 0;
  }
}
