/**
 * What a worker can be asked, and the one function that answers: the same in a thread, in a process
 * with a planted bug, and in a test.
 */
import { assert, unreachable } from '../../src/base/assert.ts';
import type { Case } from '../../src/model/case.ts';
import type { AnomalyName } from '../../src/model/guarantee.ts';
import type { RealEvidence } from '../../reports/result.ts';
import type { BugFile } from '../planting/bug-file.ts';
import { evidenceAsFound, shrinkReal } from '../shrink/shrink-real.ts';
import { shrink, type ShrinkResult } from '../shrink/shrink.ts';
import { boundSubject, isReal, type Subject } from '../subjects/port/subject.ts';
import { execute } from '../execution/execute.ts';
import { makeCase } from '../execution/make-case.ts';
import { outcomeOf } from '../execution/make-run.ts';
import type { Execution, RunOutcome } from '../execution/outcome.ts';
import { plantedSubject } from '../planting/planted-subject.ts';
import { reachedCount } from '../planting/reached.ts';
import type { Scenario } from '../../scenarios/scenario.ts';

/** Every `step`-th run from `from` (included) to `to` (excluded) of a scenario. */
export interface RunsJob {
  readonly kind: 'runs';
  readonly scenario: string;
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly step: number;
}
export interface GenerateJob {
  readonly kind: 'generate';
  readonly scenario: string;
  readonly seed: number;
  readonly run: number;
}
export interface ExecuteJob {
  readonly kind: 'execute';
  readonly case: Case;
  /** For the nodes of a real subject. */
  readonly bug?: BugFile;
}
export interface ShrinkJob {
  readonly kind: 'shrink';
  readonly case: Case;
  /** The anomalies of which one must remain; empty: those the case shows itself. */
  readonly anomalies: readonly AnomalyName[];
  readonly runsMax: number;
  /** Wall time of runs of a real subject, in ms. */
  readonly budgetMs?: number;
  /** The line of the planted bug must be reached in every accepted run. */
  readonly mustReach: boolean;
  /** What the case showed; without it the case is run for that. */
  readonly found?: Execution | null;
}
/** Runs what a real subject showed on its model. Null where runs can be repeated. */
export interface CompareJob {
  readonly kind: 'compare';
  readonly case: Case;
  /** The anomalies of which one is looked for; empty: the first that was found. */
  readonly anomalies: readonly AnomalyName[];
  readonly found: Execution;
}
/** How often the planted bug's line was reached so far. */
export interface ReachedJob {
  readonly kind: 'reached';
}
export type Job = RunsJob | GenerateJob | ExecuteJob | ShrinkJob | CompareJob | ReachedJob;

export interface JobReplies {
  readonly runs: readonly RunOutcome[];
  readonly generate: Case;
  readonly execute: Execution;
  readonly shrink: ShrinkResult;
  readonly compare: RealEvidence | null;
  readonly reached: number;
}
export type JobReply<J extends Job> = JobReplies[J['kind']];

/** What a worker has loaded. */
export interface Workbench {
  readonly subject: Subject;
  readonly scenarios: readonly Scenario[];
  /** URL of the module a scenario comes from, by its id; absent: they exist as objects only. */
  readonly moduleOf?: ReadonlyMap<string, string>;
}

/**
 * Does the work. Throws what the work throws, except inside `runs`, where a run becomes unknown;
 * a scenario that makes what is no case is refused there, too.
 */
export async function answer(bench: Workbench, job: Job): Promise<JobReplies[Job['kind']]> {
  switch (job.kind) {
    case 'runs':
      return runRange(bench, job);
    case 'generate':
      return makeCase(scenarioOf(bench, job.scenario), job.seed, job.run);
    case 'execute':
      return execute(subjectFor(plantedBench(bench, job.bug), job.case), job.case);
    case 'shrink': {
      const subject = subjectFor(bench, job.case);
      return isReal(subject) ? shrinkReal(subject, job.case, job) : shrink(subject, job.case, job);
    }
    case 'compare': {
      const subject = subjectFor(bench, job.case);
      return isReal(subject) ? evidenceAsFound(subject, job.case, job) : null;
    }
    case 'reached':
      return reachedCount();
    default:
      return unreachable(job, 'job');
  }
}

async function runRange(bench: Workbench, job: RunsJob): Promise<RunOutcome[]> {
  const scenario = scenarioOf(bench, job.scenario);
  const subject = subjectOf(bench, scenario);
  const outcomes: RunOutcome[] = [];
  for (let run = job.from; run < job.to; run += job.step) {
    outcomes.push(await outcomeOf(subject, run, makeCase(scenario, job.seed, run)));
  }
  return outcomes;
}

/** The workbench with a bug in the engine of the subject's nodes. */
function plantedBench(bench: Workbench, bug: BugFile | undefined): Workbench {
  return { ...bench, subject: plantedSubject(bench.subject, bug) };
}

/** The subject with the functions of the case's scenario, where that is known here. */
function subjectFor(bench: Workbench, kase: Case): Subject {
  return subjectOf(
    bench,
    bench.scenarios.find(({ id }) => id === kase.scenario),
  );
}

function subjectOf({ subject, moduleOf }: Workbench, scenario: Scenario | undefined): Subject {
  if (scenario?.functions === undefined) return subject;
  const { functions, id } = scenario;
  const module = moduleOf?.get(id);
  const source = module === undefined ? null : { module, scenario: id };
  return boundSubject(subject, { functions, source });
}

function scenarioOf(bench: Workbench, id: string): Scenario {
  const scenario = bench.scenarios.find((candidate) => candidate.id === id);
  assert(scenario !== undefined, `no scenario "${id}" in this worker`);
  return scenario;
}
