/**
 * The reference engine as operating-system processes, judged by the checker. One bench serves all
 * runs of this process; it goes with it.
 */
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';

import { checkHistory } from '../../src/checker/check.ts';
import type { BugFile } from '../known-bugs/bug-file.ts';
import { Bench } from './processes/bench.ts';
import { plantedProgram, soundProgram } from './processes/node-program.ts';
import { runCase } from './processes/run-case.ts';
import { subject as simulator } from './simulator.ts';
import type { RealSubject } from './subject.ts';

/** Where the history of a run lies while it is made, and stays if the run fails. */
const evidence = resolve('.tidemark', 'processes');

/** Its nodes carry the bug; null: they run the engine as it is. */
export function subjectWith(bug: BugFile | null): RealSubject {
  let opening: Promise<Bench> | null = null;
  return {
    id: 'processes',
    run: async (kase) => {
      opening ??= Bench.open({ program: bug === null ? soundProgram : plantedProgram(bug) });
      return runCase(kase, { bench: await opening, evidence });
    },
    check: (kase, history) => checkHistory(kase, history),
    // A run waits more than it computes.
    runsAtOnce: Math.min(4, availableParallelism()),
    model: simulator,
  };
}

export const subject: RealSubject = subjectWith(null);
