/**
 * From the tally of a scenario to its verdict: what was seen, whether enough was seen (law A9), and
 * how far it carries.
 */
import type { Expectation } from '../../scenarios/scenario.ts';
import { unknownFor } from '../../src/judgement/words/unknown-texts.ts';
import type { Unknown } from '../../src/model/verdict/unknown.ts';
import { mergeStatus, type Status } from '../../src/model/verdict/verdict.ts';
import type { CaseResult, ScenarioResult, ScenarioStats, Sometimes } from '../../reports/result.ts';
import type { ScenarioTally } from './campaign.ts';
import { statementOf } from './statistics.ts';
import { heldPart, type Tally } from './tally.ts';

/** The result of one scenario; `cases` are those kept of it. */
export function conclude(entry: ScenarioTally, cases: readonly CaseResult[]): ScenarioResult {
  const { scenario, tally } = entry;
  const sometimes = tally.sometimesSeen;
  const unknowns = unknownReasons(tally, sometimes, scenario.expectation);
  const counted = tally.valid + tally.invalid;
  return {
    id: scenario.id,
    title: scenario.title,
    verdict: mergeStatus(
      tally.invalid > 0 ? 'invalid' : 'valid',
      unknowns.length > 0 ? 'unknown' : 'valid',
    ),
    strongestGuarantee: tally.strongest,
    runs: tally.runs,
    ranOn: tally.ranOn,
    vacuousRuns: tally.vacuous,
    guarantees: tally.guaranteeStatuses(),
    promises: tally.promises.size > 0 ? [...tally.promises] : scenario.promises,
    anomalies: [...tally.anomalies],
    cases,
    coverage: sorted(tally.coverage),
    sometimes,
    unknowns,
    historyDigest: tally.historyDigest,
    statement: statementOf(counted, tally.invalid),
    stats: statsOf(tally, entry.wallMs),
  };
}

/** Why a campaign without violation is still not valid. */
function unknownReasons(
  tally: Tally,
  sometimes: readonly Sometimes[],
  expectation: Expectation,
): Unknown[] {
  const reasons = [...tally.unknownReasons];
  const counted = tally.valid + tally.invalid;
  if (tally.runs === 0) return [unknownFor({ reason: 'no-run' })];
  if (counted === 0) reasons.push(unknownFor({ reason: 'no-run-counts' }));
  for (const { name, runs } of sometimes) {
    if (runs > 0) continue;
    reasons.push(unknownFor({ reason: 'never-happened', name, runs: tally.runs }));
  }
  const expected = expectation === 'valid' ? null : expectation.strongest;
  if (expected !== null && counted > 0 && heldPart(tally.strongest) !== expected) {
    reasons.push(unknownFor({ reason: 'other-strength', expected, was: tally.strongest }));
  }
  return reasons;
}

function statsOf(tally: Tally, wallMs: number): ScenarioStats {
  return {
    wallMs: Math.round(wallMs),
    virtualMs: Math.round(tally.virtualMs),
    messages: tally.messages,
    runsPerSecond: wallMs === 0 ? 0 : Math.round((tally.runs * 10_000) / wallMs) / 10,
  };
}

function sorted(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Sums over scenarios; the rate is over the wall time given. */
export function totalStats(
  parts: readonly ScenarioStats[],
  runs: number,
  wallMs: number,
): ScenarioStats {
  return {
    wallMs: Math.round(wallMs),
    virtualMs: parts.reduce((sum, part) => sum + part.virtualMs, 0),
    messages: parts.reduce((sum, part) => sum + part.messages, 0),
    runsPerSecond: wallMs === 0 ? 0 : Math.round((runs * 10_000) / wallMs) / 10,
  };
}

/** The merged verdict; no scenario at all is unknown. */
export function mergedVerdict(scenarios: readonly ScenarioResult[]): Status {
  if (scenarios.length === 0) return 'unknown';
  return scenarios.map(({ verdict }) => verdict).reduce(mergeStatus);
}
