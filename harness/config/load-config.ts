/**
 * Finds and checks the user's configuration: which scenarios of their own there are, and defaults.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { Scenario } from '../../scenarios/scenario.ts';
import { refusal } from '../store/refusal.ts';

export const configFileName = 'tidemark.config.ts';

/** What a configuration file exports as default. */
export interface TidemarkConfig {
  /** Scenarios of your own, verified beside the built-in ones. */
  readonly scenarios: readonly Scenario[];
}

/** URLs of the modules that hold scenarios: the catalogue, then the configuration if there is one. */
export async function scenarioModules(configFile: string | null): Promise<string[]> {
  const catalog = new URL(
    `../../scenarios/catalog/index${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
    import.meta.url,
  ).href;
  const path = resolve(configFile ?? configFileName);
  if (!existsSync(path)) {
    if (configFile === null) return [catalog];
    throw refusal('configuration', configFile, 'the path of an existing file');
  }
  const url = pathToFileURL(path).href;
  checkConfig(configFile ?? configFileName, await importConfig(path, url));
  return [catalog, url];
}

async function importConfig(path: string, url: string): Promise<unknown> {
  try {
    return ((await import(url)) as { readonly default?: unknown }).default;
  } catch (error) {
    throw refusal('configuration', path, {
      expectation: 'a module that loads',
      suggestion: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    });
  }
}

function checkConfig(path: string, value: unknown): void {
  const advice = 'export default defineConfig({ scenarios: [...] })';
  const scenarios = (value as { readonly scenarios?: unknown } | undefined)?.scenarios;
  if (!Array.isArray(scenarios)) {
    throw refusal('configuration', path, {
      expectation: 'a default export with a list "scenarios"',
      suggestion: advice,
    });
  }
  scenarios.forEach((scenario: unknown, index) => {
    if (isScenario(scenario)) return;
    throw refusal('configuration', path, {
      expectation: `a scenario at scenarios[${index}]`,
      suggestion: 'make it with defineScenario({ ... })',
    });
  });
}

function isScenario(value: unknown): value is Scenario {
  const scenario = value as Partial<Scenario> | null;
  return (
    typeof scenario === 'object' &&
    scenario !== null &&
    typeof scenario.id === 'string' &&
    typeof scenario.generate === 'function'
  );
}
