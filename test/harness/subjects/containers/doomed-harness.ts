/**
 * A harness for a test to kill: runs a case in containers in which a node is paused for long, in a
 * workspace below the folder given.
 */
import { join } from 'node:path';

import { ContainerBench } from '../../../../harness/subjects/containers/bench.ts';
import { runCase } from '../../../../harness/subjects/processes/run-case.ts';
import { smallCase } from '../processes/small-case.ts';

const parent = process.argv[2] ?? '';
const bench = await ContainerBench.open(parent);
const pause = { kind: 'pause', node: 'tm0', durationMs: 60_000 } as const;
const kase = { ...smallCase([{ when: { at: 100 }, action: pause }]), deadlineMs: 100_000 };
await runCase(kase, { bench, evidence: join(parent, 'evidence') });
