/**
 * Claims about the run, looked up.
 */
import { rules } from '../../model/rule.ts';
import type { Checks } from './scope.ts';

export const runChecks: Checks<'due' | 'rule'> = {
  due: ({ facts }, { records, checkpoint }) => {
    const { end, kase } = facts;
    const wasStopped = end?.outcome === 'suspended' || kase.options.stop?.kind === 'drain';
    if (end?.outcome !== 'finished' && end?.outcome !== 'suspended') return false;
    if (checkpoint === null) return !wasStopped && records.every((name) => facts.record(name));
    return records.every(({ split, offset }) => offset < (facts.offsetIn(checkpoint, split) ?? 0));
  },
  rule: (_scope, { rule }) => rule in rules,
};
