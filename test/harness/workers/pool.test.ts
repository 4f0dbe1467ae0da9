import { afterEach, describe, expect, it } from 'vitest';

import { WorkerPool } from '../../../harness/workers/pool.ts';
import { WorkerGone, type Channel } from '../../../harness/workers/worker-link.ts';
import { fakePool } from '../fake/pool.ts';

const ended: WorkerPool[] = [];
afterEach(async () => {
  await Promise.all(ended.splice(0).map((pool) => pool.end()));
});

function keep(pool: WorkerPool): WorkerPool {
  ended.push(pool);
  return pool;
}

const job = { kind: 'reached' } as const;

/** A channel that does what it is told to: answer, die, or keep silent. */
function channel(behaviour: 'answers' | 'dies' | 'silent'): Channel & { ended: boolean } {
  let reply: (value: { id: number; ok: true; value: number }) => void = () => undefined;
  let gone: (reason: string) => void = () => undefined;
  return {
    ended: false,
    send: ({ id }) => {
      if (behaviour === 'answers') setImmediate(() => reply({ id, ok: true, value: 7 }));
      if (behaviour === 'dies') setImmediate(() => gone('it died'));
    },
    onReply: (listener) => {
      reply = listener;
    },
    onGone: (listener) => {
      gone = listener;
    },
    end() {
      this.ended = true;
      return Promise.resolve();
    },
  };
}

describe('a pool', () => {
  it('replaces a worker that died and does not repeat its job', async () => {
    const channels = [channel('dies'), channel('answers')];
    let opened = 0;
    const pool = keep(new WorkerPool(1, () => channels[opened++] ?? channel('answers')));
    const results = await Promise.allSettled([pool.request(job), pool.request(job)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(opened).toBe(2);
  });

  it('gives up on a worker that does not answer, and ends it', async () => {
    const silent = channel('silent');
    const pool = keep(new WorkerPool(1, () => silent));
    await expect(pool.request(job, 10)).rejects.toThrow(WorkerGone);
    expect(silent.ended).toBe(true);
  });

  it('passes on what a job throws, and goes on', async () => {
    const pool = keep(fakePool(1));
    const bad = { kind: 'generate', scenario: 'missing', seed: 1, run: 0 } as const;
    await expect(pool.request(bad)).rejects.toThrow('no scenario "missing"');
    await expect(pool.request(job)).resolves.toBe(0);
  });
});
