/**
 * Scenarios for the fake subject: one that is always valid, one that loses now and then, one that
 * throws, one whose wanted event never happens, one that makes what is no case.
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
  const splits = kase.workload.splits.map(({ split, records }) => ({
    split,
    records: records.map((record) => ({ ...record, key: 'explode' })),
  }));
  return { ...kase, workload: { splits } };
});
export const vacuous: Scenario = {
  ...scenario('vacuous', (seed, run) => ({
    ...withRecords(smallCase('vacuous', seed + run), 3, () => false),
    schedule: [],
  })),
};

/** Its 31st case names a function that is not there. */
export const misspelt: Scenario = scenario('misspelt', (seed, run) => {
  const kase = withRecords(smallCase('misspelt', seed + run), 3, () => false);
  const operators = kase.pipeline.operators.map((operator) =>
    operator.kind === 'reduce' && run === 30
      ? { ...operator, aggregate: { fn: 'coumt' } }
      : operator,
  );
  return { ...kase, pipeline: { ...kase.pipeline, operators } };
});

export const catalog: readonly Scenario[] = [lossy, sound, throwing, vacuous, misspelt];
