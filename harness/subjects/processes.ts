/**
 * The reference engine as operating-system processes, judged by the checker. One bench serves all
 * runs of this process; it goes with it.
 */
import { resolve } from 'node:path';

import { checkHistory } from '../../src/checker/check.ts';
import { Bench } from './processes/bench.ts';
import { plantedProgram, soundProgram } from './processes/node-program.ts';
import type { NodeProgram } from './processes/node-process.ts';
import { runCase } from './processes/run-case.ts';
import { subject as simulator } from './simulator.ts';
import type { RealSubject } from './subject.ts';

/** A bug file to plant into the engine of every node; nothing else sees it. */
const bugFileVariable = 'TIDEMARK_BUG_FILE';

/** Where the history of a run lies while it is made, and stays if the run fails. */
const evidence = resolve('.tidemark', 'processes');

let opening: Promise<Bench> | null = null;

export const subject: RealSubject = {
  id: 'processes',
  run: async (kase) => {
    opening ??= Bench.open({ program: programOf(process.env[bugFileVariable]) });
    return runCase(kase, { bench: await opening, evidence });
  },
  check: (kase, history) => checkHistory(kase, history),
  model: simulator,
};

function programOf(bugFile: string | undefined): NodeProgram {
  return bugFile === undefined || bugFile === '' ? soundProgram : plantedProgram(bugFile);
}
