/** What can be read off rows that came by these steps. */
import { describe, expect, test } from 'vitest';
import { carriesTraces, keepsTraces } from '../../../../src/checker/plan/naming.ts';
import type { Plan } from '../../../../src/checker/plan/plan.ts';
import { planOf } from '../../../../src/checker/plan/stages.ts';
import { builtinFunctions } from '../../../../src/model/functions.ts';
import type { Branch } from '../../../../src/checker/plan/branches.ts';
import { log } from '../by-hand.ts';
import { makeCase } from '../legal-run.ts';
import { sink, source } from '../pipelines.ts';

const adding = (field: string): Plan =>
  planOf({
    clock: 'virtual',
    functions: builtinFunctions,
    kase: makeCase({
      operators: [
        source(['s0']),
        {
          kind: 'map',
          id: 'add',
          input: 'source',
          parallelism: 1,
          fn: { fn: 'add', field, amount: 1 },
        },
        { kind: 'key-by', id: 'keyed', input: 'add', key: { fn: 'key' } },
        {
          kind: 'reduce',
          id: 'totals',
          input: 'keyed',
          parallelism: 1,
          aggregate: { fn: 'trace', field: 'n' },
        },
        {
          kind: 'map',
          id: 'behind',
          input: 'totals',
          parallelism: 1,
          fn: { fn: 'add', field, amount: 1 },
        },
        sink('behind'),
      ],
      splits: [log('s0', [[1, 3]])],
      promises: ['exactly-once'],
    }),
  });

describe('digits and fingerprints', () => {
  test.each([
    // What enters an aggregate is counted by it, whatever it says of itself.
    { field: 'n', before: true, behind: false },
    { field: 'sum', before: true, behind: true },
    { field: 'q', before: false, behind: false },
    { field: 'f', before: false, behind: false },
  ])('are read off rows to which something was added in $field: $before, $behind', (of) => {
    const plan = adding(of.field);
    const inputs = plan.stages.get('totals')?.branches ?? [];
    expect(inputs).toHaveLength(1);
    expect(carriesTraces(plan, inputs)).toBe(of.before);
    expect(keepsTraces(plan.sinks[0]?.branches[0] as Branch)).toBe(of.behind);
  });
});
