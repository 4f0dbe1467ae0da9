/**
 * The independent verifier: checks a certificate against the history and the model alone. It shares
 * nothing with the search, neither code nor compiled forms, and uses the plainest data structures
 * there are. Of the model it believes `step` and which operations are observers.
 */
import { canonicalJson } from '../../base/json.ts';
import type {
  Certificate,
  DeadFrontierCertificate,
  LinearizationCertificate,
} from '../history/certificate.ts';
import { neverReturned, operationAt, type OperationHistory } from '../history/history.ts';
import type { SequentialModel } from '../history/model.ts';
import type { Claim } from './claim.ts';
import { contradictionFault } from './verify-contradiction.ts';
import { type Point, Walk } from './verify-walk.ts';

/** `fault`: null when the certificate proves what it says. `unverified`: too large to try. */
export interface Verification {
  readonly status: 'verified' | 'rejected' | 'unverified';
  readonly fault: string | null;
}

/**
 * The rows of every object, by key column (-1: no key, or not split by key). Linear in the history.
 */
export function rowsByObject(
  history: OperationHistory,
  model: SequentialModel,
  scope: { readonly byKey: boolean; readonly failedCas: string },
): ReadonlyMap<number, readonly number[]> {
  const objects = new Map<number, number[]>();
  for (let row = 0; row < history.count; row++) {
    const { f, input, output, outcome } = operationAt(history, row);
    if (outcome === 'failed') {
      const states = output === null || canonicalJson(output) === canonicalJson(input);
      const observes =
        scope.failedCas === 'observed' && model.failureObserves?.includes(f) === true;
      if (!observes || !states) continue;
    }
    const key = scope.byKey ? (history.key[row] as number) : -1;
    const rows = objects.get(key);
    if (rows === undefined) objects.set(key, [row]);
    else rows.push(row);
  }
  return objects;
}

const verified: Verification = { status: 'verified', fault: null };

export function verifyCertificate(
  claim: Claim,
  certificate: Certificate,
  stepsMax: number,
): Verification {
  const own = new Set(claim.rows);
  const named = certificate.kind === 'linearization' ? [] : namedRows(certificate);
  const stranger = named.find((row) => !own.has(row) && row !== -1);
  if (stranger !== undefined) return rejected(`operation ${stranger} is not of this object`);
  if (certificate.kind === 'dead-frontier') return verifyDeath(claim, certificate, stepsMax);
  const fault =
    certificate.kind === 'linearization'
      ? linearizationFault(claim, certificate)
      : contradictionFault(claim, certificate);
  return fault === null ? verified : rejected(fault);
}

function rejected(fault: string): Verification {
  return { status: 'rejected', fault };
}

function namedRows(certificate: Exclude<Certificate, LinearizationCertificate>): readonly number[] {
  if (certificate.kind === 'contradiction') return certificate.operations;
  const { death, counted, alive } = certificate;
  return [death, ...counted, ...alive.flatMap((c) => c.linearized)];
}

function linearizationFault(claim: Claim, { order }: LinearizationCertificate): string | null {
  const { history, model, rows } = claim;
  const missing = new Set(rows);
  let state = model.initial;
  let latestCall = -1;
  for (const row of order) {
    if (!missing.delete(row)) {
      return `operation ${row} is no operation of this object, or there twice`;
    }
    if ((history.returns[row] as number) < latestCall) {
      return `operation ${row} had returned before one that precedes it was called`;
    }
    latestCall = Math.max(latestCall, history.call[row] as number);
    const next = model.step(state, operationAt(history, row));
    if (next === undefined) return `operation ${row} is illegal in ${canonicalJson(state)}`;
    state = next;
  }
  for (const row of missing) {
    if (history.returns[row] !== neverReturned) return `operation ${row} is missing`;
  }
  return null;
}

/**
 * Walks all configurations forward, return by return; none may survive the return of `death`. The
 * relaxed claim implies the exact one, so where relaxed states grow without end the exact one will
 * do.
 */
function verifyDeath(
  claim: Claim,
  certificate: DeadFrontierCertificate,
  stepsMax: number,
): Verification {
  const { death, relaxed: isRelaxedClaim } = certificate;
  if (isRelaxedClaim) {
    const counted = new Set(certificate.counted);
    const relaxedMax = Math.min(stepsMax / 2, 2000 + 500 * claim.rows.length);
    const relaxed = walk(claim, death, { counted, isRelaxedClaim: false, stepsMax: relaxedMax });
    if (relaxed.status !== 'unverified') return relaxed;
  }
  return walk(claim, death, { counted: null, isRelaxedClaim, stepsMax });
}

interface WalkLimits {
  /** Indefinite operations that take effect at most once; null: all of them. */
  readonly counted: ReadonlySet<number> | null;
  readonly isRelaxedClaim: boolean;
  readonly stepsMax: number;
}

function walk(claim: Claim, death: number, limits: WalkLimits): Verification {
  const { history, rows } = claim;
  const end = history.returns[death] as number;
  if (end === neverReturned) {
    return rejected('an operation that never returned cannot be the death');
  }
  const returned = rows
    .filter((row) => (history.returns[row] as number) <= end)
    .toSorted((a, b) => (history.returns[a] as number) - (history.returns[b] as number));
  const { counted, stepsMax } = limits;
  const steps = new Walk(claim, (row) => counted === null || counted.has(row), stepsMax);
  let frontier: Point[] = [
    { state: claim.model.initial, done: new Set(), used: new Set(), free: 0 },
  ];
  for (const row of returned) {
    // What dies in the exact problem may live longer in the relaxed one, which the claim is about.
    if (frontier.length === 0 && limits.isRelaxedClaim) return verified;
    if (frontier.length === 0) return rejected(`nothing is left before the return of ${death}`);
    frontier = steps.pass(frontier, row);
    if (steps.steps > stepsMax) {
      return { status: 'unverified', fault: `it takes more than ${stepsMax} steps to check` };
    }
  }
  if (frontier.length > 0) return rejected(`${frontier.length} configurations survive ${death}`);
  return verified;
}
