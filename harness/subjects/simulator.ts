/**
 * The reference engine in the deterministic simulator, judged by the checker.
 */
import { checkHistory } from '../../src/checker/check.ts';
import { simulate } from './simulate.ts';
import type { ImmediateSubject } from './port/subject.ts';

export const subject: ImmediateSubject = {
  id: 'simulator',
  run: (kase, given) => simulate(kase, given?.functions),
  check: (kase, history, given) => checkHistory(kase, history, given),
};
