import { afterAll, describe, expect, it } from 'vitest';

import { replayReal } from '../../../harness/replay/replay-real.ts';
import { inlineChannel } from '../../../harness/workers/inline-channel.ts';
import { WorkerPool } from '../../../harness/workers/pool.ts';
import { parseFailure, type SavedFailure } from '../../../harness/store/saved-failure.ts';
import type { Case } from '../../../src/model/case.ts';
import { smallCase, withRecords } from '../fake/cases.ts';
import { fakeWorld } from '../fake/world.ts';

const failing = withRecords(smallCase('fake', 1), 6, (id) => id === 3);
const bare = parseFailure(JSON.stringify(failing));
const saved: SavedFailure = { ...bare, anomalies: ['loss'], subject: 'fake-world' };

const pools: WorkerPool[] = [];
afterAll(() => Promise.all(pools.map((pool) => pool.end())));

function poolOf(shows: (kase: Case, run: number) => number, inModel = false): WorkerPool {
  const subject = fakeWorld({ shows, inModel });
  const pool = new WorkerPool(1, () => inlineChannel({ subject, scenarios: [] }));
  pools.push(pool);
  return pool;
}

describe('a replay on a real subject', () => {
  it('says in how many runs the case showed what it was saved for', async () => {
    const result = await replayReal(
      poolOf((_, run) => run % 2),
      saved,
      5,
    );
    expect(result.rate).toEqual({ shown: 2, of: 5, failed: 0 });
    expect(result.execution?.verdict.status).toBe('invalid');
    expect(result.real).toMatchObject({ rate: { shown: 2 }, showsInSimulator: false });
  });

  it('says that the simulator shows it too', async () => {
    const { real } = await replayReal(
      poolOf(() => 1, true),
      bare,
      2,
    );
    expect(real).toMatchObject({ showsInSimulator: true, anomaliesInSimulator: ['loss'] });
  });

  it('shows a run without it when there is no other', async () => {
    const result = await replayReal(
      poolOf(() => 0),
      saved,
      3,
    );
    expect(result).toMatchObject({ rate: { shown: 0, of: 3, failed: 0 }, real: null });
    expect(result.execution?.verdict.status).toBe('valid');
  });

  it('decides nothing when no run can be made', async () => {
    const result = await replayReal(
      poolOf(() => -1),
      saved,
      2,
    );
    expect(result.rate).toEqual({ shown: 0, of: 0, failed: 2 });
    expect(result.execution).toBeNull();
    expect(result.failure).toContain('no node came up');
  });
});
