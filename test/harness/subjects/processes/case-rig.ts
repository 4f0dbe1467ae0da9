/**
 * Small cases on real processes, and what is wrong with their histories.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Bench } from '../../../../harness/subjects/processes/bench.ts';
import type { NodeProgram } from '../../../../harness/subjects/processes/node-process.ts';
import { soundProgram } from '../../../../harness/subjects/processes/node-program.ts';
import { findPostgres } from '../../../../harness/subjects/processes/postgres-binaries.ts';
import { runCase } from '../../../../harness/subjects/processes/run-case.ts';
import { present } from '../../../../src/base/assert.ts';
import { checkHistory } from '../../../support/checker/verified.ts';
import type { Case } from '../../../../src/model/case.ts';
import type { Schedule } from '../../../../src/model/fault.ts';
import type { History } from '../../../../src/model/history.ts';
import { smallCase } from './small-case.ts';

export interface Judged {
  readonly history: History;
  /** Why not everything is explained, and which faults had no effect; empty when all is well. */
  readonly complaints: readonly string[];
}

/** Whether there is a database to break; says so when not. */
export async function postgresIsHere(): Promise<boolean> {
  try {
    await findPostgres();
    return true;
  } catch (error) {
    console.warn(`skipped, faults of a database: ${String(error)}`);
    return false;
  }
}

export class CaseRig {
  private bench: Bench | null = null;
  private parent = '';

  /** `program`: what the nodes run; the engine as it is unless given. */
  async open(program: NodeProgram = soundProgram): Promise<void> {
    this.parent = mkdtempSync(join(tmpdir(), 'processes-test-'));
    // The database may run as another user.
    chmodSync(this.parent, 0o711);
    this.bench = await Bench.open({ parent: this.parent, program });
  }

  async close(): Promise<void> {
    await this.bench?.close();
    rmSync(this.parent, { recursive: true, force: true });
  }

  /** Of everything that its runs leave behind. */
  get folder(): string {
    return present(this.bench, 'an open bench').workspace.folder;
  }

  async historyOf(kase: Case): Promise<History> {
    const bench = present(this.bench, 'an open bench');
    const { history } = await runCase(kase, { bench, evidence: join(this.parent, 'evidence') });
    return history;
  }

  /** Runs the small case under the schedule. */
  async judge(schedule: Schedule): Promise<Judged> {
    const kase = smallCase(schedule);
    const history = await this.historyOf(kase);
    const { unknowns, anomalies } = checkHistory(kase, history);
    const effects = new Set(
      history.flatMap((e) => (e.kind === 'fault' && e.event === 'effect' ? [e.fault] : [])),
    );
    const vain = schedule.flatMap((_, i) => (effects.has(i) ? [] : [`no effect: ${i}`]));
    const found = anomalies.map(({ explanation }) => explanation.sentence);
    return { history, complaints: [...unknowns.map(({ text }) => text), ...found, ...vain] };
  }
}
