/**
 * What becomes of the runs worth keeping: each is made again from its number (real ones bring
 * what was seen), saved before it is judged again (law A5), shrunk when it is a violation, and handed to the reports as evidence.
 */
import type { Case } from '../../src/model/case.ts';
import type { AnomalyName } from '../../src/model/guarantee.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import {
  caseSize,
  type CaseEvidence,
  type CaseResult,
  type CaseSize,
} from '../../reports/result.ts';
import type { ShrinkResult } from '../shrink/shrink.ts';
import { failureText, savedFailureFormat, type SavedFailure } from '../store/saved-failure.ts';
import { historyText } from './execute.ts';
import type { Execution } from './outcome.ts';
import type { WorkerPool } from './pool.ts';

/** Where evidence goes; null keeps everything in memory (library use). */
export interface EvidenceStore {
  /** Writes under the run's folder; returns the path to show. */
  write(name: string, text: string): string;
  /** Saves a failure for the next campaigns; returns the path to show. */
  saveRegression(name: string, text: string): string;
}

export interface FindingSettings {
  readonly store: EvidenceStore | null;
  /** Runs spent on shrinking one case; 0 keeps it as it is. */
  readonly shrinkRunsMax: number;
  /** Planted bug in the workers' engine; null: none. */
  readonly bug: string | null;
}

export interface Finding {
  readonly scenario: string;
  readonly run: number | null;
  readonly case: Case;
  /** What was seen, where running the case again could show something else. */
  readonly execution?: Execution | null;
}

export interface Kept {
  readonly result: CaseResult;
  readonly evidence: CaseEvidence;
  readonly limitHit: boolean;
}

/** Keeps one case with its evidence, shrunk if it violates a promise. */
export async function keep(
  pool: WorkerPool,
  finding: Finding,
  settings: FindingSettings,
): Promise<Kept> {
  const name = finding.run === null ? finding.scenario : `${finding.scenario}-${finding.run}`;
  const folder = `cases/${name}`;
  const original = save(settings, `${folder}/case.json`, failureOf(finding.case, settings));
  const execution =
    finding.execution ?? (await pool.request({ kind: 'execute', case: finding.case }));
  saveExecution(settings, folder, execution);
  if (execution.verdict.status !== 'invalid' || settings.shrinkRunsMax === 0) {
    return kept(finding, execution, {
      file: original,
      folder,
      shrunkFrom: null,
      limitHit: false,
    });
  }
  const shrunk = await pool.request({
    kind: 'shrink',
    case: finding.case,
    anomalies: [],
    runsMax: settings.shrinkRunsMax,
    mustReach: settings.bug !== null,
    found: execution,
  });
  return keepShrunk(finding, shrunk, settings);
}

function keepShrunk(finding: Finding, shrunk: ShrinkResult, settings: FindingSettings): Kept {
  const name = finding.run === null ? finding.scenario : `${finding.scenario}-${finding.run}`;
  const failure = shrunkFailure(shrunk, settings.bug);
  const folder = `cases/${name}/smallest`;
  const inRun = save(settings, `${folder}/case.json`, failure);
  saveExecution(settings, folder, shrunk.execution);
  const digest = shrunk.execution.digest.slice(0, 8);
  const file =
    settings.bug === null && shrunk.confirmed
      ? (settings.store?.saveRegression(
          `${finding.scenario}-${shrunk.anomaly}-${digest}.json`,
          failureText(failure),
        ) ?? null)
      : inRun;
  return kept({ ...finding, case: shrunk.case }, shrunk.execution, {
    file,
    folder,
    shrunkFrom: shrunk.from,
    limitHit: shrunk.limitHit,
  });
}

interface Keeping {
  readonly file: string | null;
  readonly folder: string;
  readonly shrunkFrom: CaseSize | null;
  readonly limitHit: boolean;
}

function kept(finding: Finding, execution: Execution, keeping: Keeping): Kept {
  const { verdict } = execution;
  const replay = `npx tidemark replay ${keeping.file ?? '<case>'}`;
  const { scenario, run } = finding;
  const { file, shrunkFrom, limitHit } = keeping;
  return {
    limitHit,
    result: {
      file,
      run,
      status: verdict.status,
      anomalies: namesOf(verdict),
      sentence: sentenceOf(verdict),
      ...caseSize(finding.case),
      shrunkFrom,
      replay,
    },
    evidence: {
      scenario,
      run,
      file,
      folder: keeping.folder,
      replay,
      shrunkFrom,
      case: finding.case,
      history: execution.history,
      verdict,
    },
  };
}

function save(settings: FindingSettings, name: string, failure: SavedFailure): string | null {
  return settings.store?.write(name, failureText(failure)) ?? null;
}

function saveExecution(settings: FindingSettings, folder: string, execution: Execution): void {
  settings.store?.write(`${folder}/history.jsonl`, historyText(execution.history));
  settings.store?.write(
    `${folder}/verdict.json`,
    `${JSON.stringify(execution.verdict, null, 1)}\n`,
  );
}

function failureOf(kase: Case, settings: FindingSettings): SavedFailure {
  return {
    format: savedFailureFormat,
    version: 1,
    found: '',
    anomalies: [],
    bug: settings.bug,
    shrunkFrom: null,
    historyDigest: null,
    case: kase,
  };
}

/** The smallest case in the form that is saved and replayed. */
export function shrunkFailure(shrunk: ShrinkResult, bug: string | null): SavedFailure {
  const { verdict, digest } = shrunk.execution;
  return {
    format: savedFailureFormat,
    version: 1,
    found: `${sentenceOf(verdict)}${rateText(shrunk)}`,
    anomalies: namesOf(verdict),
    bug,
    shrunkFrom: shrunk.from,
    historyDigest: digest,
    case: shrunk.case,
  };
}

function rateText({ rate }: ShrinkResult): string {
  return rate === undefined ? '' : ` (shown by ${rate.shown} of ${rate.of} runs of the small case)`;
}

export function namesOf(verdict: Verdict): AnomalyName[] {
  return [...new Set(verdict.anomalies.map((anomaly) => anomaly.name))];
}

/** What the verdict says in one sentence. */
function sentenceOf(verdict: Verdict): string {
  const open = verdict.status === 'unknown' ? verdict.unknowns[0] : undefined;
  return open ?? verdict.anomalies[0]?.explanation.sentence ?? 'every visible record is explained';
}
