/**
 * Scenarios for the fake subject: one that is always valid, one that loses now and then, one that
 * throws, one whose wanted event never happens.
 */
import * as fc from 'fast-check';

import type { Scenario } from '../../../scenarios/scenario.ts';
import type { Case } from '../../../src/model/case.ts';
import { smallCase, withRecords } from './cases.ts';

function scenario(id: string, generate: (seed: number, run: number) => Case): Scenario {
  return {
    id,
    title: `fake ${id}`,
    describes: 'For tests.',
    promises: ['exactly-once'],
    expectation: 'valid',
    sometimes: [{ name: 'a restore', anyOf: ['restores'] }],
    arbitrary: fc.constant(generate(1, 0)),
    generate,
  };
}

/** Every third case has a record that a crash loses. */
export const lossy: Scenario = scenario('lossy', (seed, run) =>
  withRecords(smallCase('lossy', seed + run), 24, (id) => run % 3 === 2 && id === 17),
);
export const sound: Scenario = scenario('sound', (seed, run) =>
  withRecords(smallCase('sound', seed + run), 12, () => false),
);
export const throwing: Scenario = scenario('throwing', (seed, run) => {
  const kase = withRecords(smallCase('throwing', seed + run), 2, () => false);
  const [log] = kase.workload.splits;
  const records = (log?.records ?? []).map((record) => ({ ...record, key: 'explode' }));
  return { ...kase, workload: { splits: [{ split: 's0', records }] } };
});
export const vacuous: Scenario = {
  ...scenario('vacuous', (seed, run) => ({
    ...withRecords(smallCase('vacuous', seed + run), 3, () => false),
    schedule: [],
  })),
};

export const catalog: readonly Scenario[] = [lossy, sound, throwing, vacuous];
