import { afterAll, describe, expect, it } from 'vitest';

import { loadBugs, projectBugs } from '../../../harness/planting/bug-file.ts';
import { findBug } from '../../../harness/known-bugs/bug-pool.ts';
import { processChannel } from '../../../harness/workers/process-channel.ts';
import { measureBug } from '../../../harness/known-bugs/measure-bug.ts';
import { Unmodified } from '../../../harness/known-bugs/unmodified.ts';
import { WorkerPool } from '../../../harness/workers/pool.ts';
import { threadChannel } from '../../../harness/workers/worker-link.ts';
import { replayCase } from '../../../harness/replay/replay-case.ts';
import { parseFailure } from '../../../harness/store/saved-failure.ts';
import { subjectUrl } from '../../../harness/subjects/subjects.ts';
import { memoryStore } from '../fake/pool.ts';

const bug = findBug(loadBugs(projectBugs()), 'commit-on-precommit');
const worker = {
  subject: subjectUrl('simulator'),
  scenarios: [new URL('../../../scenarios/catalog/index.ts', import.meta.url).href],
};
const pool = new WorkerPool(1, () => processChannel({ bug, worker }));
const clean = new WorkerPool(1, () => threadChannel(worker));
afterAll(() => Promise.all([pool.end(), clean.end()]));

describe('a planted bug', () => {
  it('is reached, found, shrunk, and replays to the same bytes', async () => {
    const store = memoryStore();
    const result = await measureBug(pool, bug, {
      seed: 1,
      runs: 12,
      shrinkRunsMax: 300,
      store,
      unmodified: new Unmodified(clean, { seed: 1, covered: 0, alarms: new Set() }),
    });
    expect(result).toMatchObject({
      reached: true,
      detected: true,
      runs: 12,
      crashed: 0,
      confirmed: true,
    });
    expect(result.anomalies).toContain('premature-visible');
    expect(result.shrunk?.faults).toBeLessThanOrEqual(bug.minimalFaults + 1);
    const failure = parseFailure(store.files.get(result.file ?? '') ?? '');
    expect(failure.bug).toBe(bug.id);
    const replay = await replayCase(pool, failure);
    expect(replay).toMatchObject({ deterministic: true, reproduced: true, sameBytes: true });
  });

  it('detects nothing in runs that are false alarms anyway', async () => {
    const [scenario] = bug.scenarios;
    const alarms = new Set(Array.from({ length: 4 }, (_, run) => `${scenario}/${run}`));
    const only = { ...bug, scenarios: bug.scenarios.slice(0, 1) };
    const result = await measureBug(pool, only, {
      seed: 1,
      runs: 4,
      shrinkRunsMax: 100,
      store: memoryStore(),
      unmodified: new Unmodified(clean, { seed: 1, covered: 4, alarms }),
    });
    expect(result).toMatchObject({ detected: false, detections: 0, runsToDetection: null });
  });
});
