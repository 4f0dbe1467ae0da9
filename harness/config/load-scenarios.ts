/**
 * Loads scenarios from the modules that export them.
 */
import type { Scenario } from '../../scenarios/scenario.ts';
import { refusal } from '../store/refusal.ts';

interface ScenarioModule {
  readonly catalog?: readonly Scenario[];
  readonly default?: { readonly scenarios?: readonly Scenario[] };
}

/**
 * All scenarios of `urls`, in order. Throws when two share an id (an InputError) or a module
 * exports none.
 */
export async function loadScenarios(urls: readonly string[]): Promise<Scenario[]> {
  const scenarios: Scenario[] = [];
  for (const url of urls) {
    const module = (await import(url)) as ScenarioModule;
    const found = module.catalog ?? module.default?.scenarios;
    if (found === undefined) {
      throw new TypeError(
        `${url} exports no scenarios: export a \`catalog\`, or a config as default`,
      );
    }
    scenarios.push(...found);
  }
  refuseTwins(scenarios);
  return scenarios;
}

function refuseTwins(scenarios: readonly Scenario[]): void {
  const seen = new Set<string>();
  for (const { id } of scenarios) {
    if (seen.has(id)) {
      throw refusal('scenario', id, {
        expectation: 'an id of its own',
        suggestion: `two scenarios have the id "${id}": rename one`,
      });
    }
    seen.add(id);
  }
}
