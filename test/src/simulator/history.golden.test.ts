/**
 * Runs are an API: these digests pin what a case means to the simulated engine. A change of engine
 * or simulator that changes them needs a line in the changelog. (Update: `npx vitest run
 * test/src/simulator/history.golden.test.ts -u`.)
 */
import { expect, test } from 'vitest';

import { digest64 } from '../../../src/base/hash.ts';
import { defaultCase } from '../../../scenarios/default-case.ts';
import { smallCase } from '../model/cases.ts';
import { historyText } from '../../support/simulator/runs.ts';

test('A1: the history of the small case', () => {
  expect(digest64(historyText(smallCase))).toMatchSnapshot();
});

test('A1: the history of the small case without faults, stopped with drain and with suspend', () => {
  const stopped = (kind: 'drain' | 'suspend'): string => {
    const options = { ...smallCase.options, stop: { kind, atMs: 25 } };
    return digest64(historyText({ ...smallCase, options, schedule: [] }));
  };
  expect([stopped('drain'), stopped('suspend')]).toMatchSnapshot();
});

test.each([1, 2, 3])('A1: the history of default case %i', (seed) => {
  expect(digest64(historyText(defaultCase(seed)))).toMatchSnapshot();
});
