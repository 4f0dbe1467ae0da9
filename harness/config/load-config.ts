/**
 * Finds and checks the user's configuration: which scenarios of their own there are, and defaults.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { Scenario } from '../../scenarios/scenario.ts';
import { InputError, Report } from '../../src/model/input-error.ts';
import { anything, array, isObject, text, type Shape } from '../../src/model/validate/shape.ts';
import { refusal } from '../store/refusal.ts';

/** Looked for in this order. */
const configFileNames = ['tidemark.config.ts', 'tidemark.config.mts'] as const;

/** The name that is an ES module in every package; `tidemark init` writes it. */
export const configFileName: string = configFileNames[1];

/** What a configuration file exports as default. */
export interface TidemarkConfig {
  /** Scenarios of your own, verified beside the built-in ones. */
  readonly scenarios: readonly Scenario[];
}

/** The name of the configuration in `folder`; null when there is none. */
export function configFileIn(folder: string): string | null {
  return configFileNames.find((name) => existsSync(join(folder, name))) ?? null;
}

/**
 * URLs of the modules that hold scenarios: the catalogue, then the configuration if there is one.
 */
export async function scenarioModules(configFile: string | null): Promise<string[]> {
  const catalog = new URL(
    `../../scenarios/catalog/index${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
    import.meta.url,
  ).href;
  const url = await configModule(configFile);
  return url === null ? [catalog] : [catalog, url];
}

/**
 * URL of the configuration, loaded and checked: the file that is named, else the one of the working
 * directory; null: there is none. Throws an InputError.
 */
export async function configModule(configFile: string | null): Promise<string | null> {
  const name = configFile ?? configFileIn('.') ?? configFileName;
  const path = resolve(name);
  if (!existsSync(path)) {
    if (configFile === null) return null;
    throw refusal('configuration', configFile, 'the path of an existing file');
  }
  const url = pathToFileURL(path).href;
  checkConfig(name, await importConfig(path, url));
  return url;
}

async function importConfig(path: string, url: string): Promise<unknown> {
  try {
    return ((await import(url)) as { readonly default?: unknown }).default;
  } catch (error) {
    throw refusal('configuration', path, {
      expectation: 'a module that loads',
      suggestion: adviceFor(error),
    });
  }
}

/** What went wrong, and what to do when a package is missing. */
function adviceFor(error: unknown): string {
  if (error instanceof InputError || !(error instanceof Error)) {
    return error instanceof Error ? error.message : String(error);
  }
  const says = `${error.name}: ${error.message}`;
  const [, missing] = /Cannot find package '([^']+)'/.exec(error.message) ?? [];
  if (missing !== undefined) return `${says}; install it: npm i -D ${missing}`;
  const unbuilt = /Cannot find module '[^']*[/\\]dist[/\\]harness[/\\]index\.js'/.test(
    error.message,
  );
  return unbuilt ? `${says}; build the package first: npm run build` : says;
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

/** What everything that reads a scenario relies on. */
function isScenario(value: unknown): value is Scenario {
  const report = new Report();
  const lists: readonly (keyof Scenario)[] = ['promises', 'sometimes'];
  const texts: readonly (keyof Scenario)[] = ['id', 'title', 'describes'];
  const has = (name: string, shape: Shape): boolean =>
    isObject(value) && shape(value[name], name, report);
  return (
    texts.every((name) => has(name, text())) &&
    lists.every((name) => has(name, array(anything))) &&
    isObject(value) &&
    value['expectation'] !== undefined &&
    typeof value['generate'] === 'function'
  );
}
