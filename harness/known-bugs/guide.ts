/**
 * Where to look for a planted bug in the world: runs there take seconds, so the planted simulator
 * is asked first which cases show it. Nothing is decided here; a case is only a place to look.
 */
import { checkHistory } from '../../src/checker/check.ts';
import type { Case } from '../../src/model/case.ts';
import type { AnomalyName } from '../../src/model/guarantee.ts';
import type { Schedule } from '../../src/model/fault.ts';
import type { HistoryEvent } from '../../src/model/history.ts';
import { caseSize } from '../../reports/result.ts';
import type { RunOutcome } from '../execution/outcome.ts';
import { jobWallMsMax, type WorkerPool } from '../workers/pool.ts';
import { WorkerGone } from '../workers/worker-link.ts';
import type { BugFile } from '../planting/bug-file.ts';

export interface Candidate {
  readonly case: Case;
  /** Share of simulated runs under other latencies that are violations too, 0 to 1. */
  readonly steadiness: number;
}

export interface Guide {
  /** Generated cases simulated, and how many of them were violations. */
  readonly runs: number;
  readonly violations: number;
  /** Runs in which engine or checker threw: they point nowhere. */
  readonly crashed: number;
  /** Best place first. */
  readonly candidates: readonly Candidate[];
}

export interface GuideSettings {
  readonly seed: number;
  readonly shrinkRunsMax: number;
}

/** Simulated runs per bug at most; fewer once there are enough violations. */
const guideRunsMax = 400;
const violationsEnough = 16;
const runsPerJob = 20;
/** Violations looked at more closely, some of them in their smallest form too, and cases kept. */
const triedMax = 20;
const shrunkMax = 2;
const candidatesMax = 6;
/** Other latencies each is tried under. */
const otherSeeds = 8;
/** Each of them with a start that takes so much longer than the one before, ms. */
const startStepMs = 20;

/** The pool's engine must carry the bug. A worker that is lost points nowhere either. */
export async function guideTo(
  pool: WorkerPool,
  bug: BugFile,
  settings: GuideSettings,
): Promise<Guide> {
  try {
    return await lookAround(pool, bug, settings);
  } catch (error) {
    if (!(error instanceof WorkerGone)) throw error;
    return { runs: 0, violations: 0, crashed: 1, candidates: [] };
  }
}

async function lookAround(pool: WorkerPool, bug: BugFile, settings: GuideSettings): Promise<Guide> {
  const { runs, found, crashed } = await simulate(pool, bug, settings);
  const candidates: Candidate[] = [];
  let shrunk = 0;
  for (const { scenario, outcome } of smallestFirst(bug, found).slice(0, triedMax)) {
    const generate = { kind: 'generate', scenario, seed: settings.seed, run: outcome.run } as const;
    const kase = await pool.request(generate);
    if (!(await showsByMachineClock(pool, kase))) continue;
    candidates.push(await tried(pool, kase));
    if (shrunk === shrunkMax) continue;
    shrunk++;
    const small = await shrink(pool, kase, { bug, ...settings });
    if (await showsByMachineClock(pool, small)) candidates.push(await tried(pool, small));
  }
  const violations = found.length;
  const best = candidates.sort(bySteadiness).slice(0, candidatesMax);
  return { runs, violations, crashed, candidates: best };
}

interface Violation {
  readonly scenario: string;
  readonly outcome: RunOutcome;
}

async function simulate(
  pool: WorkerPool,
  bug: BugFile,
  { seed }: GuideSettings,
): Promise<Pick<Guide, 'runs' | 'crashed'> & { readonly found: readonly Violation[] }> {
  const found: Violation[] = [];
  let runs = 0;
  let crashed = 0;
  for (let from = 0; runs < guideRunsMax; from += runsPerJob) {
    for (const scenario of bug.scenarios) {
      const job = { kind: 'runs', scenario, seed, from, to: from + runsPerJob, step: 1 } as const;
      const outcomes = await pool.request(job);
      runs += outcomes.length;
      for (const outcome of outcomes) {
        if (outcome.error !== null) crashed++;
        if (outcome.status === 'invalid') found.push({ scenario, outcome });
      }
    }
    if (found.length >= violationsEnough) break;
  }
  return { runs, crashed, found };
}

/**
 * Those that show what the bug is known for come first. A stall lasts until the deadline, and says
 * least.
 */
function smallestFirst(bug: BugFile, found: readonly Violation[]): Violation[] {
  const isTelling = (name: AnomalyName): boolean =>
    name !== 'stall' && bug.anomalies.includes(name);
  const strangeness = ({ outcome }: Violation): number =>
    outcome.anomalies.some(isTelling) ? 0 : 1;
  return [...found].sort(
    (a, b) =>
      strangeness(a) - strangeness(b) ||
      a.outcome.faults - b.outcome.faults ||
      a.outcome.events - b.outcome.events,
  );
}

async function shrink(
  pool: WorkerPool,
  kase: Case,
  { bug, shrinkRunsMax }: GuideSettings & { readonly bug: BugFile },
): Promise<Case> {
  const job = {
    kind: 'shrink',
    case: kase,
    anomalies: bug.anomalies,
    runsMax: shrinkRunsMax,
    mustReach: true,
  } as const;
  return (await pool.request(job, 2 * jobWallMsMax)).case;
}

/**
 * How much of what it shows is chance: the seed of a case decides its latencies, and a real cluster
 * needs some time to start while the clock of its faults runs.
 */
async function tried(pool: WorkerPool, kase: Case): Promise<Candidate> {
  let shown = 0;
  for (let other = 1; other <= otherSeeds; other++) {
    const late = earlier(kase, other * startStepMs);
    const varied = { ...kase, seed: kase.seed + other, schedule: late };
    if (await showsByMachineClock(pool, varied)) shown++;
  }
  return { case: kase, steadiness: shown / otherSeeds };
}

/** The faults at times, as seen by a cluster that is up `ms` later. */
function earlier({ schedule }: Case, ms: number): Schedule {
  return schedule.map((fault) =>
    'at' in fault.when ? { ...fault, when: { at: Math.max(0, fault.when.at - ms) } } : fault,
  );
}

/**
 * Whether the run is a violation also to a judge who must allow for what only a machine does: there
 * a source that was given no time may pass for idle.
 */
async function showsByMachineClock(pool: WorkerPool, kase: Case): Promise<boolean> {
  try {
    const { history } = await pool.request({ kind: 'execute', case: kase });
    const onMachine = history.map((event): HistoryEvent =>
      event.kind === 'header' ? { ...event, clock: 'machine' } : event,
    );
    return checkHistory(kase, onMachine).status === 'invalid';
  } catch (error) {
    if (error instanceof WorkerGone) throw error;
    // An engine that throws shows no anomaly.
    return false;
  }
}

/** Among equals the smaller one, which takes less time. */
function bySteadiness(a: Candidate, b: Candidate): number {
  const size = ({ case: kase }: Candidate): number => {
    const { events, faults } = caseSize(kase);
    return events + faults;
  };
  return b.steadiness - a.steadiness || size(a) - size(b);
}
