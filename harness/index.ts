/**
 * Tidemark as a library: define scenarios, verify them from tests, judge recorded histories.
 */
import type { TidemarkConfig } from './config/load-config.ts';

export { defineScenario, type Scenario, type ScenarioDefinition } from '../scenarios/scenario.ts';
export type { Expectation, Pieces, SometimesRule } from '../scenarios/scenario.ts';
export {
  makeWorkload,
  workloadKnobs,
  type WorkloadKnobs,
} from '../scenarios/arbitraries/workload.ts';
export type { Pace } from '../scenarios/arbitraries/pace.ts';
export {
  keyByField,
  sink,
  source,
  watermarkFor,
  watermarkKnobs,
} from '../scenarios/arbitraries/operators.ts';
export { checkHistory, type CheckSettings } from '../src/checker/check.ts';
export { validateCase } from '../src/model/validate/validate-case.ts';
export { InputError } from '../src/model/input-error.ts';
export type {
  Aggregate,
  FilterFunction,
  FlatMapFunction,
  KeySelector,
  MapFunction,
  ProcessDeclaration,
  ProcessFunction,
} from '../src/model/functions.ts';
export { catalogWith, type OwnFunctions } from '../src/model/validate/own-functions.ts';
export { parseHistory } from './store/history-file.ts';
export { verify, VerificationError, type VerifyOptions } from './verify.ts';
export type { TidemarkConfig } from './config/load-config.ts';
export type { Subject, SubjectRun } from './subjects/port/subject.ts';
export type { Case } from '../src/model/case.ts';
export type { Fault, FaultAction, FaultTime, Schedule } from '../src/model/fault.ts';
export type { AnomalyName, Guarantee } from '../src/model/guarantee.ts';
export type { History, HistoryEvent } from '../src/model/history.ts';
export type { EngineOptions } from '../src/model/options.ts';
export type { OperatorSpec, Pipeline } from '../src/model/pipeline.ts';
export type {
  Anomaly,
  Explanation,
  Status,
  Verdict,
  Witness,
} from '../src/model/verdict/verdict.ts';
export type { Workload } from '../src/model/workload.ts';
export type { CaseResult, Report, RunResult, ScenarioResult } from '../reports/result.ts';

/** Gives a configuration its type; export the result as default from `tidemark.config.mts`. */
export function defineConfig(config: TidemarkConfig): TidemarkConfig {
  return config;
}
