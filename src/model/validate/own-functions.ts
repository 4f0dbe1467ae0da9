/**
 * Functions of a user's own: added to the built-in catalogue, under names of their own. Not here:
 * what a function may be asked (functions.ts), and what it may answer (function-guard.ts).
 */
import { guarded } from './function-guard.ts';
import { builtinFunctions, type FunctionCatalog } from '../functions.ts';
import { Report } from '../input-error.ts';
import { type CalledFunction, functionOf } from '../operator-kinds.ts';
import type { Pipeline } from '../pipeline.ts';
import { suggestName } from './suggest.ts';

/** Entries by kind and name, as in the catalogue; kinds may be left out. */
export type OwnFunctions = {
  readonly [K in keyof FunctionCatalog]?: FunctionCatalog[K];
};

type Kind = keyof FunctionCatalog;

const kinds = Object.keys(builtinFunctions) as Kind[];

const catalogs = new WeakMap<OwnFunctions, FunctionCatalog>();

/**
 * The built-in catalogue and these; the same object for the same argument. Throws an InputError for
 * what is no function, and for a name that is built in.
 */
export function catalogWith(own: OwnFunctions | undefined): FunctionCatalog {
  if (own === undefined) return builtinFunctions;
  let catalog = catalogs.get(own);
  if (catalog === undefined) {
    checkFunctions(own);
    const more = guarded(own);
    catalog = Object.fromEntries(
      kinds.map((kind) => [kind, { ...builtinFunctions[kind], ...more[kind] }]),
    ) as unknown as FunctionCatalog;
    catalogs.set(own, catalog);
  }
  return catalog;
}

function checkFunctions(own: OwnFunctions): void {
  const report = new Report();
  if (typeof own !== 'object' || own === null) {
    report.add('functions', own, 'an object of functions by kind and name');
    report.refuse('catalogue of functions');
  }
  for (const [kind, entries] of Object.entries(own) as [Kind, unknown][]) {
    if (!kinds.includes(kind)) {
      report.add(`functions.${kind}`, entries, {
        expectation: 'a kind of functions',
        suggestion: suggestName(kind, kinds),
      });
    } else if (typeof entries !== 'object' || entries === null) {
      report.add(`functions.${kind}`, entries, 'an object of functions by name');
    } else checkEntries(kind, entries, report);
  }
  report.refuse('catalogue of functions');
}

function checkEntries(kind: Kind, entries: object, report: Report): void {
  for (const [name, make] of Object.entries(entries)) {
    const place = `functions.${kind}.${name}`;
    if (typeof make !== 'function') report.add(place, make, 'a function from parameters');
    else if (Object.hasOwn(builtinFunctions[kind], name)) {
      report.add(place, name, {
        expectation: 'a name that is not built in',
        suggestion: 'give it another one: what a built-in name means is fixed',
      });
    }
  }
}

/** A function that a pipeline names and a catalogue does not have. */
export interface UnknownFunction extends CalledFunction {
  readonly operator: string;
}

export function unknownFunctions(pipeline: Pipeline, catalog: FunctionCatalog): UnknownFunction[] {
  return pipeline.operators.flatMap((operator) => {
    const used = functionOf(operator);
    if (used === null || Object.hasOwn(catalog[used.kind], used.name)) return [];
    return [{ operator: operator.id, ...used }];
  });
}
