/**
 * Failures saved earlier: the project's own and those of this working directory. They are replayed
 * first. One that cannot be read is reported and skipped, never deleted.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { InputError } from '../../src/model/input-error.ts';
import { displayPath, outputFolder } from './run-folder.ts';
import { readFailure, type SavedFailure } from './saved-failure.ts';

export interface Regression {
  readonly file: string;
  readonly failure: SavedFailure;
}

export interface Regressions {
  readonly found: readonly Regression[];
  /** What could not be read, one line each. */
  readonly skipped: readonly string[];
}

/** Where a campaign saves the failures it finds. */
export function regressionFolder(outputDir: string = outputFolder): string {
  return join(outputDir, 'regressions');
}

/** The saved failures of `folders`, sorted by file name. A missing folder is empty. */
export function loadRegressions(folders: readonly string[]): Regressions {
  const found: Regression[] = [];
  const skipped: string[] = [];
  for (const folder of folders) {
    for (const name of caseFiles(folder)) {
      const file = join(folder, name);
      try {
        found.push({ file: displayPath(file), failure: readFailure(file) });
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        skipped.push(`${displayPath(file)}: ${error.message.split('\n').slice(0, 2).join(' ')}`);
      }
    }
  }
  return { found, skipped };
}

function caseFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** The failures that belong to Tidemark itself. */
export function projectRegressions(): string {
  return fileURLToPath(new URL('../../scenarios/regressions', import.meta.url));
}
