/**
 * Reads a saved case together with the functions of its scenario's own. They are code, so they are
 * looked for only where the case names a function that is not built in: in the configuration.
 */
import { InputError, type Problem } from '../../src/model/input-error.ts';
import type { OwnFunctions } from '../../src/model/validate/own-functions.ts';
import { loadScenarios } from './load-scenarios.ts';
import { readInput } from '../store/atomic-file.ts';
import { parseFailure, scenarioIn, type SavedFailure } from '../store/saved-failure.ts';
import { configModule } from './load-config.ts';

export interface CaseFile {
  readonly failure: SavedFailure;
  /** What the case names that is not built in; undefined: nothing. */
  readonly functions: OwnFunctions | undefined;
  /** URLs of the modules they come from. */
  readonly modules: readonly string[];
}

/** Reads a saved failure or a bare case. Throws an InputError that says where the fault is. */
export async function readCaseFile(path: string, configFile: string | null): Promise<CaseFile> {
  const text = readInput(path, 'case');
  try {
    return { failure: parseFailure(text), functions: undefined, modules: [] };
  } catch (error) {
    if (!(error instanceof InputError) || !error.problems.some(isUnknownFunction)) throw error;
    const url = await configModule(configFile);
    const scenario = scenarioIn(text);
    const scenarios = url === null ? [] : await loadScenarios([url]);
    const functions = scenarios.find(({ id }) => id === scenario)?.functions;
    if (url === null || functions === undefined) throw advised(error, scenario);
    return { failure: parseFailure(text, () => functions), functions, modules: [url] };
  }
}

/** A reference to a function that has a name, which is not known. */
function isUnknownFunction({ path, value }: Problem): boolean {
  return path.endsWith('.fn') && value.startsWith('"');
}

function advised(error: InputError, scenario: string | null): InputError {
  const advice =
    `a function of your own is looked for in the scenario ${JSON.stringify(scenario)} of ` +
    'tidemark.config: go to its folder, or name it with --config';
  const problems = error.problems.map((problem): Problem => {
    if (!isUnknownFunction(problem)) return problem;
    const { suggestion } = problem;
    return { ...problem, suggestion: suggestion === null ? advice : `${suggestion} ${advice}` };
  });
  return new InputError(error.what, problems, error.count);
}
