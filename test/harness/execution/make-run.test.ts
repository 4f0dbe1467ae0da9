import { describe, expect, it } from 'vitest';

import { answer, type Job } from '../../../harness/workers/job.ts';
import { keep } from '../../../harness/campaign/findings.ts';
import { inlineChannel } from '../../../harness/workers/inline-channel.ts';
import type { RunOutcome } from '../../../harness/execution/outcome.ts';
import { WorkerPool } from '../../../harness/workers/pool.ts';
import type { Channel } from '../../../harness/workers/worker-link.ts';
import { parseFailure } from '../../../harness/store/saved-failure.ts';
import { smallCase, withRecords } from '../fake/cases.ts';
import { memoryStore } from '../fake/pool.ts';
import { lossy } from '../fake/scenarios.ts';
import { fakeWorld } from '../fake/world.ts';

const failing = withRecords(smallCase('once', 1), 40, (id) => id === 17);
const scenario = { ...lossy, id: 'once', generate: () => failing };
const runs: Job = { kind: 'runs', scenario: 'once', seed: 1, from: 0, to: 1, step: 1 };

describe('a violation on a real subject', () => {
  const world = fakeWorld({ shows: (_, run) => (run === 0 ? 1 : 0), inModel: false });
  const bench = { subject: world, scenarios: [scenario] };

  it('keeps its evidence although it would not show again', async () => {
    const outcomes = (await answer(bench, runs)) as readonly RunOutcome[];
    expect(outcomes).toMatchObject([{ status: 'invalid' }]);
    expect(outcomes[0]?.evidence).toMatchObject({
      case: { schedule: failing.schedule },
      execution: { verdict: { status: 'invalid' } },
    });
    expect(world.runs).toBe(1);
  });
});

describe('what is kept of a violation on a real subject', () => {
  const settings = { shrinkRunsMax: 400, bug: null, subject: 'fake-world' };
  const finding = { scenario: 'once', run: 3, case: failing };

  it('is compared with the simulator, and saved with its subject and rate', async () => {
    const world = fakeWorld({ shows: () => 1, inModel: false });
    const pool = new WorkerPool(1, () => inlineChannel({ subject: world, scenarios: [] }));
    const store = memoryStore();
    const { result, evidence, limit } = await keep(pool, finding, { ...settings, store });
    const real = {
      subject: 'fake-world',
      rate: { shown: 5, of: 5, failed: 0 },
      shrunkOn: 'subject',
      showsInSimulator: false,
    };
    expect(limit).toBeNull();
    expect(result).toMatchObject({ events: 1, faults: 1, shrunkFrom: { events: 40 }, real });
    expect(evidence.real).toEqual(result.real);
    const saved = parseFailure(store.files.get(result.file ?? '') ?? '');
    expect(saved).toMatchObject({ subject: 'fake-world', real });
    await pool.end();
  });

  it('is compared with the simulator also without shrinking', async () => {
    const world = fakeWorld({ shows: () => 1, inModel: true });
    const pool = new WorkerPool(1, () => inlineChannel({ subject: world, scenarios: [] }));
    const unshrunk = { ...settings, shrinkRunsMax: 0, store: null };
    const { result } = await keep(pool, finding, unshrunk);
    expect(result.real).toMatchObject({ rate: null, showsInSimulator: true });
    await pool.end();
  });

  it('stays as it was found when shrinking is broken off', async () => {
    const world = fakeWorld({ shows: () => 1, inModel: false });
    const channel = inlineChannel({ subject: world, scenarios: [] });
    let onReply: Parameters<Channel['onReply']>[0] = () => undefined;
    const fragile: Channel = {
      ...channel,
      onReply: (listener) => channel.onReply((onReply = listener)),
      send: (request) => {
        if (request.job.kind !== 'shrink') channel.send(request);
        else onReply({ id: request.id, ok: false, error: 'the worker is gone', refused: null });
      },
    };
    const pool = new WorkerPool(1, () => fragile);
    const { result, limit } = await keep(pool, finding, { ...settings, store: null });
    expect(result).toMatchObject({ status: 'invalid', events: 40, shrunkFrom: null });
    expect(limit).toMatchObject({ limit: 'harness-error' });
    await pool.end();
  });
});
