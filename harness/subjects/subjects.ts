/**
 * The subjects this Tidemark knows, by name.
 */
import { suggestName } from '../../src/model/validate/suggest.ts';
import { refusal } from '../store/refusal.ts';

interface KnownSubject {
  /** Module beside this file, without extension. */
  readonly module: string;
  /** Its runs happen in the world and take seconds each. */
  readonly real: boolean;
  /** Functions of a user's own reach it. */
  readonly takesFunctions: boolean;
  /** Runs that fit side by side on one machine; they wait more than they compute. */
  readonly workersMax: number;
}

const known: Readonly<Record<string, KnownSubject>> = {
  simulator: { module: './simulator', real: false, takesFunctions: true, workersMax: Infinity },
  processes: { module: './processes', real: true, takesFunctions: true, workersMax: Infinity },
  containers: { module: './containers', real: true, takesFunctions: false, workersMax: 1 },
};

/** Whether this version can verify the subject. */
export function isKnown(name: string): boolean {
  return Object.hasOwn(known, name);
}

export function subjectNames(): readonly string[] {
  return Object.keys(known);
}

/** URL of the module that implements the subject. Throws an InputError for an unknown name. */
export function subjectUrl(name: string): string {
  const { module } = find(name);
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  return new URL(`${module}${extension}`, import.meta.url).href;
}

/** Whether its runs happen in the world, so that none is like another. Throws an InputError. */
export function runsInWorld(name: string): boolean {
  return find(name).real;
}

/** Whether functions of a scenario's own reach it. Throws an InputError. */
export function takesFunctions(name: string): boolean {
  return find(name).takesFunctions;
}

/** How a campaign is dealt out: real runs one by one, so that all workers have something to do. */
export function pacingOf(
  name: string,
  workers: number,
): { readonly workers: number; readonly runsPerJob: number | null } {
  const { real, workersMax } = find(name);
  return { workers: Math.min(workers, workersMax), runsPerJob: real ? 1 : null };
}

function find(name: string): KnownSubject {
  const found = isKnown(name) ? known[name] : undefined;
  if (found !== undefined) return found;
  throw refusal('subject', name, {
    expectation: 'the name of a subject (see `tidemark doctor`)',
    suggestion: suggestName(name, Object.keys(known)),
  });
}
