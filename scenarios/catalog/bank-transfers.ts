/**
 * Bank transfers: money moves, it does not come into being. Every transfer books one account down
 * and one up, so over any consistent state the balances sum to zero.
 */
import * as fc from 'fast-check';

import type { RandomStream } from '../../src/base/random.ts';
import type { ValueObject } from '../../src/model/value.ts';
import { keyByField, sink, source, splitNames } from '../arbitraries/operators.ts';
import { watermarkFor, watermarkKnobs } from '../arbitraries/operators.ts';
import { makeWorkload, workloadKnobs } from '../arbitraries/workload.ts';
import { exactlyOnceInOrder } from '../promises.ts';
import { defineScenario, type Scenario } from '../scenario.ts';
import { afterFailure } from '../sometimes.ts';

const accountsMax = 8;

export const bankTransfers: Scenario = defineScenario({
  id: 'bank-transfers',
  title: 'Bank transfers',
  describes:
    'Transfers become two bookings each, and every account keeps a running balance; one sink subtask ' +
    'commits all balances of a checkpoint in one transaction. Verified: every state an outside reader ' +
    'can see is that of some prefix of the transfers, so the total is always zero, and it never goes ' +
    'back to an earlier one.',
  parameters: fc.record({
    workload: workloadKnobs(),
    watermark: watermarkKnobs(),
    splits: fc.integer({ min: 1, max: 3 }),
    accounts: fc.integer({ min: 2, max: accountsMax }),
    parallelism: fc.integer({ min: 1, max: 4 }),
  }),
  make: ({ workload, watermark, splits: count, accounts, parallelism }) => {
    const splits = splitNames('transfers', count);
    const sourceParallelism = Math.min(2, count);
    return {
      workload: makeWorkload(workload, {
        splits,
        keyName: (rank) => `customer-${rank}`,
        value: (draw) => transfer(draw, accounts),
      }),
      pipeline: {
        name: 'bank transfers',
        maxParallelism: 128,
        operators: [
          source('transfers', splits, {
            watermark: watermarkFor(watermark, workload.disorderMs),
            parallelism: sourceParallelism,
          }),
          {
            kind: 'flat-map',
            id: 'bookings',
            input: 'transfers',
            parallelism: sourceParallelism,
            fn: { fn: 'bookings' },
          },
          keyByField('by-account', 'bookings', 'account'),
          {
            kind: 'reduce',
            id: 'balance',
            input: 'by-account',
            parallelism,
            aggregate: { fn: 'trace', field: 'amount' },
          },
          sink('balances', 'balance', { parallelism: 1 }),
        ],
      },
    };
  },
  promises: [...exactlyOnceInOrder, 'snapshot-consistent', 'monotone'],
  sometimes: afterFailure,
});

/** A transfer between two different accounts. */
function transfer(draw: RandomStream, accounts: number): ValueObject {
  const from = draw.below(accounts);
  const to = (from + draw.between(1, accounts - 1)) % accounts;
  return { from: `account-${from}`, to: `account-${to}`, amount: draw.between(1, 500) };
}
