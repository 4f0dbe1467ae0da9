/**
 * What must happen somewhere in a campaign for its passes to mean anything (law A9). A rule is met
 * when one of its coverage counts is above zero in some run.
 */
import type { SometimesRule } from './scenario.ts';

/** The job failed, was restored from a checkpoint, and still committed something afterwards. */
export const afterFailure: readonly SometimesRule[] = [
  { name: 'a checkpoint completed', anyOf: ['checkpoints-completed'] },
  { name: 'the job restored a checkpoint', anyOf: ['restores'] },
];

/** Records came after their window had been closed. */
export const lateRecords: readonly SometimesRule[] = [
  { name: 'a record was late', anyOf: ['late-rows'] },
];

/** A replay showed at the sink. */
export const duplicates: readonly SometimesRule[] = [
  { name: 'a replay became visible', anyOf: ['duplicates'] },
];
