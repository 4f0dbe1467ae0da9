import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { identityOf, signal, stateOf } from '../../../harness/process-control/process-identity.ts';
import { startProcess } from '../../../harness/process-control/start-process.ts';
import { sweepLeftovers, Workspace } from '../../../harness/process-control/workspace.ts';
import { present } from '../../../src/base/assert.ts';

let parent = '';
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'workspace-test-'));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const idle = 'setInterval(() => {}, 1000)';

const table = '/proc/sysvipc/shm';
const hasSharedMemory = existsSync(table) && existsSync('/usr/bin/ipcmk');
if (!hasSharedMemory) console.warn('skipped, shared memory: this system has no ipcmk');

/** Segments that a process made: the fifth column is the creator. */
function segmentsOf(pid: number): string[] {
  const lines = readFileSync(table, 'utf8').split('\n');
  return lines.filter((line) => line.trim().split(/\s+/)[4] === String(pid));
}

describe('A7 a workspace', () => {
  it('ends its processes, stopped ones too, and removes its folder', async () => {
    const workspace = Workspace.create(parent);
    const child = startProcess({ command: [process.execPath, '-e', idle], workspace });
    signal(child.identity, 'SIGSTOP');
    workspace.remove();
    expect((await child.ended).signal).toBe('SIGKILL');
    expect(existsSync(workspace.folder)).toBe(false);
    expect(() => workspace.remove()).not.toThrow();
  });

  it.skipIf(!hasSharedMemory)('removes the shared memory that its processes left', async () => {
    const workspace = Workspace.create(parent);
    const maker = startProcess({ command: ['ipcmk', '-M', '56'], workspace });
    expect((await maker.ended).code).toBe(0);
    const { pid } = maker.identity;
    expect(segmentsOf(pid)).toHaveLength(1);
    workspace.remove();
    expect(segmentsOf(pid)).toEqual([]);
  });

  it('is left alone while its harness lives', () => {
    const workspace = Workspace.create(parent);
    expect(sweepLeftovers(parent)).toBe(0);
    expect(existsSync(workspace.folder)).toBe(true);
  });

  it('is swept when its harness is gone, with what it started', async () => {
    const child = spawn(process.execPath, ['-e', idle], { stdio: 'ignore' });
    const identity = present(identityOf(present(child.pid, 'pid')), 'identity');
    const orphan = join(parent, 'tidemark-1-4711-abcdef');
    mkdirSync(orphan);
    writeFileSync(join(orphan, 'children'), `${identity.pid} ${identity.startTime}\n`);
    mkdirSync(join(parent, 'tidemark-notes'));
    expect(sweepLeftovers(parent)).toBe(1);
    await once(child, 'exit');
    expect(existsSync(orphan)).toBe(false);
    expect(existsSync(join(parent, 'tidemark-notes'))).toBe(true);
  });

  it('never kills a process that only has the pid of one of its own', () => {
    const orphan = join(parent, 'tidemark-1-4711-abcdef');
    mkdirSync(orphan);
    writeFileSync(join(orphan, 'children'), `${process.pid} 12\n`);
    sweepLeftovers(parent);
    expect(stateOf(present(identityOf(process.pid), 'self'))).toBe('running');
    expect(existsSync(orphan)).toBe(false);
  });
});

describe('a started process', () => {
  it('keeps its last lines and says how it ended', async () => {
    const workspace = Workspace.create(parent);
    const program = 'for (let i = 0; i < 20; i++) console.error(`line ${i}`); process.exit(3)';
    const child = startProcess({ command: [process.execPath, '-e', program], workspace });
    expect(await child.ended).toMatchObject({ code: 3, signal: null });
    expect(child.lastLines().split('\n').at(-1)).toBe('line 19');
    expect(child.lastLines().split('\n')).toHaveLength(8);
    workspace.remove();
  });

  it('is killed for sure, also when it ignores everything', async () => {
    const workspace = Workspace.create(parent);
    const stubborn = `process.on('SIGTERM', () => {}); process.on('SIGINT', () => {}); ${idle}`;
    const child = startProcess({ command: [process.execPath, '-e', stubborn], workspace });
    expect(child.kill()).toBe(true);
    expect((await child.ended).signal).toBe('SIGKILL');
    workspace.remove();
  });
});
