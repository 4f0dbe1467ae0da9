/**
 * The reference engine as operating-system processes, judged by the checker. One bench serves all
 * runs of this process; it goes with it.
 */
import { resolve } from 'node:path';

import { checkHistory } from '../../src/checker/check.ts';
import { Bench } from './processes/bench.ts';
import { runCase } from './processes/run-case.ts';
import { subject as simulator } from './simulator.ts';
import type { RealSubject } from './subject.ts';

/** Where the history of a run lies while it is made, and stays if the run fails. */
const evidence = resolve('.tidemark', 'processes');

let opening: Promise<Bench> | null = null;

export const subject: RealSubject = {
  id: 'processes',
  run: async (kase) => {
    opening ??= Bench.open({ program: { execArguments: [], environment: {} } });
    return runCase(kase, { bench: await opening, evidence });
  },
  check: (kase, history) => checkHistory(kase, history),
  model: simulator,
};
