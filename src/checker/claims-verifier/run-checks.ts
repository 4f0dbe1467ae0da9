/**
 * Claims about the run, looked up.
 */
import type { RecordName } from '../../model/claim.ts';
import type { RunClaim } from '../../model/claim-runs.ts';
import { rules } from '../../model/rule.ts';
import { exist } from './evidence.ts';
import { type Checks, rowOf, type Scope } from './scope.ts';
import { isPassed, isPunctual, isUnpassed } from './time.ts';

export const runChecks: Checks<RunClaim['kind'] | 'rule'> = {
  due: (scope, { records, checkpoint }) => {
    const { end, given } = scope.facts;
    const wasStopped = end?.outcome === 'suspended' || given.kase.options.stop?.kind === 'drain';
    if (end?.outcome !== 'finished' && end?.outcome !== 'suspended') return false;
    if (checkpoint === null) return !wasStopped && exist(scope, records);
    return isLast(scope, checkpoint) && records.every((name) => isRead(scope, checkpoint, name));
  },
  'stopped-before': (scope, { records, checkpoint }) =>
    exist(scope, records) &&
    isLast(scope, checkpoint) &&
    !records.some((name) => isRead(scope, checkpoint, name)),
  'without-records': (scope, { records, isOnly }) =>
    exist(scope, records) && isOnly === scope.isOnly,
  'without-row': (scope, { row, isOnly }) =>
    rowOf(scope, row).position >= 0 && isOnly === scope.isOnly,
  punctual: ({ facts }, { operator }) => isPunctual(facts, operator),
  unpassed: ({ facts }, { operator, sink, records, limit }) =>
    records.every((record) => isUnpassed(facts, { operator, sink, record, limit })),
  passed: ({ facts }, { operator, sink, records, limit }) =>
    records.every((record) => isPassed(facts, { operator, sink, record, limit })),
  'in-window': ({ facts }, { records, window }) =>
    records.every((name) => {
      const ts = facts.record(name)?.ts ?? Number.NaN;
      return ts >= window.start && ts < window.end;
    }),
  rule: (_scope, { rule }) => rule in rules,
};

/** The checkpoint that was completed, or restored, last. */
function isLast({ facts }: Scope, checkpoint: number): boolean {
  return facts.completions.at(-1)?.checkpoint === checkpoint;
}

function isRead({ facts }: Scope, checkpoint: number, { split, offset }: RecordName): boolean {
  return offset < (facts.offsetIn(checkpoint, split) ?? 0);
}
