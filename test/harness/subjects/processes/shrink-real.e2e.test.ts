import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { loadBug, projectBugs } from '../../../../harness/planting/bug-file.ts';
import { shrinkReal } from '../../../../harness/shrink/shrink-real.ts';
import { Bench } from '../../../../harness/subjects/processes/bench.ts';
import { soundProgram } from '../../../../harness/subjects/processes/node-program.ts';
import { runCase } from '../../../../harness/subjects/processes/run-case.ts';
import { subject as simulator } from '../../../../harness/subjects/simulator.ts';
import type { RealSubject } from '../../../../harness/subjects/port/subject.ts';
import type { Case } from '../../../../src/model/case.ts';
import { smallCase } from './small-case.ts';

const bug = loadBug(join(projectBugs(), 'no-final-checkpoint.json'));
let bench: Bench;
let parent = '';
beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), 'shrink-test-'));
  chmodSync(parent, 0o711);
  bench = await Bench.open({ parent, program: soundProgram });
});
afterAll(async () => {
  await bench.close();
  rmSync(parent, { recursive: true, force: true });
});

/** The small case ten times as fast, with a fault that has nothing to do with the defect. */
function hastyCase(): Case {
  const kase = smallCase([
    { when: { at: 20 }, action: { kind: 'clock-jump', node: 'tm0', byMs: 50 } },
  ]);
  const splits = kase.workload.splits.map((log) => ({
    ...log,
    records: log.records.map((record) => ({ ...record, at: Math.floor(record.at / 10) })),
  }));
  return { ...kase, workload: { splits } };
}

describe('shrinking on processes', () => {
  it('makes small what the simulator, whose engine is sound, does not show', async () => {
    let runs = 0;
    const subject: RealSubject = {
      ...simulator,
      id: 'processes',
      run: (kase) => {
        runs++;
        return runCase(kase, { bench, evidence: join(parent, 'evidence'), bug });
      },
      runsAtOnce: 2,
      model: simulator,
    };
    // A clock that counts runs: how far it gets does not depend on the machine.
    const clock = { now: () => runs * 1000, budgetMs: 13_000 };
    const settings = { anomalies: [], runsMax: 200, mustReach: false, ...clock };
    const result = await shrinkReal(subject, hastyCase(), settings);
    const wanted: readonly (string | null)[] = bug.anomalies;
    expect(wanted).toContain(result.anomaly);
    expect(result.execution.verdict.status).toBe('invalid');
    expect(result.real).toMatchObject({ shrunkOn: 'subject', showsInSimulator: false });
    expect(result.real?.rate?.shown).toBeGreaterThan(0);
    expect(result.limit?.limit).toBe('shrink-budget');
    expect(result.to.faults).toBe(0);
    expect(result.to.events).toBeLessThanOrEqual(60);
  }, 90_000);
});
