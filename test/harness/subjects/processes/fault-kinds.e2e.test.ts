/** Faults of single messages, disks and the database's own process, each with its effect seen. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import { loadBug, projectBugs } from '../../../../harness/planting/bug-file.ts';
import { plantedProgram } from '../../../../harness/subjects/processes/node-program.ts';
import type { DiskEffect, Fault, FaultTime, PointName } from '../../../../src/model/fault.ts';
import type { History } from '../../../../src/model/history.ts';
import { CaseRig, postgresIsHere } from './case-rig.ts';
import { smallCase } from './small-case.ts';

const hasPostgres = await postgresIsHere();
const rig = new CaseRig();
beforeAll(() => rig.open());
afterAll(() => rig.close());
afterEach(() => vi.unstubAllEnvs());

const between = { from: ['tm0'], to: ['tm1'], bothWays: true };

function passing(
  point: PointName,
  occurrence = 1,
  phase: 'before' | 'after' = 'before',
): FaultTime {
  return { point, phase, checkpoint: null, operator: null, subtask: null, occurrence };
}

function disk(effect: DiskEffect, when: FaultTime): Fault {
  return { when, action: { kind: 'disk', effect, node: 'here', durationMs: 50 } };
}

function attemptsOf(history: History): number {
  return history.filter((event) => event.kind === 'attempt').length;
}

function effectsOf(history: History): string[] {
  return history.flatMap((e) => (e.kind === 'fault' && e.event === 'effect' ? [e.detail] : []));
}

describe('A6 single messages on processes', () => {
  it('channels overtake each other: nothing breaks', async () => {
    const { history, complaints } = await rig.judge([
      {
        // From the start: on a busy machine the job has all its input by the first barrier.
        when: { at: 1 },
        action: { kind: 'reorder', links: between, waitMs: 40, durationMs: 2_000 },
      },
    ]);
    expect(complaints).toEqual([]);
    expect(attemptsOf(history)).toBe(1);
  });

  it.each(['drop', 'duplicate'] as const)(
    '%s: the receiver notices and breaks off',
    async (kind) => {
      const { history, complaints } = await rig.judge([
        { when: passing('barrier-emitted'), action: { kind, links: between, durationMs: 600 } },
      ]);
      expect(complaints).toEqual([]);
      expect(attemptsOf(history)).toBeGreaterThan(1);
    },
  );
});

describe('A6 disks on processes', () => {
  it('what was not synced is gone with its machine', async () => {
    const { history, complaints } = await rig.judge([
      disk('lost-unsynced', passing('state-upload', 2)),
    ]);
    expect(complaints).toEqual([]);
    expect(effectsOf(history)[0]).toMatch(/went down, \d+ un-synced files were hit/);
  });

  it.each(['corrupt-file', 'missing-file'] as const)(
    '%s: the job ends and says so, it does not go back silently',
    async (effect) => {
      const { history, complaints } = await rig.judge([
        disk(effect, passing('commit-reply', 1, 'after')),
      ]);
      expect(complaints).toEqual([]);
      expect(history.at(-1)).toMatchObject({ kind: 'end', outcome: 'failed' });
    },
  );
});

describe('A6 an engine on processes that acknowledges before it has synced', () => {
  const careless = new CaseRig();
  beforeAll(() =>
    careless.open(plantedProgram(loadBug(join(projectBugs(), 'ack-before-durable.json')))),
  );
  afterAll(() => careless.close());

  it.each(['lost-unsynced', 'torn-write'] as const)('is found out by %s', async (effect) => {
    const { history, complaints } = await careless.judge([
      disk(effect, passing('commit-reply', 1, 'after')),
    ]);
    expect(effectsOf(history)[0]).toMatch(/went down, [1-9]\d* un-synced files were hit/);
    expect(complaints.at(-1)).toMatch(/gave up \(.* is unreadable/);
  });
});

describe('A6 the database on processes', () => {
  it.skipIf(!hasPostgres)('open transactions time out', async () => {
    const { history, complaints } = await rig.judge([
      {
        when: passing('pre-commit'),
        action: { kind: 'store', effect: 'transaction-timeout', durationMs: 500 },
      },
    ]);
    expect(complaints).toEqual([]);
    expect(attemptsOf(history)).toBeGreaterThan(1);
  });

  it.skipIf(!hasPostgres)('its server is killed at a commit, and comes back', async () => {
    const { history, complaints } = await rig.judge([
      {
        when: passing('commit-call'),
        action: { kind: 'store', effect: 'crash', durationMs: 100 },
      },
    ]);
    expect(complaints).toEqual([]);
    expect(effectsOf(history)).toEqual(['the database server is gone']);
    expect(readdirSync(rig.folder).filter((name) => name.startsWith('postgres-'))).toEqual([]);
  });

  const crash: Fault = {
    when: { at: 100 },
    action: { kind: 'store', effect: 'crash', durationMs: 100 },
  };

  it('a given server is not killed: the run decides nothing', async () => {
    vi.stubEnv('TIDEMARK_POSTGRES_URL', 'postgres://127.0.0.1:1/x');
    await expect(rig.historyOf(smallCase([crash]))).rejects.toThrow(/a given one is not ours; run/);
  });

  it('files have no server to kill: the run decides nothing', async () => {
    vi.stubEnv('TIDEMARK_STORE', 'files');
    await expect(rig.historyOf(smallCase([crash]))).rejects.toThrow(
      /the file sink has none; unset/,
    );
  });
});
