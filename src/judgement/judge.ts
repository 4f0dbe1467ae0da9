/**
 * From findings to the verdict: a status per guarantee (law A4), the closure over implied
 * anomalies, and the strongest delivery guarantee that held.
 */
import {
  anomalies,
  type AnomalyName,
  type Guarantee,
  guarantees,
  implications,
} from '../model/guarantee.ts';
import {
  type Anomaly,
  type Blame,
  mergeStatus,
  type Status,
  type Verdict,
} from '../model/verdict/verdict.ts';
import { everyDelivery } from './delivery.ts';
import type { Findings, Found } from './findings.ts';

type GuaranteeStatus = Status | 'not-checked';

/** What a verdict is made of, whoever found it. */
export interface Judgement {
  readonly findings: Findings;
  readonly promises: readonly Guarantee[];
  /** Sinks that only promise their last values. */
  readonly upserts: ReadonlySet<string>;
  readonly blameOf: (found: Found) => Blame;
}

export function judge(judgement: Judgement): Verdict {
  const { findings, promises } = judgement;
  const found = findings.found().filter((anomaly) => !isDisproved(judgement, anomaly));
  const refuted = new Set(found.flatMap((anomaly) => refutedBy(judgement, anomaly)));
  const statuses = Object.fromEntries(
    guarantees.map((guarantee) => [guarantee, statusOf(findings, guarantee, refuted)]),
  ) as Record<Guarantee, GuaranteeStatus>;
  const unknowns = [...findings.doubts()];
  const isOnly = found.length === 1 && found[0]?.count === 1;
  let status: Status = unknowns.length > 0 ? 'unknown' : 'valid';
  for (const promise of promises) {
    const own = statuses[promise];
    if (own === 'not-checked') continue;
    status = mergeStatus(status, own);
    if (own !== 'unknown') continue;
    unknowns.push(...findings.openReasons(promise));
  }
  return {
    schemaVersion: 2,
    status,
    guarantees: statuses,
    promises: [...promises],
    strongest: strongestOf(judgement, statuses),
    anomalies: found.map((anomaly) => asAnomaly(judgement, anomaly, isOnly)),
    refuted: guarantees.filter((guarantee) => refuted.has(guarantee)),
    possible: guarantees.filter((guarantee) => !refuted.has(guarantee)),
    unknowns,
    coverage: findings.coverage(),
  };
}

function asAnomaly({ blameOf: blameFor }: Judgement, found: Found, isOnly: boolean): Anomaly {
  const { name, operator, key, count, witnesses } = found;
  const blame = found.blame ?? blameFor(found);
  const explanation = found.explain(isOnly);
  return { name, operator, key, witnesses, count, blame, explanation };
}

/** The anomaly and everything it implies. */
export function closureOf(name: AnomalyName): readonly AnomalyName[] {
  const closure = new Set<AnomalyName>([name]);
  for (const member of closure) for (const next of implications[member] ?? []) closure.add(next);
  return [...closure];
}

/** What a job promises of its transactional sinks only. */
const transactionalOnly: ReadonlySet<Guarantee> = new Set([
  'at-most-once',
  'exactly-once',
  'snapshot-consistent',
]);

/** What is known to hold it does not refute, whatever its name says. */
function refutedBy(judgement: Judgement, found: Found): readonly Guarantee[] {
  const all = refutedByName(judgement, found);
  if (!aboutRows[found.name]) return all;
  return all.filter((name) => !judgement.findings.isEstablished(name));
}

function refutedByName({ findings, upserts }: Judgement, found: Found): readonly Guarantee[] {
  const named = closureOf(found.name).flatMap((name) => anomalies[name].refutes);
  // A value that is not the last one of its key may be anything.
  const overwritten = found.name !== 'wrong-final' && upserts.has(found.operator ?? '');
  const refuted = overwritten ? named.filter((name) => name !== 'effectively-once') : named;
  const all = [...refuted, ...found.alsoRefutes];
  return findings.isExempt(found) ? all.filter((name) => !transactionalOnly.has(name)) : all;
}

/** What rows can be without, and what a list of all legal runs can therefore disprove. */
const aboutRows: Readonly<Record<AnomalyName, boolean>> = {
  phantom: true,
  'state-divergence': true,
  misroute: true,
  'duplicate-replay': true,
  'duplicate-zombie': true,
  'duplicate-sink': false,
  duplicate: true,
  masked: true,
  loss: true,
  'wrong-final': true,
  'aborted-visible': false,
  'zombie-commit': false,
  'forked-state': true,
  reorder: true,
  'torn-commit-transient': false,
  'torn-commit-permanent': false,
  'premature-visible': false,
  'commit-regression': false,
  'inconsistent-cut': false,
  'cut-regression': false,
  rollback: false,
  'offset-skew': false,
  'watermark-regression': false,
  'watermark-overtake': false,
  'early-fire': false,
  'ontime-dropped': true,
  'late-included': true,
  'double-fire': true,
  'window-content': true,
  'side-output-loss': true,
  'watermark-stall': false,
  'missing-fire': true,
  'lost-timer': true,
  'out-of-event-order': false,
  stall: false,
  'premature-finish': false,
  'work-after-end': false,
};

/** Every guarantee that it would refute is known to hold. */
function isDisproved(judgement: Judgement, found: Found): boolean {
  if (!aboutRows[found.name]) return false;
  const { findings } = judgement;
  const judged = refutedByName(judgement, found).filter((name) => everyDelivery.includes(name));
  return judged.length > 0 && judged.every((name) => findings.isEstablished(name));
}

function statusOf(
  findings: Findings,
  guarantee: Guarantee,
  refuted: ReadonlySet<Guarantee>,
): GuaranteeStatus {
  if (refuted.has(guarantee)) return 'invalid';
  if (findings.isEstablished(guarantee)) return 'valid';
  if (findings.isOpen(guarantee)) return 'unknown';
  return findings.isDecided(guarantee) ? 'valid' : 'not-checked';
}

const ladder: readonly Guarantee[] = [
  'exactly-once',
  'effectively-once',
  'at-least-once',
  'at-most-once',
];

/**
 * "exactly-once", or e.g. "at-least-once, not exactly-once"; "none"; "unknown" if nothing is sure.
 */
function strongestOf(
  { upserts }: Judgement,
  statuses: Readonly<Record<Guarantee, GuaranteeStatus>>,
): string {
  // That a reader could remove the repeats is a promise of upsert sinks only.
  const steps = ladder.filter((guarantee) => upserts.size > 0 || guarantee !== 'effectively-once');
  const held = steps.find((guarantee) => statuses[guarantee] === 'valid');
  const failed = steps.find((guarantee) => statuses[guarantee] === 'invalid');
  if (held === undefined) {
    return steps.some((guarantee) => statuses[guarantee] === 'unknown') ? 'unknown' : 'none';
  }
  return failed !== undefined && steps.indexOf(failed) < steps.indexOf(held)
    ? `${held}, not ${failed}`
    : held;
}
