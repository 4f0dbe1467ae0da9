/**
 * Failures saved earlier: the project's own and those of this working directory. They are replayed
 * first. One that cannot be read is reported and skipped, never deleted.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { InputError } from '../../src/model/input-error.ts';
import { displayPath, outputFolder } from './run-folder.ts';
import { readFailure, type FunctionsOf, type SavedFailure } from './saved-failure.ts';

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
export function loadRegressions(
  folders: readonly string[],
  functionsOf?: FunctionsOf,
): Regressions {
  const found: Regression[] = [];
  const skipped: string[] = [];
  for (const folder of folders) {
    for (const name of caseFiles(folder)) {
      const file = join(folder, name);
      try {
        found.push({ file: displayPath(file), failure: readFailure(file, functionsOf) });
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        skipped.push(`${displayPath(file)}: ${error.message.split('\n').slice(0, 2).join(' ')}`);
      }
    }
  }
  return { found, skipped };
}

/** The subject a campaign runs on, and whether somebody chose it. */
export interface CampaignSubject {
  readonly subject: string;
  readonly asked: boolean;
  readonly scenarios: readonly { readonly id: string }[];
}

/**
 * The failures to replay on this subject. What was found elsewhere would show nothing on a subject
 * that nobody asked for, and look mended: it is left out, by name.
 */
export function regressionsFor(all: Regressions, campaign: CampaignSubject): Regressions {
  const { subject, asked, scenarios } = campaign;
  if (asked) return all;
  const isElsewhere = ({ failure }: Regression): boolean =>
    failure.subject !== subject && failure.bug === null;
  const concerned = ({ failure }: Regression): boolean =>
    scenarios.some(({ id }) => id === failure.case.scenario);
  const left = all.found.filter((regression) => isElsewhere(regression) && concerned(regression));
  return {
    found: all.found.filter((regression) => !isElsewhere(regression)),
    skipped: [
      ...all.skipped,
      ...left.map(
        ({ file, failure }) =>
          `${file}: found on ${failure.subject}, which is not what runs here; ` +
          `npx tidemark replay ${file} runs it there`,
      ),
    ],
  };
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
