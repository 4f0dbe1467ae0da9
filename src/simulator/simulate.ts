/**
 * Runs a case against an engine in virtual time.
 */
import type { Case } from '../model/case.ts';
import { Simulation, type SimulatedEngine, type SimulationResult } from './simulation.ts';

export type { SimulatedEngine, SimulationResult };

/** The whole run of `kase` on `engine`; pure: same arguments, same result. */
export function simulateEngine(kase: Case, engine: SimulatedEngine): SimulationResult {
  return new Simulation(kase, engine).run();
}
