import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { deltaDebug } from '../../../harness/shrink/delta-debug.ts';

const multiplier = Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1);

describe('delta debugging', () => {
  it('finds exactly the items that are needed together', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 60 }),
        fc.array(fc.nat(59)),
        async (length, wanted) => {
          const items = Array.from({ length }, (_, i) => i);
          const needed = new Set(wanted.filter((i) => i < length));
          const kept = await deltaDebug(items, (candidate) =>
            [...needed].every((item) => candidate.includes(item)),
          );
          expect(new Set(kept)).toEqual(needed);
        },
      ),
      { numRuns: 200 * multiplier },
    );
  });

  it('ends where no single item can go, whatever the property', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 30 }),
        async (items) => {
          const heavy = (candidate: readonly number[]): boolean =>
            candidate.reduce((sum, item) => sum + item, 0) >= 20;
          fc.pre(heavy(items));
          const kept = await deltaDebug(items, heavy);
          expect(heavy(kept)).toBe(true);
          kept.forEach((_, i) => expect(heavy(kept.toSpliced(i, 1))).toBe(false));
        },
      ),
      { numRuns: 200 * multiplier },
    );
  });

  it('needs few questions when little matters', async () => {
    const items = Array.from({ length: 1000 }, (_, i) => i);
    let asked = 0;
    await deltaDebug(items, (candidate) => {
      asked++;
      return candidate.includes(123);
    });
    expect(asked).toBeLessThan(60);
  });

  it('stops at chunks of the size that is asked for', async () => {
    const items = Array.from({ length: 64 }, (_, i) => i);
    let asked = 0;
    const test = (candidate: readonly number[]): Promise<boolean> => {
      asked++;
      return Promise.resolve(candidate.includes(0) && candidate.includes(63));
    };
    expect(await deltaDebug(items, test, 8)).toEqual([...items.slice(0, 8), ...items.slice(56)]);
    expect(asked).toBeLessThan(25);
  });
});
