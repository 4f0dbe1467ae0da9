/**
 * A harness for a test to kill: runs a case in which a node is paused for long, in a workspace
 * below the folder given.
 */
import { join } from 'node:path';

import { Bench } from '../../../../harness/subjects/processes/bench.ts';
import { soundProgram } from '../../../../harness/subjects/processes/node-program.ts';
import { runCase } from '../../../../harness/subjects/processes/run-case.ts';
import { smallCase } from './small-case.ts';

const parent = process.argv[2] ?? '';
const bench = await Bench.open({ parent, program: soundProgram });
if (process.argv[3] === 'postgres') await bench.postgres();
const pause = { kind: 'pause', node: 'tm0', durationMs: 60_000 } as const;
const kase = { ...smallCase([{ when: { at: 100 }, action: pause }]), deadlineMs: 100_000 };
await runCase(kase, { bench, evidence: join(parent, 'evidence') });
