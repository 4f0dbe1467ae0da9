import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { chunksOf, chunkSize } from '../../../harness/campaign/chunks.ts';
import { inOrder } from '../../../harness/campaign/ordered.ts';

const multiplier = Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1);

describe('work in order', () => {
  it('takes results in the order of the jobs, however they finish, up to the stop', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(3), { maxLength: 20 }),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(25),
        async (delays, ahead, stopAt) => {
          const taken: number[] = [];
          let underWay = 0;
          let most = 0;
          await inOrder<number, number>({
            jobs: delays.keys(),
            ahead,
            start: async (job) => {
              most = Math.max(most, ++underWay);
              for (let i = 0; i < (delays[job] ?? 0); i++) await Promise.resolve();
              underWay--;
              return job;
            },
            take: (job, result) => {
              taken.push(result);
              return job !== stopAt;
            },
            goOn: () => true,
          });
          const all = [...delays.keys()];
          expect(taken).toEqual(stopAt < all.length ? all.slice(0, stopAt + 1) : all);
          expect(most).toBeLessThanOrEqual(ahead);
        },
      ),
      { numRuns: 100 * multiplier },
    );
  });

  it('does not leave a dropped rejection unhandled', async () => {
    const taken: number[] = [];
    await inOrder<number, number>({
      jobs: [0, 1, 2],
      ahead: 3,
      start: (job) => (job === 0 ? Promise.resolve(job) : Promise.reject(new Error('late'))),
      take: (job) => {
        taken.push(job);
        return false;
      },
      goOn: () => true,
    });
    expect(taken).toEqual([0]);
  });
});

describe('chunks', () => {
  it('cover every run of every scenario once over all shards', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 7 }),
        fc.boolean(),
        (runs, count, interleave) => {
          const seen = new Map<string, number>();
          for (let index = 1; index <= count; index++) {
            const shard = { index, count };
            for (const job of chunksOf({
              scenarios: ['a', 'b'],
              seed: 1,
              runs,
              shard,
              interleave,
            })) {
              let size = 0;
              for (let run = job.from; run < job.to; run += job.step, size++) {
                const name = `${job.scenario}/${run}`;
                seen.set(name, (seen.get(name) ?? 0) + 1);
              }
              expect(chunkSize(job)).toBe(size);
            }
          }
          expect(seen.size).toBe(2 * runs);
          expect([...seen.values()].every((times) => times === 1)).toBe(true);
        },
      ),
      { numRuns: 50 * multiplier },
    );
  });
});
