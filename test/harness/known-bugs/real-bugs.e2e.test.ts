import { describe, expect, it } from 'vitest';

import { loadBugs, projectBugs } from '../../../harness/planting/bug-file.ts';
import { findBug } from '../../../harness/known-bugs/bug-pool.ts';
import { lookForBugs } from '../../../harness/known-bugs/real-bugs-run.ts';
import { parseFailure } from '../../../harness/store/saved-failure.ts';
import { memoryStore } from '../fake/pool.ts';

const all = loadBugs(projectBugs());

describe('known bugs on processes', () => {
  it(
    'are found on nodes that carry them, where the simulator points to',
    {
      timeout: 60_000,
    },
    async () => {
      const store = memoryStore();
      const bugs = [findBug(all, 'commit-on-precommit'), findBug(all, 'live-heap-snapshot')];
      const result = await lookForBugs(bugs, {
        subject: 'processes',
        seed: 1,
        shrinkRunsMax: 40,
        workers: 1,
        scenarios: [new URL('../../../scenarios/catalog/index.ts', import.meta.url).href],
        runs: 4,
        bugWallMs: 30_000,
        store,
        interrupted: () => false,
        onRun: () => undefined,
        onBug: () => undefined,
      });
      const [found, elsewhere] = result.bugs;
      expect(found).toMatchObject({ detected: true, reached: true, onlySimulated: null });
      expect(found?.anomalies).toContain('premature-visible');
      expect(elsewhere).toMatchObject({ detected: false, runs: 0 });
      expect(elsewhere?.onlySimulated).toContain('setImmediate');
      expect(result).toMatchObject({ falseAlarms: 0, cleanUnknown: 0, interrupted: false });
      const failure = parseFailure(store.files.get(found?.file ?? '') ?? '');
      expect(failure).toMatchObject({ bug: 'commit-on-precommit', subject: 'processes' });
    },
  );
});
