/**
 * The files of one case in the evidence of a run: what was run, what became visible, what was said
 * of it. Written here, and read back in `evidence-index.ts`, under the names of this table.
 */
import type { History } from '../../src/model/history.ts';
import type { Verdict } from '../../src/model/verdict/verdict.ts';
import type { EvidenceStore } from './evidence-store.ts';
import { historyText } from './history-file.ts';
import { failureText, type SavedFailure } from './saved-failure.ts';

export const caseFiles = {
  case: 'case.json',
  history: 'history.jsonl',
  verdict: 'verdict.json',
} as const;

type Writer = Pick<EvidenceStore, 'write'>;

/** Before the case is run (law A5). `folder` is below that of the run; empty: that one itself. */
export function writeCase(store: Writer, folder: string, failure: SavedFailure): string {
  return store.write(within(folder, caseFiles.case), failureText(failure));
}

/** What came of it. */
export function writeExecution(
  store: Writer,
  folder: string,
  { history, verdict }: { readonly history: History; readonly verdict: Verdict },
): void {
  store.write(within(folder, caseFiles.history), historyText(history));
  store.write(within(folder, caseFiles.verdict), `${JSON.stringify(verdict, null, 1)}\n`);
}

function within(folder: string, file: string): string {
  return folder === '' ? file : `${folder}/${file}`;
}
