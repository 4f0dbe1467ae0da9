/**
 * What strikes: one arbitrary per kind of fault, with durations that heal within a few seconds and
 * are often just beyond the heartbeat timeout, where a node becomes a zombie.
 */
import * as fc from 'fast-check';

import type { FaultAction, FaultKind, Links, NodeName, PointName } from '../../src/model/fault.ts';
import type { FaultSite } from './fault-site.ts';

/** How a kind is drawn: its weight before swarming, whether it applies, and its actions. */
export interface FaultFamily {
  /** The kind, or kind and variant; unique. */
  readonly name: string;
  readonly kind: FaultKind;
  readonly weight: number;
  applies(site: FaultSite): boolean;
  /** `here`: the fault is anchored, so the node at the point may be named. */
  action(site: FaultSite, here: boolean): fc.Arbitrary<FaultAction>;
  /** Anchored faults of this kind strike at these points; null: at any. */
  readonly points: readonly PointName[] | null;
  /** Whether the job restarts because of it, so that later faults can strike at a restore. */
  readonly restarts: boolean;
}

const always = (): boolean => true;
const transactional = (site: FaultSite): boolean => site.transactional;
const constant = fc.constant;
const between = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });

function taskManager(site: FaultSite, here: boolean): fc.Arbitrary<NodeName> {
  const any = fc.constantFrom(...site.taskManagers);
  return here
    ? fc.oneof({ weight: 3, arbitrary: constant('here') }, { weight: 1, arbitrary: any })
    : any;
}

function anyNode(site: FaultSite, here: boolean): fc.Arbitrary<NodeName> {
  return here ? constant('here') : fc.constantFrom('jm', ...site.taskManagers);
}

/** Mostly beyond the heartbeat timeout: the JobManager gives the node up while it lives on. */
function outage(site: FaultSite): fc.Arbitrary<number> {
  const timeout = site.heartbeatTimeoutMs;
  return fc.oneof(
    { weight: 2, arbitrary: between(Math.ceil(timeout * 1.2), timeout * 3) },
    { weight: 1, arbitrary: between(20, timeout) },
  );
}

const restartAfterMs: fc.Arbitrary<number> = fc.oneof(between(10, 200), between(200, 1_500));

/** Links cut: one node from all, JobManager from a task manager, task managers among each other. */
function links(site: FaultSite): fc.Arbitrary<Links> {
  return fc
    .record({
      node: between(0, site.taskManagers.length - 1),
      form: fc.constantFrom('isolate', 'isolate', 'job-manager', 'job-manager', 'task-managers'),
      direction: fc.constantFrom('both', 'both', 'from', 'to'),
    })
    .map(({ node, form, direction }) => {
      const one = [site.taskManagers[node] as NodeName];
      const peers = site.taskManagers.filter((_, i) => i !== node);
      const byForm = { isolate: ['jm', ...peers], 'job-manager': ['jm'], 'task-managers': peers };
      const others = byForm[form];
      const ends = direction === 'to' ? { from: others, to: one } : { from: one, to: others };
      return { ...ends, bothWays: direction === 'both' };
    });
}

type ByKind<K extends FaultKind> = Extract<FaultAction, { kind: K }>;

function disk(
  effect: ByKind<'disk'>['effect'],
  durationMs: fc.Arbitrary<number>,
): FaultFamily['action'] {
  return (site, here) =>
    fc.record({
      kind: constant('disk'),
      effect: constant(effect),
      node: here ? constant('here') : anyNode(site, false),
      durationMs,
    });
}

function store(
  effect: ByKind<'store'>['effect'],
  durationMs: fc.Arbitrary<number>,
): FaultFamily['action'] {
  return () => fc.record({ kind: constant('store'), effect: constant(effect), durationMs });
}

const writing: readonly PointName[] = ['state-upload', 'completed-store-write'];
const committing: readonly PointName[] = ['pre-commit', 'commit-call', 'notification'];
/** The JobManager's own points, for faults that should hit it "here". */
export const jobManagerPoints: readonly PointName[] = [
  'trigger',
  'completed-store-write',
  'notification',
];

/** All families. The most fruitful ones weigh most; every kind of `FaultAction` is among them. */
export const faultFamilies: readonly FaultFamily[] = [
  {
    name: 'crash-task-manager',
    kind: 'crash',
    weight: 24,
    applies: always,
    points: null,
    restarts: true,
    action: (site, here) =>
      fc.record({ kind: constant('crash'), node: taskManager(site, here), restartAfterMs }),
  },
  {
    name: 'crash-job-manager',
    kind: 'crash',
    weight: 10,
    applies: always,
    points: [...jobManagerPoints, 'ack', 'commit-call'],
    restarts: true,
    action: () => fc.record({ kind: constant('crash'), node: constant('jm'), restartAfterMs }),
  },
  {
    name: 'pause',
    kind: 'pause',
    weight: 16,
    applies: always,
    points: null,
    restarts: true,
    action: (site, here) =>
      fc.record({ kind: constant('pause'), node: anyNode(site, here), durationMs: outage(site) }),
  },
  {
    name: 'partition',
    kind: 'partition',
    weight: 14,
    applies: always,
    points: null,
    restarts: true,
    action: (site) =>
      fc.record({ kind: constant('partition'), links: links(site), durationMs: outage(site) }),
  },
  {
    name: 'delay',
    kind: 'delay',
    weight: 5,
    applies: always,
    points: null,
    restarts: false,
    action: (site) =>
      fc.record({
        kind: constant('delay'),
        links: links(site),
        delayMs: between(5, 300),
        durationMs: between(50, 1_000),
      }),
  },
  {
    name: 'slow-link',
    kind: 'slow-link',
    weight: 4,
    applies: always,
    points: null,
    restarts: false,
    action: (site) =>
      fc.record({
        kind: constant('slow-link'),
        links: links(site),
        messagesPerSecond: between(20, 500),
        durationMs: between(100, 1_000),
      }),
  },
  {
    name: 'reset',
    kind: 'reset',
    weight: 8,
    applies: always,
    points: null,
    restarts: true,
    action: (site) => fc.record({ kind: constant('reset'), links: links(site) }),
  },
  {
    name: 'torn-write',
    kind: 'disk',
    weight: 4,
    applies: always,
    points: writing,
    restarts: true,
    action: disk('torn-write', between(10, 800)),
  },
  {
    name: 'lost-unsynced',
    kind: 'disk',
    weight: 4,
    applies: always,
    points: [...writing, 'ack'],
    restarts: true,
    action: disk('lost-unsynced', between(10, 800)),
  },
  {
    name: 'io-error',
    kind: 'disk',
    weight: 3,
    applies: always,
    points: [...writing, 'restore-read'],
    restarts: false,
    action: disk('io-error', between(50, 800)),
  },
  {
    name: 'no-space',
    kind: 'disk',
    weight: 2,
    applies: always,
    points: writing,
    restarts: false,
    action: disk('no-space', between(50, 800)),
  },
  {
    name: 'corrupt-file',
    kind: 'disk',
    weight: 1,
    applies: always,
    points: ['notification'],
    restarts: true,
    action: disk('corrupt-file', between(10, 400)),
  },
  {
    name: 'missing-file',
    kind: 'disk',
    weight: 1,
    applies: always,
    points: ['notification'],
    restarts: true,
    action: disk('missing-file', between(10, 400)),
  },
  {
    name: 'store-unavailable',
    kind: 'store',
    weight: 6,
    applies: always,
    points: committing,
    restarts: false,
    action: store('unavailable', between(50, 1_200)),
  },
  {
    name: 'reply-lost',
    kind: 'store',
    weight: 9,
    applies: transactional,
    points: ['commit-call', 'pre-commit'],
    restarts: false,
    action: store('reply-lost', between(10, 500)),
  },
  {
    name: 'transaction-timeout',
    kind: 'store',
    weight: 2,
    applies: transactional,
    points: ['barrier-emitted', 'trigger'],
    restarts: true,
    action: store('transaction-timeout', between(10, 300)),
  },
  {
    name: 'clock-jump',
    kind: 'clock-jump',
    weight: 3,
    applies: always,
    points: null,
    restarts: false,
    action: (site, here) =>
      fc.record({
        kind: constant('clock-jump'),
        node: anyNode(site, here),
        byMs: fc.oneof(between(-3_000, -20), between(20, 3_000)),
      }),
  },
  {
    name: 'source-hold',
    kind: 'source-hold',
    weight: 5,
    applies: always,
    points: ['trigger', 'barrier-emitted'],
    restarts: false,
    action: (site) =>
      fc.record({
        kind: constant('source-hold'),
        split: fc.constantFrom(...site.splits),
        durationMs: between(100, 1_500),
      }),
  },
];
