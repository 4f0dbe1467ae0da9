/**
 * The reference engine in containers, judged by the checker. One bench serves all runs of this
 * process; it goes with it.
 */
import { resolve } from 'node:path';

import { checkHistory } from '../../src/checker/check.ts';
import type { BugFile } from '../planting/bug-file.ts';
import type { PlantableSubject } from '../planting/planted-subject.ts';
import { ContainerBench } from './containers/bench.ts';
import { canInject } from './processes/given-postgres.ts';
import { runCase } from './processes/run-case.ts';
import { subject as simulator } from './simulator.ts';

/** Where the history of a run lies while it is made, and stays if the run fails. */
const evidence = resolve('.tidemark', 'containers');

let opening: Promise<ContainerBench> | null = null;

function subjectWith(bug: BugFile | null): PlantableSubject {
  return {
    id: 'containers',
    run: async (kase, given) => {
      opening ??= ContainerBench.open();
      return runCase(kase, { bench: await opening, evidence, bug, given });
    },
    check: (kase, history, given) => checkHistory(kase, history, given),
    canInject,
    model: simulator,
    planted: subjectWith,
  };
}

export const subject: PlantableSubject = subjectWith(null);
