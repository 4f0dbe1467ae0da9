/**
 * What must happen somewhere in a campaign for its passes to mean anything (law A9). A rule is met
 * when one of its coverage counts (see the checker) is above zero in some run. Only what happens in
 * a fair share of runs is asked for: a short campaign has to meet it too.
 */
import type { SometimesRule } from './scenario.ts';

/** The job failed between checkpoints, was restored from one, and went on. */
export const afterFailure: readonly SometimesRule[] = [
  { name: 'a checkpoint completed before a fault struck', anyOf: ['checkpoint-before-fault'] },
  { name: 'a checkpoint completed after a fault struck', anyOf: ['checkpoint-after-fault'] },
  { name: 'the job restored a checkpoint', anyOf: ['restores'] },
];

/** Late records of every class: certainly, certainly not, and as the schedule would have it. */
export const lateRecords: readonly SometimesRule[] = [
  { name: 'a record was certainly on time', anyOf: ['must-records'] },
  { name: 'a record was certainly late', anyOf: ['must-not-records'] },
  { name: 'a record was late or not, as the schedule decided', anyOf: ['may-records'] },
];

/** A replay showed at the sink. */
export const duplicates: readonly SometimesRule[] = [
  { name: 'a replay became visible', anyOf: ['duplicates'] },
];
