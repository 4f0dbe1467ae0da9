/**
 * The folders of one run, below the workspace, and the files that are there before it starts.
 */
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Case } from '../../../src/model/case.ts';
import { splitFile } from '../../process-world/split-files.ts';

export interface RunFolders {
  readonly root: string;
  readonly checkpoints: string;
  readonly splits: string;
  readonly store: string;
  readonly caseFile: string;
}

/** Makes the folders, the case file and empty split logs. */
export function makeFolders(root: string, kase: Case): RunFolders {
  const folders: RunFolders = {
    root,
    checkpoints: join(root, 'checkpoints'),
    splits: join(root, 'splits'),
    store: join(root, 'store'),
    caseFile: join(root, 'case.json'),
  };
  for (const folder of [folders.checkpoints, folders.splits, folders.store]) {
    mkdirSync(folder, { recursive: true });
  }
  // Records reach the nodes through their splits only.
  const splits = kase.workload.splits.map(({ split }) => ({ split, records: [] }));
  writeFileSync(folders.caseFile, JSON.stringify({ ...kase, workload: { splits } }));
  for (const { split } of kase.workload.splits) {
    closeSync(openSync(splitFile(folders.splits, split), 'w'));
  }
  return folders;
}
