/**
 * One numbered case of a scenario, checked like a case from a file: what a scenario makes is input,
 * too, and bad input is refused before anything runs on it.
 */
import type { Scenario } from '../../scenarios/scenario.ts';
import type { Case } from '../../src/model/case.ts';
import { InputError, type Problem } from '../../src/model/input-error.ts';
import { catalogWith } from '../../src/model/validate/own-functions.ts';
import { validateCase } from '../../src/model/validate/validate-case.ts';

/** Case number `run` of campaign `seed`. Throws an InputError that names scenario, run and path. */
export function makeCase(scenario: Scenario, seed: number, run: number): Case {
  try {
    return validateCase(scenario.generate(seed, run), catalogWith(scenario.functions));
  } catch (error) {
    const what = `case of scenario "${scenario.id}" (seed ${seed}, run ${run})`;
    if (error instanceof InputError) throw new InputError(what, error.problems, error.count);
    const refused = new InputError(what, [thrown(error)]);
    refused.cause = error;
    throw refused;
  }
}

/** What the author's own code threw, and where. */
function thrown(error: unknown): Problem {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const place = error instanceof Error ? /^ +at (.+)$/m.exec(error.stack ?? '')?.[1] : undefined;
  return {
    path: 'drawing it',
    value: JSON.stringify(text),
    expectation: 'no exception',
    suggestion: place === undefined ? null : `it was thrown at ${place}`,
  };
}
