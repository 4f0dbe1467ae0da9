/**
 * What becomes of the runs worth keeping: each is made again from its number (real ones bring what
 * was seen), saved before it is judged again (law A5), shrunk when it is a violation, and handed to
 * the reports as evidence.
 */
import type { Case } from '../../src/model/case.ts';
import type { AnomalyName } from '../../src/model/guarantee.ts';
import { unknownLine } from '../../reports/describe/unknown-text.ts';
import type { Unknown } from '../../src/model/verdict/unknown.ts';
import type { Verdict } from '../../src/model/verdict/verdict.ts';
import {
  caseSize,
  type CaseEvidence,
  type CaseResult,
  type CaseSize,
  type LimitHit,
  type RealEvidence,
} from '../../reports/result.ts';
import { campaignShrinkBudgetMs } from '../shrink/shrink-real.ts';
import type { ShrinkResult } from '../shrink/shrink.ts';
import {
  defaultSubject,
  failureText,
  plainFailure,
  type SavedFailure,
} from '../store/saved-failure.ts';
import type { EvidenceStore } from '../store/evidence-store.ts';
import { isKnown } from '../subjects/subjects.ts';
import { writeCase, writeExecution } from '../store/case-folder.ts';
import type { Execution } from '../execution/outcome.ts';
import { jobWallMsMax, type WorkerPool } from '../workers/pool.ts';

export interface FindingSettings {
  /** Null keeps everything in memory (library use). */
  readonly store: EvidenceStore | null;
  /** Runs spent on shrinking one case; 0 keeps it as it is. */
  readonly shrinkRunsMax: number;
  /** Wall time spent on shrinking one case of a real subject; absent: the default of a campaign. */
  readonly shrinkBudgetMs?: number;
  /** Name of the subject; absent: the simulator. */
  readonly subject?: string;
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
  /** What ended the shrinking early; null: nothing did. */
  readonly limit: LimitHit | null;
}

/** Keeps one case with its evidence, shrunk if it violates a promise. */
export async function keep(
  pool: WorkerPool,
  finding: Finding,
  settings: FindingSettings,
): Promise<Kept> {
  const folder = folderOf(finding);
  const file = saveCase(settings, folder, failureOf(finding.case, settings));
  const execution =
    finding.execution ?? (await pool.request({ kind: 'execute', case: finding.case }));
  saveExecution(settings, folder, execution);
  const asFound = { file, folder, shrunkFrom: null, limit: null, real: null };
  if (execution.verdict.status !== 'invalid') return kept(finding, execution, asFound);
  if (settings.shrinkRunsMax > 0) {
    try {
      return keepShrunk(finding, await shrunkBy(pool, { finding, execution }, settings), settings);
    } catch (error) {
      // What was found outweighs what could not be made of it.
      return kept(finding, execution, { ...asFound, limit: brokenOff(finding, error) });
    }
  }
  const real = await pool.request({
    kind: 'compare',
    case: finding.case,
    anomalies: [],
    found: execution,
  });
  return kept(finding, execution, { ...asFound, real });
}

function folderOf({ scenario, run }: Finding): string {
  return `cases/${run === null ? scenario : `${scenario}-${run}`}`;
}

function shrunkBy(
  pool: WorkerPool,
  { finding, execution }: { readonly finding: Finding; readonly execution: Execution },
  settings: FindingSettings,
): Promise<ShrinkResult> {
  const budgetMs = settings.shrinkBudgetMs ?? campaignShrinkBudgetMs;
  const job = {
    kind: 'shrink',
    case: finding.case,
    anomalies: [],
    runsMax: settings.shrinkRunsMax,
    budgetMs,
    mustReach: settings.bug !== null,
    found: execution,
  } as const;
  return pool.request(job, jobWallMsMax + budgetMs);
}

function brokenOff({ scenario }: Finding, error: unknown): LimitHit {
  const reason = error instanceof Error ? error.message : String(error);
  const detail = `shrinking ${scenario} was broken off: ${reason.split('\n')[0] ?? ''}`;
  return { limit: 'harness-error', value: 1, detail };
}

function keepShrunk(finding: Finding, shrunk: ShrinkResult, settings: FindingSettings): Kept {
  const failure = shrunkFailure(shrunk, { bug: settings.bug, subject: subjectIn(settings) });
  const folder = `${folderOf(finding)}/smallest`;
  const inRun = saveCase(settings, folder, failure);
  saveExecution(settings, folder, shrunk.execution);
  const digest = shrunk.execution.digest.slice(0, 8);
  const file =
    settings.bug === null && shrunk.confirmed
      ? (settings.store?.saveRegression(
          `${finding.scenario}-${shrunk.anomaly}-${digest}.json`,
          failureText(failure),
        ) ?? null)
      : inRun;
  const { from, limit, real } = shrunk;
  const shrunkFrom = real !== null && real.shrunkOn === null ? null : from;
  const keeping = { file, folder, shrunkFrom, limit, real };
  return kept({ ...finding, case: shrunk.case }, shrunk.execution, keeping);
}

interface Keeping {
  readonly file: string | null;
  readonly folder: string;
  readonly shrunkFrom: CaseSize | null;
  readonly limit: LimitHit | null;
  readonly real: RealEvidence | null;
}

function kept(finding: Finding, execution: Execution, keeping: Keeping): Kept {
  const { verdict } = execution;
  const replay = `npx tidemark replay ${keeping.file ?? '<case>'}`;
  const { scenario, run } = finding;
  const { file, folder, shrunkFrom, limit, real } = keeping;
  const shared = { file, run, shrunkFrom, replay, real };
  return {
    limit,
    result: {
      ...shared,
      status: verdict.status,
      anomalies: namesOf(verdict),
      sentence: sentenceOf(verdict),
      open: openIn(verdict),
      ...caseSize(finding.case),
    },
    evidence: {
      ...shared,
      scenario,
      folder,
      case: finding.case,
      history: execution.history,
      verdict,
    },
  };
}

function saveCase(
  { store }: FindingSettings,
  folder: string,
  failure: SavedFailure,
): string | null {
  return store === null ? null : writeCase(store, folder, failure);
}

function saveExecution({ store }: FindingSettings, folder: string, execution: Execution): void {
  if (store !== null) writeExecution(store, folder, execution);
}

function failureOf(kase: Case, settings: FindingSettings): SavedFailure {
  return { ...plainFailure(kase), bug: settings.bug, subject: subjectIn(settings) };
}

/** A planted bug is told with the subject that carries it, and saved beside it. */
function subjectIn({ bug, subject = defaultSubject }: FindingSettings): string {
  return bug !== null && !isKnown(subject) ? defaultSubject : subject;
}

/** The smallest case in the form that is saved and replayed. */
export function shrunkFailure(
  shrunk: ShrinkResult,
  { bug, subject = defaultSubject }: Pick<FindingSettings, 'bug' | 'subject'>,
): SavedFailure {
  const { verdict, digest } = shrunk.execution;
  return {
    ...plainFailure(shrunk.case),
    found: sentenceOf(verdict),
    anomalies: namesOf(verdict),
    bug,
    subject: shrunk.real?.subject ?? subject,
    real: shrunk.real,
    shrunkFrom: shrunk.from,
    historyDigest: digest,
  };
}

export function namesOf(verdict: Verdict): AnomalyName[] {
  return [...new Set(verdict.anomalies.map((anomaly) => anomaly.name))];
}

/** Why the verdict is unknown; null where it is not. */
function openIn({ status, unknowns }: Verdict): Unknown | null {
  return status === 'unknown' ? (unknowns[0] ?? null) : null;
}

/** What the verdict says in one sentence. */
function sentenceOf(verdict: Verdict): string {
  const open = openIn(verdict);
  if (open !== null) return unknownLine(open);
  return verdict.anomalies[0]?.explanation.sentence ?? 'every visible record is explained';
}
