/**
 * Entry of the containers' janitor: a process that outlives the harness by a moment. Its standard
 * input ends when the harness does, in whatever way; then it removes everything that carries the
 * label it was given. What the engine was still making then appears a little later, so it looks
 * again until there was nothing twice.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { present } from '../../../src/base/assert.ts';
import { openDocker } from './docker.ts';
import { sweep } from './sweep.ts';

const mine = present(process.argv[2], 'the owner to clean up after');
const pauseMs = 250;
const looksMax = 20;

// At once: there is little time when it is needed.
const opening = openDocker();
opening.catch(() => undefined);

async function cleanUp(): Promise<void> {
  const { engine } = await opening;
  let quiet = 0;
  for (let look = 0; look < looksMax && quiet < 2; look++) {
    if (look > 0) await sleep(pauseMs);
    quiet = (await sweep(engine, (owner) => owner === mine)) === 0 ? quiet + 1 : 0;
  }
}

// Ctrl-C goes to the harness; the janitor is needed a little longer.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.stdin.on('end', () => void cleanUp());
process.stdin.on('error', () => void cleanUp());
process.stdin.resume();
