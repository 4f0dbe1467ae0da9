import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { outcomeOf } from '../../../../harness/execution/make-run.ts';
import { Workspace } from '../../../../harness/process-control/workspace.ts';
import { Bench } from '../../../../harness/subjects/processes/bench.ts';
import type { NodeProgram } from '../../../../harness/subjects/processes/node-process.ts';
import { soundProgram } from '../../../../harness/subjects/processes/node-program.ts';
import { openPostgres } from '../../../../harness/subjects/processes/postgres-server.ts';
import { runCase } from '../../../../harness/subjects/processes/run-case.ts';
import { subject as simulator } from '../../../../harness/subjects/simulator.ts';
import type { RealSubject } from '../../../../harness/subjects/port/subject.ts';
import { smallCase } from './small-case.ts';

let parent = '';
let bench: Bench | null = null;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'weather-test-'));
  chmodSync(parent, 0o711);
});
afterEach(async () => {
  await bench?.close();
  bench = null;
  rmSync(parent, { recursive: true, force: true });
});

async function subjectWith(program: NodeProgram): Promise<RealSubject> {
  const opened = await Bench.open({ parent, program });
  bench = opened;
  return {
    id: 'processes',
    model: simulator,
    check: (kase, history) => simulator.check(kase, history),
    run: (kase) => runCase(kase, { bench: opened, evidence: join(parent, 'evidence') }),
  };
}

describe('A4 bad weather makes a run unknown, and says why', () => {
  it('a node that does not start', async () => {
    const subject = await subjectWith({ ...soundProgram, execArguments: ['--no-such-flag'] });
    const outcome = await outcomeOf(subject, 0, smallCase());
    expect(outcome.status).toBe('unknown');
    expect(outcome.error).toMatch(/a node did not start: code 9; .*run it again/);
    expect(outcome.error).toContain('bad option: --no-such-flag');
  });

  it('a node that dies without being told to: the history so far is kept', async () => {
    const subject = await subjectWith(soundProgram);
    const running = outcomeOf(subject, 0, smallCase());
    const evidence = join(parent, 'evidence');
    const isRunning = (): boolean =>
      existsSync(evidence) &&
      readdirSync(evidence).some((name) =>
        readFileSync(join(evidence, name), 'utf8').includes('"event":"triggered"'),
      );
    await expect.poll(isRunning, { timeout: 15_000, interval: 20 }).toBe(true);
    const children = readFileSync(join(bench?.workspace.folder ?? '', 'children'), 'utf8');
    process.kill(Number(children.split(' ')[0]), 'SIGKILL');
    const outcome = await running;
    expect(outcome.status).toBe('unknown');
    expect(outcome.error).toMatch(/node jm ended by itself/);
    const [kept = ''] = /the history so far is in .*$/m.exec(outcome.error ?? '') ?? [];
    const file = kept.slice('the history so far is in '.length);
    expect(readFileSync(file, 'utf8')).toContain('"event":"triggered"');
  });

  it('a database that does not answer', async () => {
    const workspace = Workspace.create(parent);
    const opening = openPostgres(workspace, 'postgres://nobody@127.0.0.1:1/none');
    await expect(opening).rejects.toThrow(
      'the PostgreSQL server at 127.0.0.1 does not answer; check TIDEMARK_POSTGRES_URL',
    );
    workspace.remove();
  });
});
