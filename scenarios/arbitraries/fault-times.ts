/**
 * When faults strike: about half of them at a protocol point, where the interesting states are a
 * message wide; the others at any time while there is input. A condition that is
 * never met makes a run vacuous (law A6), so conditions stay close to what will happen.
 */
import * as fc from 'fast-check';

import type { FaultTime, PointName, PointPhase } from '../../src/model/fault.ts';
import type { FaultSite, SiteOperator } from './fault-site.ts';

/** What is known of a point before the run. */
interface PointFacts {
  readonly weight: number;
  readonly phases: readonly PointPhase[];
  /**
   * How often it is passed: once a checkpoint, by each subtask, or a few times in the whole run.
   */
  readonly passed: 'by-checkpoint' | 'by-subtask' | 'rarely';
  /** The operators that pass it; none for points of the JobManager. */
  readonly operators: (site: FaultSite) => readonly SiteOperator[];
  /** `later`: an earlier fault makes the job restart. */
  readonly occurs: (site: FaultSite, later: boolean) => boolean;
}

const bothPhases: readonly PointPhase[] = ['before', 'after'];
const always = (): boolean => true;
const nobody = (): readonly SiteOperator[] => [];
const everybody = (site: FaultSite): readonly SiteOperator[] => [
  ...site.sources,
  ...site.receivers,
];
const transactional = (site: FaultSite): boolean => site.transactional;
const ending = (site: FaultSite): boolean => site.ends;
const aligning = (site: FaultSite): boolean => site.receivers.length > 0;
const restarted = (_site: FaultSite, later: boolean): boolean => later;

function jobManager(weight: number): PointFacts {
  return { weight, phases: bothPhases, passed: 'by-checkpoint', operators: nobody, occurs: always };
}

const facts: Readonly<Record<PointName, PointFacts>> = {
  trigger: jobManager(2),
  'completed-store-write': jobManager(6),
  notification: jobManager(5),
  'barrier-emitted': {
    weight: 4,
    phases: bothPhases,
    passed: 'by-subtask',
    operators: (site) => site.sources,
    occurs: always,
  },
  'sync-snapshot': subtasks(4, everybody, always),
  'state-upload': subtasks(4, everybody, always),
  ack: subtasks(5, everybody, always),
  'alignment-started': {
    ...subtasks(3, (site) => site.receivers, aligning),
    phases: ['before'],
  },
  'alignment-ended': { ...subtasks(3, (site) => site.receivers, aligning), phases: ['after'] },
  'pre-commit': subtasks(5, (site) => site.sinks, transactional),
  'commit-call': subtasks(7, (site) => site.sinks, transactional),
  'commit-reply': subtasks(5, (site) => site.sinks, transactional),
  'end-of-input': rare(2, bothPhases, ending),
  'final-checkpoint': rare(2, ['before'], ending),
  'job-end': rare(2, bothPhases, always),
  'restore-read': rare(2, bothPhases, restarted),
  'first-watermark-after-restore': rare(1, ['before'], restarted),
};

function subtasks(
  weight: number,
  operators: PointFacts['operators'],
  when: PointFacts['occurs'],
): PointFacts {
  return { weight, phases: bothPhases, passed: 'by-subtask', operators, occurs: when };
}

function rare(
  weight: number,
  phases: readonly PointPhase[],
  when: PointFacts['occurs'],
): PointFacts {
  return { weight, phases, passed: 'rarely', operators: nobody, occurs: when };
}

/** Whether the point is passed in a run of this case. */
export function occurs(point: PointName, site: FaultSite, later: boolean): boolean {
  return facts[point].occurs(site, later);
}

/** A time for one fault. `later`: another fault comes before, so that there may be a restore. */
export function faultTime(site: FaultSite, later: boolean): fc.Arbitrary<FaultTime> {
  const points = Object.entries(facts)
    .filter(([point]) => occurs(point as PointName, site, later))
    .map(([point, { weight }]) => ({ weight, arbitrary: fc.constant(point as PointName) }));
  return fc.oneof(
    absoluteTime(site),
    fc.oneof(...points).chain((point) => atPoint(point, site)),
  );
}

/** While there is much to read; now and then when all has been read, or the job is over. */
export function absoluteTime(site: FaultSite): fc.Arbitrary<FaultTime> {
  const end = Math.ceil(site.inputEndsMs);
  return fc.oneof(
    {
      weight: 15,
      arbitrary: fc.record({ at: fc.integer({ min: 30, max: Math.max(31, site.busyUntilMs) }) }),
    },
    { weight: 1, arbitrary: fc.record({ at: fc.integer({ min: end, max: end + afterEndMs }) }) },
  );
}

const afterEndMs = 500;

/** A pass of `point`, with narrow conditions now and then: this checkpoint, operator or subtask. */
export function atPoint(point: PointName, site: FaultSite): fc.Arbitrary<FaultTime> {
  const { phases, passed, operators } = facts[point];
  // After a restart numbers jump, and a sink with nothing to commit passes no point.
  const numberMax = Math.min(4, Math.floor(site.checkpoints / 2));
  const numbered = passed !== 'rarely' && numberMax > 0 && !sinkPoints.has(point);
  return fc
    .record({
      phase: fc.constantFrom(...phases),
      checkpoint: numbered ? sometimes(fc.integer({ min: 1, max: numberMax }), 4) : none,
      operator: operatorAt(operators(site)),
      subtask: sometimes(fc.nat({ max: 3 }), 6),
      occurrence: fc.constantFrom(1, 1, 1, 1, 2, 2, 3, 4),
    })
    .map(({ phase, checkpoint, operator, subtask, occurrence }) => {
      const one = operator === null || subtask === null ? null : subtask % operator.parallelism;
      const passes = passesOf({ facts: facts[point], checkpoint, operator, subtask: one });
      return {
        point,
        phase,
        checkpoint,
        operator: operator?.id ?? null,
        subtask: one,
        occurrence: Math.min(occurrence, passes),
      };
    });
}

const sinkPoints: ReadonlySet<PointName> = new Set(['pre-commit', 'commit-call', 'commit-reply']);

interface Condition {
  readonly facts: PointFacts;
  readonly checkpoint: number | null;
  readonly operator: SiteOperator | null;
  readonly subtask: number | null;
}

/** How many passes can be counted on under a condition. */
function passesOf(condition: Condition): number {
  const { passed } = condition.facts;
  if (passed === 'rarely') return 1;
  const each = condition.checkpoint === null ? 2 : 1;
  if (passed === 'by-checkpoint' || condition.subtask !== null) return each;
  return each * (condition.operator?.parallelism ?? 1);
}

const none: fc.Arbitrary<null> = fc.constant(null);

/** Null, but every `freq + 1`-th time a value. */
function sometimes<T>(arbitrary: fc.Arbitrary<T>, freq: number): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: freq, arbitrary: none }, { weight: 1, arbitrary });
}

function operatorAt(operators: readonly SiteOperator[]): fc.Arbitrary<SiteOperator | null> {
  return operators.length === 0 ? none : sometimes(fc.constantFrom(...operators), 1);
}
