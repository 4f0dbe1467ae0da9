/**
 * The scenarios about time hold event time, output and checkpoints to their times, in virtual time.
 */
import { expect, test } from 'vitest';

import { checkHistory } from '../../src/checker/check.ts';
import { catalog } from '../../scenarios/catalog/index.ts';
import { simulate } from '../../harness/subjects/simulate.ts';

const runs = 20;
const times = ['checkpoints-in-time', 'rows-in-time', 'watermarks-in-time', 'ends-in-time'];

/** Of so many runs, how many held something to its time. */
function heldTo(id: string): number[] {
  const counts = times.map(() => 0);
  for (let run = 0; run < runs; run++) {
    const kase = catalog.find((scenario) => scenario.id === id)?.generate(7, run);
    if (kase === undefined) continue;
    const { coverage } = checkHistory(kase, simulate(kase).history);
    times.forEach((name, i) => {
      if ((coverage[name] ?? 0) > 0) counts[i] = (counts[i] ?? 0) + 1;
    });
  }
  return counts;
}

test.each(['long-tails', 'ended-splits'])('%s: in every run', (id) => {
  expect(heldTo(id)).toEqual(times.map(() => runs));
});

test('random: in many runs, although most have faults', () => {
  for (const count of heldTo('random')) expect(count).toBeGreaterThan(runs / 4);
});
