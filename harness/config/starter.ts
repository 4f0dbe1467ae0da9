/**
 * What `tidemark init` writes. A test runs these very texts. They end in `.mts`, because `npm init`
 * makes packages in which a `.ts` file is no ES module.
 */
/** What the starter imports. */
export const starterPackages: readonly string[] = ['tidemark', 'fast-check'];

export const starterScenarioFile: string = 'scenarios/my-counts.mts';

export const starterScenario: string = `// A scenario: what runs, what is promised, and what must happen for a pass to mean something.
import * as fc from 'fast-check';
import { defineScenario, keyByField, makeWorkload, sink, source, workloadKnobs } from 'tidemark';

const splits = ['orders-0', 'orders-1'];

export const myCounts = defineScenario({
  id: 'my-counts',
  title: 'Orders per customer',
  describes: 'Orders are summed per customer, and every new sum is written in a transaction.',
  // Drawn for every run: change of size, disorder, parallelism. Faults are drawn by Tidemark.
  parameters: fc.record({ workload: workloadKnobs(), parallelism: fc.integer({ min: 1, max: 3 }) }),
  make: ({ workload, parallelism }) => ({
    workload: makeWorkload(workload, {
      splits,
      keyName: (rank) => \`customer-\${rank}\`,
      value: (draw, { key }) => ({ customer: key, amount: draw.between(1, 100) }),
    }),
    pipeline: {
      name: 'orders per customer',
      maxParallelism: 128,
      operators: [
        source('orders', splits, {
          parallelism: 2,
          watermark: {
            strategy: 'bounded',
            outOfOrdernessMs: workload.disorderMs,
            emission: 'per-record',
            intervalMs: 50,
            idlenessMs: null,
          },
        }),
        keyByField('by-customer', 'orders', 'customer'),
        {
          kind: 'reduce',
          id: 'sum',
          input: 'by-customer',
          parallelism,
          aggregate: { fn: 'trace', field: 'amount' },
        },
        sink('sums', 'sum', { parallelism }),
      ],
    },
  }),
  promises: ['exactly-once', 'progress'],
  sometimes: [{ name: 'the job restored a checkpoint', anyOf: ['restores'] }],
});
`;

export const starterConfig: string = `// Scenarios listed here are verified beside the built-in ones.
import { defineConfig } from 'tidemark';

import { myCounts } from './${starterScenarioFile}';

export default defineConfig({ scenarios: [myCounts] });
`;
