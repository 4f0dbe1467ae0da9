/**
 * Faults that few cases have, on top of their usual ones: messages lost, repeated or overtaken, a
 * store whose server dies. Drawn after everything else, so that they shift nothing else (law A2).
 */
import * as fc from 'fast-check';

import type { Fault, Schedule } from '../../src/model/fault.ts';
import {
  linkTrouble,
  links,
  storeOutage,
  type FaultFamily,
  type RareKind,
} from './fault-actions.ts';
import type { FaultSite } from './fault-site.ts';
import { absoluteTime, atPoint, occurs } from './fault-times.ts';

/** Of so many cases one has a rare fault. */
const oneOf = 10;
const faultsMax = 6;

const always = (): boolean => true;
const exchanging = (site: FaultSite): boolean => site.spread && site.receivers.length > 0;

/** A message lost or repeated, which its receiver has to notice. */
function brokenChannel(kind: 'drop' | 'duplicate'): FaultFamily {
  return {
    name: kind,
    kind,
    weight: 1,
    applies: always,
    points: null,
    restarts: true,
    action: (site) =>
      fc.record({
        kind: fc.constant(kind),
        links: links(site),
        durationMs: linkTrouble(site),
      }),
  };
}

const byKind: Readonly<Record<RareKind, FaultFamily>> = {
  reorder: {
    name: 'reorder',
    kind: 'reorder',
    weight: 6,
    applies: exchanging,
    // Barriers go through all channels.
    points: ['barrier-emitted', 'alignment-started'],
    restarts: false,
    action: (site) =>
      fc.record({
        kind: fc.constant('reorder'),
        // Which of them exchange rows is decided at run time.
        links: fc.constant({ from: site.taskManagers, to: site.taskManagers, bothWays: false }),
        waitMs: fc.integer({ min: 2, max: 120 }),
        durationMs: linkTrouble(site),
      }),
  },
  drop: brokenChannel('drop'),
  duplicate: brokenChannel('duplicate'),
};

/** Weights are among themselves. */
export const rareFamilies: readonly FaultFamily[] = [
  ...Object.values(byKind),
  {
    name: 'store-crash',
    kind: 'store',
    group: 'store',
    weight: 1,
    applies: always,
    points: ['pre-commit', 'commit-call', 'commit-reply'],
    restarts: true,
    action: (site, here) => storeOutage('crash', site, here),
  },
];

/** Now and then the schedule and one rare fault more. */
export function withRareFault(
  usual: fc.Arbitrary<Schedule>,
  site: FaultSite,
): fc.Arbitrary<Schedule> {
  const families = rareFamilies.filter((family) => family.applies(site));
  const rare = fc
    .oneof(...families.map((family) => ({ weight: family.weight, arbitrary: fc.constant(family) })))
    .chain((family) => rareFault(family, site).map((fault) => ({ family, fault })));
  return fc
    .tuple(usual, fc.nat({ max: oneOf - 1 }), rare)
    .map(([schedule, lot, { family, fault }]) => {
      const isFull = schedule.length === 0 || schedule.length >= faultsMax;
      const clashes =
        family.group !== undefined && schedule.some(({ action }) => action.kind === family.kind);
      return lot > 0 || isFull || clashes ? schedule : [...schedule, fault];
    });
}

function rareFault(family: FaultFamily, site: FaultSite): fc.Arbitrary<Fault> {
  const points = (family.points ?? []).filter((point) => occurs(point, site, false));
  const when =
    points.length === 0
      ? absoluteTime(site)
      : fc.constantFrom(...points).chain((point) => atPoint(point, site));
  return when.chain((at) =>
    family.action(site, 'point' in at).map((action) => ({ when: at, action })),
  );
}
