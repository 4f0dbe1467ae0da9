/**
 * Functions of a scenario's own in a node: which module exports the scenario travels in the node's
 * environment, and the node loads it before it says that it is there.
 */
import { catalogWith } from '../../../src/model/validate/own-functions.ts';
import { builtinFunctions, type FunctionCatalog } from '../../../src/model/functions.ts';
import type { FunctionSource } from '../port/subject.ts';
import type { NodeProgram } from './node-process.ts';

const variable = 'TIDEMARK_OWN_FUNCTIONS';

/** The program with functions to load; null: it needs none. */
export function programWith(program: NodeProgram, source: FunctionSource | null): NodeProgram {
  if (source === null) return program;
  return {
    ...program,
    environment: { ...program.environment, [variable]: JSON.stringify(source) },
  };
}

/** In a node: what the names of functions in its case stand for. */
export async function ownCatalog(): Promise<FunctionCatalog> {
  const text = process.env[variable];
  if (text === undefined) return builtinFunctions;
  const { module, scenario } = JSON.parse(text) as FunctionSource;
  const { loadScenarios } = await import('../../config/load-scenarios.ts');
  const scenarios = await loadScenarios([module]);
  return catalogWith(scenarios.find(({ id }) => id === scenario)?.functions);
}
