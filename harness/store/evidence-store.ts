/**
 * Evidence on disk: a run's folder, and the folder from which the next campaigns replay.
 */
import { join } from 'node:path';

import { writeAtomically } from './atomic-file.ts';
import { displayPath, type RunFolder } from './run-folder.ts';

/** Where evidence goes. */
export interface EvidenceStore {
  /** Writes under the run's folder; returns the path to show. */
  write(name: string, text: string): string;
  /** Saves a failure for the next campaigns; returns the path to show. */
  saveRegression(name: string, text: string): string;
}

export function evidenceStore(folder: RunFolder, regressions: string): EvidenceStore {
  return {
    write: (name, text) => folder.write(name, text),
    saveRegression: (name, text) => {
      const path = join(regressions, name);
      writeAtomically(path, text);
      return displayPath(path);
    },
  };
}
