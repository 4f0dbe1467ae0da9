/**
 * When faults strike: about half of them at a protocol point, where the interesting states are a
 * message wide; the others at any time while there is input, or shortly after.
 */
import * as fc from 'fast-check';

import type { FaultTime, PointName } from '../../src/model/fault.ts';
import type { FaultSite } from './fault-site.ts';

/** A time for one fault. `later`: another fault comes before, so that there may be a restore. */
export function faultTime(site: FaultSite, later: boolean): fc.Arbitrary<FaultTime> {
  return fc.oneof(
    { weight: 1, arbitrary: absoluteTime(site) },
    { weight: 1, arbitrary: pointWeights(site, later).chain((point) => atPoint(point, site)) },
  );
}

export function absoluteTime(site: FaultSite): fc.Arbitrary<FaultTime> {
  return fc.record({ at: fc.integer({ min: 30, max: site.inputEndsMs + 400 }) });
}

/** Points that occur in this case, by how much they have to tell. */
function pointWeights(site: FaultSite, later: boolean): fc.Arbitrary<PointName> {
  const weights: [PointName, number][] = [
    ['trigger', 2],
    ['barrier-emitted', 4],
    ['sync-snapshot', 4],
    ['state-upload', 4],
    ['ack', 5],
    ['completed-store-write', 6],
    ['notification', 5],
    ['end-of-input', 2],
    ['final-checkpoint', 2],
  ];
  if (site.receivers.length > 0) weights.push(['alignment-started', 3], ['alignment-ended', 3]);
  if (site.transactional) weights.push(['pre-commit', 5], ['commit-call', 7], ['commit-reply', 5]);
  if (later) weights.push(['restore-read', 2], ['first-watermark-after-restore', 1]);
  return fc.oneof(...weights.map(([point, weight]) => ({ weight, arbitrary: fc.constant(point) })));
}

/**
 * A pass of `point`. Narrow conditions (this checkpoint, this operator, this subtask) are drawn less
 * often than open ones: each of them may turn out never to be met.
 */
export function atPoint(point: PointName, site: FaultSite): fc.Arbitrary<FaultTime> {
  const operators = operatorsAt(point, site);
  const numberMax = Math.min(8, Math.floor(site.checkpoints * 0.6));
  const numbered = !unnumbered.has(point) && numberMax > 0;
  return fc.record({
    point: fc.constant(point),
    phase: fc.constantFrom('before', 'after'),
    checkpoint: numbered ? sometimes(fc.integer({ min: 1, max: numberMax })) : none,
    operator: operators.length > 0 ? sometimes(fc.constantFrom(...operators)) : none,
    subtask: none,
    occurrence: occurrence(point, site),
  });
}

const none: fc.Arbitrary<null> = fc.constant(null);

function sometimes<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.option(arbitrary, { freq: 2 });
}

/** Points that do not belong to a checkpoint, or to one whose number nobody can know before. */
const unnumbered: ReadonlySet<PointName> = new Set([
  'restore-read',
  'first-watermark-after-restore',
  'end-of-input',
  'final-checkpoint',
]);

const onceOnly: ReadonlySet<PointName> = new Set(['final-checkpoint', 'restore-read']);
const perCheckpoint: ReadonlySet<PointName> = new Set(['trigger', 'completed-store-write']);

function occurrence(point: PointName, site: FaultSite): fc.Arbitrary<number> {
  if (onceOnly.has(point)) return fc.constant(1);
  if (perCheckpoint.has(point)) return fc.constantFrom(1, 1, 1, 2, 3);
  if (unnumbered.has(point)) return fc.integer({ min: 1, max: site.sources.length });
  return fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 8 }));
}

function operatorsAt(point: PointName, site: FaultSite): readonly string[] {
  switch (point) {
    case 'barrier-emitted':
    case 'end-of-input':
      return site.sources;
    case 'alignment-started':
    case 'alignment-ended':
      return site.receivers;
    case 'pre-commit':
    case 'commit-call':
    case 'commit-reply':
      return site.sinks;
    case 'sync-snapshot':
    case 'state-upload':
    case 'ack':
      return [...site.sources, ...site.receivers];
    default:
      return [];
  }
}
