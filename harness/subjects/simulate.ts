/**
 * The composition of reference engine and simulator: the one place where the two meet.
 */
import { createReferenceEngine } from '../../src/engine/reference-engine.ts';
import type { Case } from '../../src/model/case.ts';
import { catalogWith, type OwnFunctions } from '../../src/model/validate/own-functions.ts';
import { simulateEngine, type SimulationResult } from '../../src/simulator/simulate.ts';

/**
 * Runs `kase` on the reference engine in virtual time. `own`: what it names that is not built in.
 */
export function simulate(kase: Case, own?: OwnFunctions): SimulationResult {
  return simulateEngine(kase, createReferenceEngine(kase, catalogWith(own)));
}
