import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { loadBug, projectBugs } from '../../../../harness/planting/bug-file.ts';
import { Bench } from '../../../../harness/subjects/processes/bench.ts';
import { plantedProgram } from '../../../../harness/subjects/processes/node-program.ts';
import { runCase } from '../../../../harness/subjects/processes/run-case.ts';
import { checkHistory } from '../../../support/checker/verified.ts';
import { smallCase } from './small-case.ts';

const bug = loadBug(join(projectBugs(), 'no-final-checkpoint.json'));
let bench: Bench;
let parent = '';
beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), 'planted-test-'));
  chmodSync(parent, 0o711);
  bench = await Bench.open({ parent, program: plantedProgram(bug) });
});
afterAll(async () => {
  await bench.close();
  rmSync(parent, { recursive: true, force: true });
});

describe('an engine with a planted bug on processes', () => {
  it('is found out: the tail of the input is never committed', async () => {
    const kase = smallCase();
    const { history } = await runCase(kase, { bench, evidence: join(parent, 'evidence') });
    const { status, anomalies } = checkHistory(kase, history);
    expect(status).toBe('invalid');
    const wanted: readonly string[] = bug.anomalies;
    expect(anomalies.filter(({ name }) => wanted.includes(name))).not.toEqual([]);
  });
});
