import { afterAll, describe, expect, it } from 'vitest';

import { loadBugs, projectBugs } from '../../../harness/planting/bug-file.ts';
import { findBug } from '../../../harness/known-bugs/bug-pool.ts';
import { guideTo } from '../../../harness/known-bugs/guide.ts';
import { WorkerPool } from '../../../harness/workers/pool.ts';
import type { Channel, WorkerReply } from '../../../harness/workers/worker-link.ts';
import { fakePool } from '../fake/pool.ts';

const bug = findBug(loadBugs(projectBugs()), 'commit-on-precommit');
const settings = { seed: 1, shrinkRunsMax: 10 };

/** Ends before it answers. */
function deadChannel(): Channel {
  return {
    send: () => undefined,
    onReply: (_listener: (reply: WorkerReply) => void) => undefined,
    onGone: (listener) => setImmediate(() => listener('ended at once')),
    end: () => Promise.resolve(),
  };
}

const dead = new WorkerPool(1, deadChannel);
const fakes = fakePool(1);
afterAll(() => Promise.all([dead.end(), fakes.end()]));

describe('the guide to a planted bug', () => {
  it('points nowhere when the process with the bug is lost', async () => {
    const guide = await guideTo(dead, bug, settings);
    expect(guide).toEqual({ runs: 0, violations: 0, crashed: 1, candidates: [] });
  });

  it('counts simulated runs that threw', async () => {
    const guide = await guideTo(fakes, { ...bug, scenarios: ['throwing'] }, settings);
    expect(guide.runs).toBeGreaterThan(0);
    expect(guide).toMatchObject({ violations: 0, crashed: guide.runs, candidates: [] });
  });
});
