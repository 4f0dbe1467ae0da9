/**
 * Plants a bug: a module loader hook replaces the source text while the engine is loaded, before
 * types are stripped. The engine itself carries no switches. Runs in a process of its own only.
 */
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

import { assert } from '../../src/base/assert.ts';
import { startReachCounter } from './reached.ts';
import { editsOf, projectRoot, reachMarker, type BugFile, type SourceEdit } from './bug-file.ts';

/** What the marker becomes: counts that the planted line was reached, and is true. */
const reachCall = 'globalThis.tidemarkReached()';

/** Installs the hook. Must run before any module of the engine is imported. */
export function plant(bug: BugFile): void {
  startReachCounter();
  const edits = Map.groupBy(editsOf(bug), ({ module }) => urlOf(module));
  registerHooks({
    load: (url, context, nextLoad) => {
      const loaded = nextLoad(url, context);
      const wanted = edits.get(url);
      if (wanted === undefined) return loaded;
      const source = Buffer.from(loaded.source as Uint8Array).toString('utf8');
      return { ...loaded, source: applyEdits(source, wanted) };
    },
  });
}

/** The source with all edits made. A text that does not occur exactly once is a mistake. */
export function applyEdits(source: string, edits: readonly SourceEdit[]): string {
  return edits.reduce((text, edit) => {
    const parts = text.split(edit.replace);
    assert(
      parts.length === 2,
      () => `${edit.module}: the text to replace occurs ${parts.length - 1} times, not once`,
    );
    return parts.join(edit.with.replaceAll(reachMarker, reachCall));
  }, source);
}

function urlOf(module: string): string {
  return pathToFileURL(join(projectRoot(), module)).href;
}
