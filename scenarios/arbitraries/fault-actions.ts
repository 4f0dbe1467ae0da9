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
  /** Whether it may strike at any time, or needs what is there at its points. */
  readonly anyTime?: false;
  /** Such troubles hide one another: a schedule has at most one of each group. */
  readonly group?: 'store' | 'disk';
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
    { weight: 1, arbitrary: between(Math.ceil(site.heartbeatIntervalMs * 1.5), timeout) },
  );
}

const restartAfterMs: fc.Arbitrary<number> = fc.oneof(
  between(10, 150),
  between(10, 150),
  between(150, 1_000),
);

/**
 * Links cut: one node from all, JobManager from a task manager, task managers among each other. The
 * last only where rows are exchanged: a link without traffic has nothing to lose.
 */
export function links(site: FaultSite): fc.Arbitrary<Links> {
  const forms = ['isolate', 'isolate', 'job-manager', 'job-manager'] as const;
  return fc
    .record({
      node: between(0, site.taskManagers.length - 1),
      form: fc.constantFrom(...forms, site.receivers.length > 0 ? 'task-managers' : 'isolate'),
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

/** Long enough for a heartbeat to meet the trouble. */
export function linkTrouble(site: FaultSite): fc.Arbitrary<number> {
  return between(site.heartbeatIntervalMs * 2, site.heartbeatIntervalMs * 6);
}

type ByKind<K extends FaultKind> = Extract<FaultAction, { kind: K }>;

/** The machine of a node goes down; only the task managers' files are at stake. */
function machine(effect: ByKind<'disk'>['effect']): FaultFamily['action'] {
  return (site, here) =>
    fc.record({
      kind: constant('disk'),
      effect: constant(effect),
      node: here ? constant('here') : fc.constantFrom(...site.taskManagers),
      durationMs: between(10, 400),
    });
}

/** Writes or reads of a task manager fail, at least until its next checkpoint unless at one. */
function failing(effect: 'io-error' | 'no-space'): FaultFamily['action'] {
  return (site, here) =>
    fc.record({
      kind: constant('disk'),
      effect: constant(effect),
      node: here ? constant('here') : fc.constantFrom(...site.taskManagers),
      durationMs: between(site.checkpointIntervalMs, site.checkpointIntervalMs * 3),
    });
}

/**
 * Unless it begins at a call, an outage lasts about as long as it takes for the next call to come.
 */
export function storeOutage(
  effect: ByKind<'store'>['effect'],
  site: FaultSite,
  here: boolean,
): fc.Arbitrary<FaultAction> {
  const interval = site.checkpointIntervalMs;
  const durationMs = here ? between(150, 1_000) : between(interval * 2, interval * 4);
  return fc.record({ kind: constant('store'), effect: constant(effect), durationMs });
}

const writing: readonly PointName[] = ['sync-snapshot', 'state-upload'];
const committing: readonly PointName[] = ['pre-commit', 'commit-call'];
/** The JobManager's own points, for faults that should hit it "here". */
const jobManagerPoints: readonly PointName[] = ['trigger', 'completed-store-write', 'notification'];

/**
 * Kinds that most cases do without: `rare-faults.ts` draws them. Every other kind has its families
 * below.
 */
export type RareKind = 'reorder' | 'drop' | 'duplicate';

const usual: Readonly<Record<Exclude<FaultKind, RareKind>, readonly FaultFamily[]>> = {
  crash: [
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
  ],
  pause: [
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
  ],
  partition: [
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
  ],
  delay: [
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
          durationMs: linkTrouble(site),
        }),
    },
  ],
  'slow-link': [
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
          durationMs: linkTrouble(site),
        }),
    },
  ],
  reset: [
    {
      name: 'reset',
      kind: 'reset',
      weight: 8,
      applies: always,
      points: null,
      restarts: true,
      action: (site) => fc.record({ kind: constant('reset'), links: links(site) }),
    },
  ],
  disk: [
    {
      name: 'torn-write',
      kind: 'disk',
      weight: 4,
      applies: always,
      points: writing,
      restarts: true,
      action: machine('torn-write'),
    },
    {
      name: 'lost-unsynced',
      kind: 'disk',
      weight: 4,
      applies: always,
      points: [...writing, 'ack'],
      restarts: true,
      action: machine('lost-unsynced'),
    },
    {
      name: 'io-error',
      kind: 'disk',
      group: 'disk',
      weight: 3,
      applies: always,
      points: ['barrier-emitted', 'sync-snapshot'],
      anyTime: false,
      restarts: false,
      action: failing('io-error'),
    },
    {
      name: 'no-space',
      kind: 'disk',
      group: 'disk',
      weight: 2,
      applies: always,
      points: ['barrier-emitted', 'sync-snapshot'],
      anyTime: false,
      restarts: false,
      action: failing('no-space'),
    },
    {
      name: 'corrupt-file',
      kind: 'disk',
      weight: 0.25,
      applies: always,
      points: ['notification'],
      anyTime: false,
      restarts: true,
      action: machine('corrupt-file'),
    },
    {
      name: 'missing-file',
      kind: 'disk',
      weight: 0.25,
      applies: always,
      points: ['notification'],
      anyTime: false,
      restarts: true,
      action: machine('missing-file'),
    },
  ],
  store: [
    {
      name: 'store-unavailable',
      kind: 'store',
      group: 'store',
      weight: 6,
      applies: always,
      points: committing,
      anyTime: false,
      restarts: false,
      action: (site, here) => storeOutage('unavailable', site, here),
    },
    {
      name: 'reply-lost',
      kind: 'store',
      group: 'store',
      weight: 9,
      applies: transactional,
      points: ['commit-call'],
      anyTime: false,
      restarts: false,
      action: (site, here) => storeOutage('reply-lost', site, here),
    },
    {
      name: 'transaction-timeout',
      kind: 'store',
      group: 'store',
      weight: 2,
      applies: transactional,
      points: ['pre-commit'],
      anyTime: false,
      restarts: true,
      action: (site, here) => storeOutage('transaction-timeout', site, here),
    },
  ],
  'clock-jump': [
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
  ],
  'source-hold': [
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
          durationMs: between(200, 1_500),
        }),
    },
  ],
};

/** The usual families; the most fruitful ones weigh most. Others: `rare-faults.ts`. */
export const faultFamilies: readonly FaultFamily[] = Object.values(usual).flat();
