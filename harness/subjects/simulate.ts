/**
 * The composition of reference engine and simulator: the one place where the two meet.
 */
import { createReferenceEngine } from '../../src/engine/reference-engine.ts';
import type { Case } from '../../src/model/case.ts';
import type { FunctionCatalog } from '../../src/model/functions.ts';
import { simulateEngine, type SimulationResult } from '../../src/simulator/simulate.ts';

/** Runs `kase` on the reference engine in virtual time. `catalog`: the functions it refers to. */
export function simulate(kase: Case, catalog?: FunctionCatalog): SimulationResult {
  return simulateEngine(kase, createReferenceEngine(kase, catalog));
}
