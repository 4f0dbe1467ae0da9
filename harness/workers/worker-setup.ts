/**
 * What a worker must load before it can answer: modules by URL, so that the description itself can
 * cross a thread or process boundary.
 */
import type { BugFile } from '../planting/bug-file.ts';
import { plantedSubject } from '../planting/planted-subject.ts';
import type { Subject } from '../subjects/port/subject.ts';
import type { Workbench } from './job.ts';
import { loadScenarios } from '../config/load-scenarios.ts';

export interface WorkerSetup {
  /** URL of a module that exports `subject`. */
  readonly subject: string;
  /** URLs of modules that export scenarios (`catalog`, or a config as default export). */
  readonly scenarios: readonly string[];
  /** What a real subject's nodes carry; other subjects carry what this process does. */
  readonly bug?: BugFile;
}

/** Loads what `setup` names. Throws when a module is missing or exports something else. */
export async function setUp(setup: WorkerSetup): Promise<Workbench> {
  const module = (await import(setup.subject)) as { readonly subject: Subject };
  const subject = plantedSubject(module.subject, setup.bug);
  const moduleOf = new Map<string, string>();
  for (const url of setup.scenarios) {
    for (const { id } of await loadScenarios([url])) moduleOf.set(id, url);
  }
  return { subject, scenarios: await loadScenarios(setup.scenarios), moduleOf };
}

/** URL of a module beside `base`: `.ts` in a checkout, `.js` in the build. */
export function siblingUrl(base: string, name: string): URL {
  return new URL(`${name}${base.endsWith('.ts') ? '.ts' : '.js'}`, base);
}
