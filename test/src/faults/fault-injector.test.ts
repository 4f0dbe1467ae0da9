/** A6: what each kind of fault does, and that injection, effect and healing are told exactly. */
import { describe, expect, test } from 'vitest';

import type { PointSite } from '../../../src/engine/world/world.ts';
import type { Fault, FaultAction, FaultTime } from '../../../src/model/fault.ts';
import { FaultInjector } from '../../../src/faults/fault-injector.ts';
import { FakeCluster } from '../../support/simulator/fake-cluster.ts';

const links = { from: ['jm', 'tm0'], to: ['tm0', 'tm1'], bothWays: false };

interface Expectation {
  readonly action: FaultAction;
  readonly asked: readonly string[];
  /** The effect, if the injector sees it itself. */
  readonly effect: string | null;
  readonly healedAt: number;
}

/** Injected at 10 ms. */
const kinds: readonly Expectation[] = [
  {
    action: { kind: 'crash', node: 'tm0', restartAfterMs: 500 },
    asked: ['crash tm0 500'],
    effect: 'process of tm0 is gone',
    healedAt: 510,
  },
  {
    action: { kind: 'pause', node: 'tm0', durationMs: 500 },
    asked: ['pause tm0', 'resume tm0 @510'],
    effect: 'process of tm0 stands still',
    healedAt: 510,
  },
  {
    action: { kind: 'partition', links, durationMs: 30 },
    asked: ['partition jm>tm0 until 40', 'partition jm>tm1 until 40', 'partition tm0>tm1 until 40'],
    effect: null,
    healedAt: 40,
  },
  {
    action: { kind: 'delay', links: { ...links, from: ['jm'] }, delayMs: 7, durationMs: 30 },
    asked: ['delay jm>tm0 7000 until 40', 'delay jm>tm1 7000 until 40'],
    effect: null,
    healedAt: 40,
  },
  {
    action: {
      kind: 'slow-link',
      links: { from: ['jm'], to: ['tm1'], bothWays: true },
      messagesPerSecond: 400,
      durationMs: 30,
    },
    asked: ['slow-link jm>tm1 2500 until 40', 'slow-link tm1>jm 2500 until 40'],
    effect: null,
    healedAt: 40,
  },
  {
    action: { kind: 'reset', links: { from: ['jm'], to: ['tm1'], bothWays: false } },
    asked: ['reset jm tm1'],
    effect: 'connection jm - tm1 was reset',
    healedAt: 10,
  },
  {
    action: {
      kind: 'reorder',
      links: { from: ['tm0'], to: ['tm1'], bothWays: true },
      waitMs: 9,
      durationMs: 30,
    },
    asked: ['reorder tm0>tm1 9000 until 40', 'reorder tm1>tm0 9000 until 40'],
    effect: null,
    healedAt: 40,
  },
  {
    action: {
      kind: 'drop',
      links: { from: ['jm'], to: ['tm1'], bothWays: false },
      durationMs: 30,
    },
    asked: ['drop jm>tm1 until 40'],
    effect: null,
    healedAt: 40,
  },
  {
    action: {
      kind: 'duplicate',
      links: { from: ['jm'], to: ['tm1'], bothWays: false },
      durationMs: 30,
    },
    asked: ['duplicate jm>tm1 until 40'],
    effect: null,
    healedAt: 40,
  },
  {
    action: { kind: 'disk', effect: 'no-space', node: 'tm0', durationMs: 30 },
    asked: ['disk tm0 no-space until 40'],
    effect: null,
    healedAt: 40,
  },
  {
    action: { kind: 'disk', effect: 'torn-write', node: 'tm0', durationMs: 30 },
    asked: ['torn-write tm0', 'crash tm0 400'],
    effect: 'tm0 went down, 0 un-synced files were hit',
    healedAt: 410,
  },
  {
    action: { kind: 'disk', effect: 'corrupt-file', node: 'tm0', durationMs: 30 },
    asked: ['corrupt-file', 'crash tm0 400'],
    effect: 'chk-1/a: corrupt-file; tm0 went down',
    healedAt: 410,
  },
  {
    action: { kind: 'store', effect: 'reply-lost', durationMs: 30 },
    asked: ['store reply-lost until 40'],
    effect: null,
    healedAt: 40,
  },
  {
    action: { kind: 'clock-jump', node: 'tm0', byMs: -700 },
    asked: ['clock tm0 -700'],
    effect: 'the clock of tm0 moved by -700 ms',
    healedAt: 10,
  },
  {
    action: { kind: 'source-hold', split: 's', durationMs: 30 },
    asked: ['hold s until 40'],
    effect: null,
    healedAt: 40,
  },
];

function inject(cluster: FakeCluster, ...schedule: Fault[]): FaultInjector {
  return new FaultInjector(schedule, cluster.port);
}

describe.each(kinds)('A6: $action.kind $action.effect', ({ action, asked, effect, healedAt }) => {
  test('is injected at its time, seen when it strikes, healed at its end', () => {
    const cluster = new FakeCluster();
    const injector = inject(cluster, { when: { at: 10 }, action });
    cluster.run(9.999);
    expect([cluster.asked, cluster.records]).toEqual([[], []]);
    cluster.run();
    expect(cluster.asked).toEqual(asked);
    const seen = effect === null ? [] : [`10 0 effect ${effect}`];
    expect(cluster.records).toEqual([
      `10 0 injected ${action.kind}`,
      ...seen,
      `${healedAt} 0 healed`,
    ]);
    expect(injector.healedAtUs).toBe(healedAt * 1000);
  });

  test('without an effect has no effect event', () => {
    const cluster = new FakeCluster();
    for (const node of ['jm', 'tm0', 'tm1']) cluster.down.add(node);
    cluster.newestFile = null;
    inject(cluster, { when: { at: 10 }, action });
    cluster.run();
    expect(cluster.records[0]).toBe(`10 0 injected ${action.kind}`);
    expect(cluster.records.filter((text) => text.includes('effect'))).toEqual([]);
    expect(cluster.asked.filter((text) => text.startsWith('resume'))).toEqual([]);
  });
});

describe('A6: an effect', () => {
  test('that comes later is told once, however often and on how many links it is seen', () => {
    const cluster = new FakeCluster();
    inject(cluster, { when: { at: 10 }, action: { kind: 'partition', links, durationMs: 30 } });
    cluster.scheduler.at(20_000, () => {
      for (const effect of cluster.effects) effect('');
    });
    cluster.run();
    expect(cluster.records).toEqual([
      '10 0 injected partition',
      '20 0 effect a message jm > tm0 met the partition',
      '40 0 healed',
    ]);
  });

  test('of a reset is any of its connections', () => {
    const cluster = new FakeCluster();
    cluster.down.add('jm');
    inject(cluster, { when: { at: 10 }, action: { kind: 'reset', links } });
    cluster.run();
    expect(cluster.records[1]).toBe('10 0 effect connection tm0 - tm1 was reset');
  });

  test('of a disk fault is its damage, also on a machine without a process', () => {
    const cluster = new FakeCluster();
    cluster.down.add('tm0');
    cluster.unsyncedFiles = 2;
    for (const effect of ['lost-unsynced', 'missing-file'] as const) {
      const action = { kind: 'disk', effect, node: 'tm0', durationMs: 1 } as const;
      inject(cluster, { when: { at: 10 }, action });
    }
    cluster.run();
    expect(cluster.records.filter((text) => text.includes('effect'))).toEqual([
      '10 0 effect tm0 went down, 2 un-synced files were hit',
      '10 0 effect chk-1/a: missing-file; tm0 went down',
    ]);
  });
});

describe('an anchor', () => {
  const site: PointSite = { attempt: 1, checkpoint: 3, operator: 'orders', subtask: 1 };

  /** Faults injected when the sites are passed in turn; each crashes the node it finds. */
  function strikes(anchor: Partial<FaultTime>, ...sites: readonly Partial<PointSite>[]): string[] {
    const cluster = new FakeCluster();
    const when = {
      point: 'ack',
      phase: 'before',
      checkpoint: null,
      operator: null,
      subtask: null,
      occurrence: 1,
      ...anchor,
    } as FaultTime;
    const action = { kind: 'crash', node: 'here', restartAfterMs: 1 } as const;
    const injector = inject(cluster, { when, action });
    for (const [i, changed] of sites.entries()) {
      const passed = { ...site, ...changed };
      injector.onPoint(`tm${i}`, { point: 'ack', phase: 'before', site: passed });
    }
    return cluster.asked;
  }

  test('strikes here, at the first pass, once', () => {
    expect(strikes({}, {}, {}, {})).toEqual(['crash tm0 1']);
  });

  test('at the pass of its number', () => {
    expect(strikes({ occurrence: 3 }, {}, {}, {}, {})).toEqual(['crash tm2 1']);
  });

  test('counts only passes that match', () => {
    const passes = [{ checkpoint: 2 }, {}, { checkpoint: null }, {}, {}];
    expect(strikes({ checkpoint: 3, occurrence: 2 }, ...passes)).toEqual(['crash tm3 1']);
    const subtasks = [{ subtask: 0 }, { subtask: null }, {}];
    expect(strikes({ subtask: 1 }, ...subtasks)).toEqual(['crash tm2 1']);
  });

  test('finds an operator anywhere in a chain, by the id of its vertex', () => {
    const passes = [{ operator: 'sink' }, { operator: null }, { operator: 'orders' }];
    expect(strikes({ operator: 'taxed' }, ...passes)).toEqual(['crash tm2 1']);
    expect(strikes({ operator: 'orders' }, ...passes)).toEqual(['crash tm2 1']);
    expect(strikes({ operator: 'sink' }, ...passes)).toEqual(['crash tm0 1']);
  });

  test('waits for its point and its phase', () => {
    expect(strikes({ phase: 'after' }, {})).toEqual([]);
    expect(strikes({ point: 'trigger' }, {})).toEqual([]);
  });

  test('here is the node at the point, other names are themselves', () => {
    const cluster = new FakeCluster();
    const when = { point: 'ack', phase: 'before', checkpoint: null, operator: null } as const;
    const away = { from: ['here'], to: ['jm', 'here'], bothWays: true };
    const injector = inject(cluster, {
      when: { ...when, subtask: null, occurrence: 1 },
      action: { kind: 'partition', links: away, durationMs: 5 },
    });
    injector.onPoint('tm1', { point: 'ack', phase: 'before', site });
    expect(cluster.asked).toEqual(['partition tm1>jm until 5', 'partition jm>tm1 until 5']);
  });

  test('two at one point strike in order of the schedule', () => {
    const cluster = new FakeCluster();
    const when = { point: 'ack', phase: 'before', checkpoint: null, operator: null } as const;
    const fault = (node: string): Fault => ({
      when: { ...when, subtask: null, occurrence: 1 },
      action: { kind: 'crash', node, restartAfterMs: 1 },
    });
    inject(cluster, fault('tm1'), fault('tm0')).onPoint('tm5', {
      point: 'ack',
      phase: 'before',
      site,
    });
    expect(cluster.asked).toEqual(['crash tm1 1', 'crash tm0 1']);
  });
});

test('it is quiet when faults planned for soon have struck and all have healed', () => {
  const cluster = new FakeCluster();
  const action: FaultAction = { kind: 'pause', node: 'tm0', durationMs: 50 };
  const times = [10, 5_000, 9_000];
  const injector = inject(cluster, ...times.map((at) => ({ when: { at }, action })));
  expect([1_000, 3_999, 6_000].map((ms) => injector.quietFromUs(ms * 1000) / 1000)).toEqual([
    5_000, 5_000, 9_000,
  ]);
  cluster.run();
  expect(injector.quietFromUs(20_000) / 1000).toBe(9_050);
});
