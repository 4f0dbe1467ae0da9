import { afterEach, describe, expect, it } from 'vitest';

import { verifyScenarios } from '../../../harness/campaign/verify-scenarios.ts';
import type { WorkerPool } from '../../../harness/workers/pool.ts';
import { parseFailure } from '../../../harness/store/saved-failure.ts';
import type { Report } from '../../../reports/result.ts';
import { fakePool, fakeSettings, memoryStore, quietHooks } from '../fake/pool.ts';

const pools: WorkerPool[] = [];

function pool(workers: number): WorkerPool {
  const made = fakePool(workers);
  pools.push(made);
  return made;
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((made) => made.end()));
});

/** What must not depend on the machine: everything but times. */
function timeless(report: Report): unknown {
  return JSON.parse(
    JSON.stringify(report, (key, value: unknown) =>
      key === 'wallMs' || key === 'runsPerSecond' ? 0 : value,
    ),
  );
}

describe('a campaign', () => {
  it('A1: is the same with one worker and with three', async () => {
    const settings = fakeSettings(['lossy', 'sound']);
    const one = await verifyScenarios(pool(1), settings, quietHooks);
    const three = await verifyScenarios(pool(3), settings, quietHooks);
    expect(timeless(three)).toEqual(timeless(one));
    expect(one.result.scenarios[0]?.historyDigest).toMatch(/^[0-9a-f]{16}$/);
  });

  it('is made of its shards', async () => {
    const shards = await Promise.all(
      [1, 2, 3].map((index) =>
        verifyScenarios(
          pool(1),
          fakeSettings(['lossy'], { shard: { index, count: 3 }, shrinkRunsMax: 0 }),
          quietHooks,
        ),
      ),
    );
    const runs = shards.map((shard) => shard.result.scenarios[0]?.runs);
    const verdicts = shards.map((shard) => shard.result.verdict);
    expect(runs).toEqual([20, 20, 20]);
    expect(verdicts).toEqual(['valid', 'valid', 'invalid']);
  });

  it('stops at the first violation when asked to', async () => {
    const settings = fakeSettings(['lossy', 'sound'], { bail: true });
    const { result } = await verifyScenarios(pool(2), settings, quietHooks);
    expect(result.scenarios.map(({ runs }) => runs)).toEqual([3, 0]);
    expect(result.limits.map(({ limit }) => limit)).toEqual(['bail']);
    expect(result.verdict).toBe('invalid');
  });

  it('saves a violation before it judges it again, and then its smallest case', async () => {
    const store = memoryStore();
    const settings = fakeSettings(['lossy'], { store, runs: 3 });
    const { result, evidence } = await verifyScenarios(pool(1), settings, quietHooks);
    const names = [...store.files.keys()];
    expect(names.slice(0, 3)).toEqual([
      'cases/lossy-2/case.json',
      'cases/lossy-2/history.jsonl',
      'cases/lossy-2/verdict.json',
    ]);
    const [kept] = result.scenarios[0]?.cases ?? [];
    expect(kept).toMatchObject({ events: 1, faults: 1, shrunkFrom: { events: 24, faults: 2 } });
    const saved = parseFailure(store.files.get(kept?.file ?? '') ?? '');
    expect(saved.anomalies).toEqual(['loss']);
    expect(saved.case).toEqual(evidence[0]?.case);
  });

  it('A4: a subject that throws makes the verdict unknown', async () => {
    const { result } = await verifyScenarios(
      pool(1),
      fakeSettings(['throwing'], { runs: 2 }),
      quietHooks,
    );
    expect(result.verdict).toBe('unknown');
    expect(result.scenarios[0]?.unknowns[0]).toMatchObject({
      kind: 'error',
      text: expect.stringContaining('the engine exploded') as string,
    });
    expect(result.limits[0]).toMatchObject({ limit: 'harness-error' });
  });

  it('A9: what never happened makes the verdict unknown', async () => {
    const { result } = await verifyScenarios(
      pool(1),
      fakeSettings(['vacuous'], { runs: 5 }),
      quietHooks,
    );
    expect(result.verdict).toBe('unknown');
    expect(result.scenarios[0]?.unknowns).toEqual([
      { kind: 'vacuous', guarantee: null, text: '"a restore" never happened in 5 runs' },
    ]);
  });

  it('A4: no scenario at all is unknown', async () => {
    const { result } = await verifyScenarios(pool(1), fakeSettings([]), quietHooks);
    expect(result.verdict).toBe('unknown');
  });

  it('reports a part when it is interrupted', async () => {
    let seen = 0;
    const { result } = await verifyScenarios(pool(1), fakeSettings(['sound'], { runs: 400 }), {
      onProgress: ({ runsDone }) => {
        seen = runsDone;
      },
      interrupted: () => seen >= 40,
    });
    expect(result.interrupted).toBe(true);
    expect(result.scenarios[0]?.runs).toBe(40);
  });

  it('A8: names the time budget when that ended it', async () => {
    const settings = fakeSettings(['sound'], { runs: 1_000_000, timeBudgetMs: 1 });
    const { result } = await verifyScenarios(pool(1), settings, quietHooks);
    expect(result.limits.map(({ limit }) => limit)).toEqual(['time-budget']);
    expect(result.scenarios[0]?.runs).toBeLessThan(1_000_000);
  });
});

describe('saved failures', () => {
  it('are replayed first and count as a scenario', async () => {
    const store = memoryStore();
    const first = await verifyScenarios(
      pool(1),
      fakeSettings(['lossy'], { store, runs: 3 }),
      quietHooks,
    );
    const file = first.result.scenarios[0]?.cases[0]?.file ?? '';
    const failure = parseFailure(store.files.get(file) ?? '');
    const again = await verifyScenarios(
      pool(1),
      fakeSettings(['lossy', 'sound'], {
        runs: 2,
        bail: true,
        regressions: { found: [{ file, failure }], skipped: ['bad.json: not JSON'] },
      }),
      quietHooks,
    );
    expect(again.result.scenarios.map(({ id }) => id)).toEqual(['regressions']);
    expect(again.result.scenarios[0]).toMatchObject({ verdict: 'invalid', runs: 1 });
    expect(again.result.skipped).toEqual(['bad.json: not JSON']);
  });

  it('that need a planted bug or another scenario are left out', async () => {
    const store = memoryStore();
    const first = await verifyScenarios(
      pool(1),
      fakeSettings(['lossy'], { store, runs: 3 }),
      quietHooks,
    );
    const file = first.result.scenarios[0]?.cases[0]?.file ?? '';
    const failure = parseFailure(store.files.get(file) ?? '');
    const found = [{ file, failure: { ...failure, bug: 'some-bug' } }];
    const { result } = await verifyScenarios(
      pool(1),
      fakeSettings(['sound'], { runs: 2, regressions: { found, skipped: [] } }),
      quietHooks,
    );
    expect(result.scenarios.map(({ id }) => id)).toEqual(['sound']);
  });
});
