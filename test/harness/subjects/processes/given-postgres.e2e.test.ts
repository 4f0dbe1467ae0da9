/**
 * A PostgreSQL server that is given for the sinks: it is asked first, used by every run, named by
 * report and history, and never killed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { Workspace } from '../../../../harness/process-control/workspace.ts';
import { runAimed } from '../../../../harness/execution/real-run.ts';
import { canInject } from '../../../../harness/subjects/processes/given-postgres.ts';
import {
  openPostgres,
  type PostgresServer,
} from '../../../../harness/subjects/processes/postgres-server.ts';
import { subject as simulator } from '../../../../harness/subjects/simulator.ts';
import type { RealSubject } from '../../../../harness/subjects/port/subject.ts';
import type { Fault } from '../../../../src/model/fault.ts';
import { cli } from '../../cli/in-process.ts';
import { CaseRig, postgresIsHere } from './case-rig.ts';
import { smallCase } from './small-case.ts';

const hasPostgres = await postgresIsHere();
const folder = mkdtempSync(join(tmpdir(), 'tidemark-given-'));
const output = ['--output-dir', folder, '--reporter', 'terminal'] as const;
const campaign = ['run', 'word-count', '--runs', '1', '--workers', '1', ...output] as const;

// What the command line sets goes with the test.
beforeAll(() => void vi.stubEnv('TIDEMARK_POSTGRES_URL', ''));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const crash: Fault = {
  when: { at: 100 },
  action: { kind: 'store', effect: 'crash', durationMs: 100 },
};
const outage: Fault = {
  when: { at: 120 },
  action: { kind: 'store', effect: 'unavailable', durationMs: 900 },
};

describe('a PostgreSQL server that is given', () => {
  it.each([
    ['nobody listens', 'postgres://user:secret@127.0.0.1:1/x', /127\.0\.0\.1:1".*ECONNREFUSED/],
    ['it is no URL', 'user:secret@nowhere', /found "nowhere", expected a URL such as postgres:/],
    ['it is another server', 'http://user:secret@127.0.0.1/', /expected a URL such as postgres:/],
  ])('is asked first, and refused with 64 where %s', async (_, url, reason) => {
    const { code, out, err } = await cli(...campaign, '--subject', 'processes', '--postgres', url);
    expect({ code, out }).toEqual({ code: 64, out: '' });
    expect(err).toMatch(reason);
    expect(err).not.toContain('secret');
    expect(process.env['TIDEMARK_POSTGRES_URL']).toBe('');
  });

  it('is asked first also where the environment names it', async () => {
    vi.stubEnv('TIDEMARK_POSTGRES_URL', 'postgres://127.0.0.1:1/x');
    const { code, err } = await cli(...campaign, '--subject', 'processes');
    vi.stubEnv('TIDEMARK_POSTGRES_URL', '');
    expect(code).toBe(64);
    expect(err).toContain('expected a PostgreSQL server that answers');
  });

  it('is refused with the simulator, which has a store of its own', async () => {
    const { code, err } = await cli(...campaign, '--postgres', 'postgres://127.0.0.1:1/x');
    expect(code).toBe(64);
    expect(err).toContain('--postgres');
    expect(err).toContain('--subject processes');
  });

  it('is not killed: such faults are left out, and the others stay', async () => {
    const given = { scheduled: 0 };
    const subject: RealSubject = {
      id: 'processes',
      model: simulator,
      canInject,
      run: (kase) => {
        given.scheduled = kase.schedule.length;
        return Promise.resolve(simulator.run(kase));
      },
      check: (kase, history) => simulator.check(kase, history),
    };
    const kase = smallCase([crash, outage]);
    const before = await runAimed(subject, kase);
    vi.stubEnv('TIDEMARK_POSTGRES_URL', 'postgres://127.0.0.1:1/x');
    const { case: aimed } = await runAimed(subject, kase);
    vi.stubEnv('TIDEMARK_POSTGRES_URL', '');
    expect(before.case.schedule).toEqual([crash, outage]);
    expect(aimed.schedule).toEqual([outage]);
    expect(given.scheduled).toBe(1);
  });
});

describe.skipIf(!hasPostgres)('a PostgreSQL server that answers', () => {
  const rig = new CaseRig();
  let workspace: Workspace;
  let server: PostgresServer;
  beforeAll(async () => {
    await rig.open();
    workspace = Workspace.create();
    server = await openPostgres(workspace, '');
  });
  afterAll(async () => {
    await server.close();
    workspace.remove();
    await rig.close();
  });

  it('is used by a run without any fault of the store, and named in its history', async () => {
    const without = await rig.historyOf(smallCase([]));
    vi.stubEnv('TIDEMARK_POSTGRES_URL', server.direct);
    const history = await rig.historyOf(smallCase([]));
    vi.stubEnv('TIDEMARK_POSTGRES_URL', '');
    expect(without[0]).toMatchObject({ subject: 'reference engine on processes, files as sink' });
    const sink = new RegExp(
      `, PostgreSQL \\d+\\.\\d+\\S* at 127\\.0\\.0\\.1:${server.port} as sink$`,
    );
    expect(history[0]).toMatchObject({ subject: expect.stringMatching(sink) as string });
  });

  it('is named by the report of a campaign', async () => {
    const argv = [...campaign, '--subject', 'processes', '--postgres', server.direct];
    const { out, err } = await cli(...argv);
    expect(err).not.toContain('refused');
    expect(out).toMatch(
      /1 run on reference engine on processes, PostgreSQL \S+ at 127\.0\.0\.1:\d+ as sink\./,
    );
  });
});
