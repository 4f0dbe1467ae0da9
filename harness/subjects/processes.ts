/**
 * The reference engine as operating-system processes, judged by the checker. One bench serves all
 * runs of this process; it goes with it.
 */
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';

import { checkHistory } from '../../src/checker/check.ts';
import type { BugFile } from '../planting/bug-file.ts';
import type { PlantableSubject } from '../planting/planted-subject.ts';
import { Bench } from './processes/bench.ts';
import { canInject } from './processes/given-postgres.ts';
import { soundProgram } from './processes/node-program.ts';
import { runCase } from './processes/run-case.ts';
import { subject as simulator } from './simulator.ts';

/** Where the history of a run lies while it is made, and stays if the run fails. */
const evidence = resolve('.tidemark', 'processes');

let opening: Promise<Bench> | null = null;

function subjectWith(bug: BugFile | null): PlantableSubject {
  return {
    id: 'processes',
    run: async (kase, given) => {
      opening ??= Bench.open({ program: soundProgram });
      return runCase(kase, { bench: await opening, evidence, bug, given });
    },
    check: (kase, history, given) => checkHistory(kase, history, given),
    canInject,
    // A run waits more than it computes.
    runsAtOnce: Math.min(4, availableParallelism()),
    model: simulator,
    planted: subjectWith,
  };
}

export const subject: PlantableSubject = subjectWith(null);
