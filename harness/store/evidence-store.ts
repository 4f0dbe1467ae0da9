/**
 * Evidence on disk: a run's folder, and the folder from which the next campaigns replay.
 */
import { join } from 'node:path';

import type { EvidenceStore } from '../campaign/findings.ts';
import { writeAtomically } from './atomic-file.ts';
import { displayPath, type RunFolder } from './run-folder.ts';

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
