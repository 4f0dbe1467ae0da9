/**
 * The list of a run's evidence, so that its reports can be rendered again from the files alone.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parseJson } from '../../src/model/validate/validate-case.ts';
import type { CaseEvidence, Report } from '../../reports/result.ts';
import { caseFiles } from './case-folder.ts';
import { readInput } from './atomic-file.ts';
import { parseHistory } from './history-file.ts';
import { validateResult } from './result-schema.ts';
import { validateVerdict } from './verdict-schema.ts';
import type { RunFolder } from './run-folder.ts';
import { readFailure } from './saved-failure.ts';

type IndexEntry = Pick<
  CaseEvidence,
  'scenario' | 'run' | 'file' | 'folder' | 'replay' | 'shrunkFrom' | 'real'
>;

/**
 * Writes `result.json` and `evidence.json`, all a later `report` needs, and makes the run `latest`.
 */
export function saveEvidenceIndex(folder: RunFolder, report: Report): void {
  const index = report.evidence.map(
    ({ scenario, run, file, folder: place, replay, shrunkFrom, real }): IndexEntry => ({
      scenario,
      run,
      file,
      folder: place,
      replay,
      shrunkFrom,
      real,
    }),
  );
  folder.write('evidence.json', `${JSON.stringify(index, null, 1)}\n`);
  folder.write('result.json', `${JSON.stringify(report.result, null, 2)}\n`);
  folder.makeLatest();
}

/** The report of an earlier run. Throws an InputError when files are missing or foreign. */
export function loadReport(folder: RunFolder): Report {
  const text = readInput(join(folder.path, 'result.json'), 'result');
  const result = validateResult(parseJson(text, 'result'));
  const index = parseJson(readInput(join(folder.path, 'evidence.json'), 'evidence'), 'evidence');
  const entries = Array.isArray(index) ? (index as readonly IndexEntry[]) : [];
  return {
    result,
    evidence: entries.flatMap((entry) => {
      const evidence = loadEvidence(folder, entry);
      return evidence === null ? [] : [evidence];
    }),
  };
}

/** Null when the evidence was not written with this run (a saved failure of an earlier one). */
function loadEvidence(folder: RunFolder, entry: IndexEntry): CaseEvidence | null {
  const place = join(folder.path, entry.folder ?? '');
  if (entry.folder === null || !existsSync(join(place, caseFiles.verdict))) return null;
  return {
    ...entry,
    real: entry.real ?? null,
    case: readFailure(join(place, caseFiles.case)).case,
    history: parseHistory(readInput(join(place, caseFiles.history), 'history')),
    verdict: validateVerdict(JSON.parse(readFileSync(join(place, caseFiles.verdict), 'utf8'))),
  };
}
