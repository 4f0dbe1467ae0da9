/**
 * Scenarios: what to verify. A scenario draws its own parameters, makes pipeline and workload of
 * them, and says what is promised; cluster and faults are drawn for it. What it draws is plain
 * data.
 */
import * as fc from 'fast-check';

import { caseVersion, type Case } from '../src/model/case.ts';
import type { Schedule } from '../src/model/fault.ts';
import type { Guarantee } from '../src/model/guarantee.ts';
import type { CheckpointMode, EngineOptions } from '../src/model/options.ts';
import { catalogWith, type OwnFunctions } from '../src/model/validate/own-functions.ts';
import type { Pipeline } from '../src/model/pipeline.ts';
import type { Workload } from '../src/model/workload.ts';
import { clusterOptions } from './arbitraries/cluster.ts';
import { faultSite, lastArrival, type FaultSite } from './arbitraries/fault-site.ts';
import { keyedRandom } from './arbitraries/keyed-random.ts';
import { scheduleFor, troubleMs } from './arbitraries/schedule.ts';
import { checkDefinition, checkOptions, checkPieces } from './check-scenario.ts';

/** A named thing that must happen in at least one run of a campaign (law A9). */
export interface SometimesRule {
  readonly name: string;
  /** Coverage counts of which at least one must be above zero. */
  readonly anyOf: readonly string[];
}

/** What a campaign of the scenario should say of a correct subject. */
export type Expectation = 'valid' | { readonly strongest: 'at-least-once' };

/** What a scenario's parameters turn into. */
export interface Pieces {
  readonly pipeline: Pipeline;
  readonly workload: Workload;
  /** `exactly-once` unless given. */
  readonly mode?: CheckpointMode;
  /** Instead of the scenario's promises, where they depend on the parameters. */
  readonly promises?: readonly Guarantee[];
  /** Stop the job early with a savepoint. */
  readonly stop?: EngineOptions['stop'];
}

/** What the author of a scenario writes. */
export interface ScenarioDefinition<P> {
  /** Kebab-case, unique in its catalogue. */
  readonly id: string;
  readonly title: string;
  /** Two or three sentences: what runs, and what is verified about it. */
  readonly describes: string;
  readonly parameters: fc.Arbitrary<P>;
  /** Pure. */
  make(parameters: P): Pieces;
  /** Functions of your own that the pipeline names, beside the built-in ones. They must be pure. */
  readonly functions?: OwnFunctions;
  readonly promises: readonly Guarantee[];
  readonly expectation?: Expectation;
  readonly sometimes: readonly SometimesRule[];
  /** Narrows the drawn options of the cluster, for a scenario that aims at one mechanism. */
  tune?(options: EngineOptions): EngineOptions;
  /** Faults instead of the usual swarm. */
  faults?(site: FaultSite): fc.Arbitrary<Schedule>;
}

/** A scenario ready to be run: all its cases, by fast-check or by number. */
export interface Scenario {
  readonly id: string;
  readonly title: string;
  readonly describes: string;
  readonly promises: readonly Guarantee[];
  readonly expectation: Expectation;
  readonly sometimes: readonly SometimesRule[];
  /** What its cases name that is not built in; absent: nothing. */
  readonly functions?: OwnFunctions | undefined;
  /** All cases of the scenario; `case.seed` is drawn as well. */
  readonly arbitrary: fc.Arbitrary<Case>;
  /** Case number `run` (from 0) of campaign `seed`: see `generateCase`. */
  generate(seed: number, run: number): Case;
}

/**
 * Makes a scenario of its definition. Throws an InputError for a definition that is none; what
 * `make` returns is looked at when a case is drawn, and refused the same way.
 */
export function defineScenario<P>(definition: ScenarioDefinition<P>): Scenario {
  checkDefinition(definition);
  const { id, title, describes, promises, sometimes, functions } = definition;
  const scenario: Scenario = {
    id,
    title,
    describes,
    promises,
    sometimes,
    functions,
    expectation: definition.expectation ?? 'valid',
    arbitrary: caseArbitrary(definition),
    generate: (seed, run) => generateCase(scenario, seed, run),
  };
  return scenario;
}

/**
 * Case number `run` (from 0) of campaign `seed`, the same in every process and however many workers
 * share the campaign: each case has a random stream of its own.
 */
export function generateCase(scenario: Scenario, seed: number, run: number): Case {
  const random = keyedRandom(seed, `${scenario.id}/${run}`);
  return scenario.arbitrary.generate(random, undefined).value;
}

interface Drawn {
  readonly seed: number;
  readonly pieces: Pieces;
  readonly options: EngineOptions;
}

function caseArbitrary<P>(definition: ScenarioDefinition<P>): fc.Arbitrary<Case> {
  const functions = catalogWith(definition.functions);
  return fc
    .tuple(fc.nat(), definition.parameters)
    .chain(([seed, parameters]) => {
      const pieces = definition.make(parameters);
      checkPieces(pieces, functions);
      const cluster = clusterOptions(widest(pieces.pipeline), pieces.mode);
      return cluster.map((drawn): Drawn => {
        const options = stopping(definition.tune?.(drawn) ?? drawn, pieces);
        checkOptions(options);
        return { seed, pieces, options };
      });
    })
    .chain((drawn) => {
      const site = faultSite({ ...drawn.pieces, options: drawn.options });
      const schedule = definition.faults?.(site) ?? scheduleFor(site);
      return schedule.map((faults) => assembleCase(definition, drawn, faults));
    });
}

function stopping(options: EngineOptions, pieces: Pieces): EngineOptions {
  return pieces.stop === undefined ? options : { ...options, stop: pieces.stop };
}

function widest(pipeline: Pipeline): number {
  return Math.max(...pipeline.operators.map((o) => ('parallelism' in o ? o.parallelism : 1)));
}

/** Virtual time after the last record and the last fault within which a job must be done. */
const graceMs = 20_000;

function assembleCase<P>(
  definition: ScenarioDefinition<P>,
  drawn: Drawn,
  schedule: Schedule,
): Case {
  const { pieces, options, seed } = drawn;
  const lastFault = Math.max(0, ...schedule.map(({ when }) => ('at' in when ? when.at : 0)));
  return {
    version: caseVersion,
    scenario: definition.id,
    seed,
    pipeline: pieces.pipeline,
    workload: pieces.workload,
    schedule,
    options,
    promises: pieces.promises ?? definition.promises,
    deadlineMs: Math.max(lastArrival(pieces.workload), lastFault) + troubleMs(schedule) + graceMs,
  };
}
