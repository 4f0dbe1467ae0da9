/**
 * Fault schedules, swarm-style (Groce et al., "Swarm Testing", ISSTA 2012): each run leaves half of
 * the kinds out and weights the others very differently, so that a campaign sees pure and mixed
 * troubles. Schedules are short; everything heals by itself.
 */
import * as fc from 'fast-check';

import { durationOf } from '../../src/model/fault-kinds.ts';
import type { Fault, FaultAction, FaultTime, Schedule } from '../../src/model/fault.ts';
import { faultFamilies, type FaultFamily } from './fault-actions.ts';
import type { FaultSite } from './fault-site.ts';
import { absoluteTime, atPoint, faultTime, occurs } from './fault-times.ts';
import { withRareFault } from './rare-faults.ts';

/** Number of faults: median 3, now and then none (what a calm run does is the base line). */
const usualLengths = [0, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 4, 4, 4, 5, 6];

/** Factors that a swarm puts on the weights of the kinds it keeps; half of the kinds drop out. */
const swarmFactors = [0, 0, 0, 0, 0.25, 1, 1, 4];

/**
 * A schedule for a case with this site, usual faults in order of time where times are absolute.
 * `lengths`: the numbers of usual faults to choose from, equally likely; given them, no rare fault
 * comes on top.
 */
export function scheduleFor(site: FaultSite, lengths?: readonly number[]): fc.Arbitrary<Schedule> {
  return lengths === undefined
    ? withRareFault(usualSchedule(site, usualLengths), site)
    : usualSchedule(site, lengths);
}

function usualSchedule(site: FaultSite, lengths: readonly number[]): fc.Arbitrary<Schedule> {
  const families = faultFamilies.filter((family) => family.applies(site));
  return fc
    .tuple(
      fc.constantFrom(...lengths),
      fc.array(fc.constantFrom(...swarmFactors), {
        minLength: families.length,
        maxLength: families.length,
      }),
    )
    .chain(([length, factors]) => pickFamilies(families, factors, length))
    .map(oneOfEachGroup)
    .chain((picked) =>
      fc.tuple(...picked.map((family, i) => faultOf(family, site, picked.slice(0, i)))),
    )
    .map((faults) => spread(inOrder(faults), site.inputEndsMs));
}

function pickFamilies(
  families: readonly FaultFamily[],
  factors: readonly number[],
  length: number,
): fc.Arbitrary<FaultFamily[]> {
  const weighted = families.map((family, i) => ({
    weight: Math.round(family.weight * 4 * (factors[i] ?? 0)),
    arbitrary: fc.constant(family),
  }));
  const kept = weighted.filter(({ weight }) => weight > 0);
  const pool = kept.length > 0 ? kept : weighted.map((entry) => ({ ...entry, weight: 1 }));
  return fc.array(fc.oneof(...pool), { minLength: length, maxLength: length });
}

function oneOfEachGroup(picked: readonly FaultFamily[]): FaultFamily[] {
  return picked.filter(
    ({ group }, i) => group === undefined || picked.findIndex((f) => f.group === group) === i,
  );
}

function faultOf(
  family: FaultFamily,
  site: FaultSite,
  before: readonly FaultFamily[],
): fc.Arbitrary<Fault> {
  const later = before.some((earlier) => earlier.restarts);
  return timeOf(family, site, later).chain((when) =>
    family.action(site, 'point' in when).map((action: FaultAction) => ({ when, action })),
  );
}

function timeOf(family: FaultFamily, site: FaultSite, later: boolean): fc.Arbitrary<FaultTime> {
  if (family.points === null) return faultTime(site, later);
  const points = family.points.filter((point) => occurs(point, site, later));
  if (points.length === 0) return absoluteTime(site);
  const anchored = fc.constantFrom(...points).chain((point) => atPoint(point, site));
  if (family.anyTime === false) return anchored;
  return fc.oneof({ weight: 1, arbitrary: absoluteTime(site) }, { weight: 2, arbitrary: anchored });
}

function inOrder(faults: readonly Fault[]): Fault[] {
  const time = ({ when }: Fault): number => ('at' in when ? when.at : Number.MAX_SAFE_INTEGER);
  return [...faults].sort((a, b) => time(a) - time(b));
}

/** Pause between a node's recovery and its next trouble, ms. */
const breathMs = 40;

/**
 * A node that is down cannot go down again: a fault at a time moves behind the outage of its node
 * that an earlier one began, and is left out when the input would be over by then.
 */
function spread(faults: readonly Fault[], inputEndsMs: number): Schedule {
  const upAgain = new Map<string, number>();
  return faults.flatMap((fault) => {
    if (!('at' in fault.when) || !('node' in fault.action)) return [fault];
    const { node } = fault.action;
    const at = Math.max(fault.when.at, upAgain.get(node) ?? 0);
    if (at > fault.when.at && at > inputEndsMs) return [];
    upAgain.set(node, at + outageMs(fault.action) + breathMs);
    return [{ ...fault, when: { at } }];
  });
}

/** How long a node is gone; a machine that went down takes its time whatever the fault says. */
function outageMs(action: FaultAction): number {
  return action.kind === 'disk' ? Math.max(400, action.durationMs) : durationOf(action);
}

/** Upper bound of the time all faults of a schedule need together, in ms. */
export function troubleMs(schedule: Schedule): number {
  return schedule.reduce((sum, { action }) => sum + durationOf(action), 0);
}
