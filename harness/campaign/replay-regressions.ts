/**
 * Replays the failures saved by earlier campaigns, before anything new is tried. They count as a
 * scenario of their own, `regressions`, in which every case must be explained now.
 */
import type { SavedFailure } from '../store/saved-failure.ts';
import type { Regression } from '../store/regressions.ts';
import { plural } from '../../reports/describe/plural.ts';
import type { ScenarioResult } from '../../reports/result.ts';
import type { ScenarioHead } from './campaign.ts';
import { conclude } from './conclude.ts';
import { failedOutcome, summarize } from '../execution/execute.ts';
import { keep, type Kept } from './findings.ts';
import type { Execution, RunOutcome } from '../execution/outcome.ts';
import type { WorkerPool } from '../workers/pool.ts';
import { Tally } from './tally.ts';
import type { Concluded, VerifySettings } from './verify-settings.ts';

const regressionsId = 'regressions';

/** Null when nothing saved belongs to the scenarios of this campaign. */
export async function replayRegressions(
  pool: WorkerPool,
  settings: VerifySettings,
): Promise<Concluded | null> {
  const wanted = settings.regressions.found.filter(({ failure }) => isWanted(failure, settings));
  if (wanted.length === 0) return null;
  const startedAt = performance.now();
  const tally = new Tally([]);
  const failing: Kept[] = [];
  for (const [index, regression] of wanted.entries()) {
    const { outcome, execution } = await replayOne(pool, regression, index);
    tally.add(outcome);
    if (outcome.status === 'invalid') failing.push(await keepFailing(pool, regression, execution));
  }
  const entry = { scenario: pseudoScenario(), tally, wallMs: performance.now() - startedAt };
  const concluded = conclude(
    entry,
    failing.map((kept) => kept.result),
  );
  const elsewhere = wanted.filter(({ failure }) => failure.subject !== settings.subject).length;
  return {
    scenario: {
      ...concluded,
      ...verdictOf(tally),
      statement: replayedStatement(tally, { subject: settings.subject, elsewhere }),
    },
    evidence: failing.map((kept) => kept.evidence),
    limits: [],
  };
}

/** A case found with a planted bug says nothing about the engine without it. */
function isWanted(failure: SavedFailure, settings: VerifySettings): boolean {
  if (failure.bug !== null) return false;
  return settings.scenarios.some(({ id }) => id === failure.case.scenario);
}

interface Replayed {
  readonly outcome: RunOutcome;
  readonly execution: Execution | null;
}

async function replayOne(
  pool: WorkerPool,
  { failure, file }: Regression,
  index: number,
): Promise<Replayed> {
  try {
    const execution = await pool.request({ kind: 'execute', case: failure.case });
    return { outcome: summarize(index, failure.case, execution), execution };
  } catch (error) {
    const reason = `${file}: ${error instanceof Error ? error.message : 'failed'}`;
    return { outcome: failedOutcome(index, reason), execution: null };
  }
}

async function keepFailing(
  pool: WorkerPool,
  regression: Regression,
  execution: Execution | null,
): Promise<Kept> {
  const finding = { scenario: regressionsId, run: null, case: regression.failure.case, execution };
  const kept = await keep(pool, finding, { store: null, shrinkRunsMax: 0, bug: null });
  const { file } = regression;
  const replay = `npx tidemark replay ${file}`;
  return {
    ...kept,
    result: { ...kept.result, file, replay, shrunkFrom: regression.failure.shrunkFrom },
    evidence: { ...kept.evidence, file, replay, shrunkFrom: regression.failure.shrunkFrom },
  };
}

/** Saved failures are no sample of anything: no rate follows from them. */
function replayedStatement(
  { runs, invalid }: Tally,
  { subject, elsewhere }: { readonly subject: string; readonly elsewhere: number },
): string {
  const found = elsewhere === 0 ? '' : ` on ${subject} (${elsewhere} found on another subject)`;
  const cases = `${plural(runs, 'saved case')} replayed${found}`;
  return invalid === 0 ? `${cases}, none unexplained` : `${cases}, ${invalid} unexplained`;
}

/** Shrunk cases are poor on purpose: once the defect is gone, nothing need happen in them. */
function verdictOf(tally: Tally): Pick<ScenarioResult, 'verdict' | 'unknowns'> {
  if (tally.invalid > 0) return { verdict: 'invalid', unknowns: [] };
  if (tally.unknown > 0) return { verdict: 'unknown', unknowns: tally.unknownReasons };
  return { verdict: 'valid', unknowns: [] };
}

function pseudoScenario(): ScenarioHead {
  return {
    id: regressionsId,
    title: 'Failures saved by earlier campaigns',
    promises: [],
    expectation: 'valid',
    sometimes: [],
  };
}
