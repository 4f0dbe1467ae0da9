/**
 * The subjects this Tidemark knows, by name.
 */
import { suggestName } from '../../src/model/suggest.ts';
import { refusal } from '../store/refusal.ts';

/** Module beside this file, without extension. */
const modules: Readonly<Record<string, string>> = { simulator: './simulator' };

/** URL of the module that implements the subject. Throws an InputError for an unknown name. */
export function subjectUrl(name: string): string {
  const module = modules[name];
  if (module === undefined) {
    throw refusal('subject', name, {
      expectation: 'the name of a subject (see `tidemark doctor`)',
      suggestion: suggestName(name, Object.keys(modules)),
    });
  }
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  return new URL(`${module}${extension}`, import.meta.url).href;
}
