/**
 * The subjects this Tidemark knows, by name.
 */
import { suggestName } from '../../src/model/suggest.ts';
import { refusal } from '../store/refusal.ts';

interface KnownSubject {
  /** Module beside this file, without extension. */
  readonly module: string;
  /** Its runs happen in the world: they need a machine to themselves, and seconds each. */
  readonly real: boolean;
}

const known: Readonly<Record<string, KnownSubject>> = {
  simulator: { module: './simulator', real: false },
  processes: { module: './processes', real: true },
  containers: { module: './containers', real: true },
};

/** Whether this version can verify the subject. */
export function isKnown(name: string): boolean {
  return known[name] !== undefined;
}

/** URL of the module that implements the subject. Throws an InputError for an unknown name. */
export function subjectUrl(name: string): string {
  const { module } = find(name);
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  return new URL(`${module}${extension}`, import.meta.url).href;
}

/** Runs of real subjects go one after the other: side by side they would disturb each other. */
export function pacingOf(
  name: string,
  workers: number,
): { readonly workers: number; readonly runsPerJob: number | null } {
  return find(name).real ? { workers: 1, runsPerJob: 1 } : { workers, runsPerJob: null };
}

function find(name: string): KnownSubject {
  const found = known[name];
  if (found !== undefined) return found;
  throw refusal('subject', name, {
    expectation: 'the name of a subject (see `tidemark doctor`)',
    suggestion: suggestName(name, Object.keys(known)),
  });
}
