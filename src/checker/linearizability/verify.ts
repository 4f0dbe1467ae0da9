/**
 * The independent verifier: checks a certificate against the history and the model alone. It shares
 * nothing with the search, neither code nor compiled forms, and uses the plainest data structures there
 * are. Of the model it believes `step` and which operations are observers.
 */
import { canonicalJson } from '../../base/json.ts';
import type { Value } from '../../model/value.ts';
import type {
  Certificate,
  DeadFrontierCertificate,
  LinearizationCertificate,
} from './certificate.ts';
import { keyAt, neverReturned, operationAt, type OperationHistory } from './history.ts';
import type { SequentialModel } from './model.ts';
import { contradictionFault } from './verify-contradiction.ts';

/** What a certificate is about: the operations of one object. */
export interface Claim {
  readonly history: OperationHistory;
  readonly model: SequentialModel;
  /** Rows of the operations of the object, failed ones left out unless they state something. */
  readonly rows: readonly number[];
}

/** `fault`: null when the certificate proves what it says. `unverified`: too large to try. */
export interface Verification {
  readonly status: 'verified' | 'rejected' | 'unverified';
  readonly fault: string | null;
}

/** Rows of the object `key` (null with `byKey`: those without one). */
export function rowsOf(
  history: OperationHistory,
  model: SequentialModel,
  scope: { readonly key: string | null; readonly byKey: boolean; readonly failedCas: string },
): number[] {
  const rows: number[] = [];
  for (let row = 0; row < history.count; row++) {
    if (scope.byKey && keyAt(history, row) !== scope.key) continue;
    const { f, input, output, outcome } = operationAt(history, row);
    if (outcome === 'failed') {
      const states = output === null || canonicalJson(output) === canonicalJson(input);
      const observes =
        scope.failedCas === 'observed' && model.failureObserves?.includes(f) === true;
      if (!observes || !states) continue;
    }
    rows.push(row);
  }
  return rows;
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
  return [certificate.death, ...certificate.alive.flatMap((c) => c.linearized)];
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

/** A configuration: the state, pending operations linearized, indefinite ones used. */
interface Point {
  readonly state: Value;
  readonly done: ReadonlySet<number>;
  readonly used: ReadonlySet<number>;
}

/**
 * Walks all configurations forward, return by return; none may survive the return of `death`. The
 * relaxed claim implies the exact one, so where relaxed states grow without end the exact one will do.
 */
function verifyDeath(
  claim: Claim,
  certificate: DeadFrontierCertificate,
  stepsMax: number,
): Verification {
  const relaxedMax = Math.min(stepsMax, 500 + 50 * claim.rows.length);
  const { death, relaxed: isRelaxedClaim } = certificate;
  if (isRelaxedClaim) {
    const limits = { relaxed: true, isRelaxedClaim: false, stepsMax: relaxedMax };
    const relaxed = walk(claim, death, limits);
    if (relaxed.status !== 'unverified') return relaxed;
  }
  return walk(claim, death, { relaxed: false, isRelaxedClaim, stepsMax });
}

interface WalkLimits {
  readonly relaxed: boolean;
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
  const steps = new Walk(claim, limits);
  let frontier: Point[] = [{ state: claim.model.initial, done: new Set(), used: new Set() }];
  for (const row of returned) {
    // What dies in the exact problem may live longer in the relaxed one, which the claim is about.
    if (frontier.length === 0 && limits.isRelaxedClaim) return verified;
    if (frontier.length === 0) return rejected(`nothing is left before the return of ${death}`);
    frontier = steps.pass(frontier, row);
    if (steps.steps > limits.stepsMax) {
      return { status: 'unverified', fault: 'too many configurations' };
    }
  }
  if (frontier.length > 0) return rejected(`${frontier.length} configurations survive ${death}`);
  return verified;
}

class Walk {
  steps = 0;
  private readonly claim: Claim;
  private readonly limits: WalkLimits;
  private readonly open = new Set<number>();
  private next = 0;

  constructor(claim: Claim, limits: WalkLimits) {
    this.claim = claim;
    this.limits = limits;
  }

  /** All configurations after the return of `row`. */
  pass(frontier: readonly Point[], row: number): Point[] {
    const { history, rows } = this.claim;
    const end = history.returns[row] as number;
    for (; this.next < rows.length; this.next++) {
      const called = rows[this.next] as number;
      if ((history.call[called] as number) > end) break;
      this.open.add(called);
    }
    const survivors = new Map<string, Point>();
    const seen = new Set<string>();
    const queue = frontier.map((point) => this.observe(point));
    for (let point = queue.pop(); point !== undefined; point = queue.pop()) {
      if (this.steps > this.limits.stepsMax) return [];
      const key = keyOf(point);
      if (seen.has(key)) continue;
      seen.add(key);
      if (point.done.has(row)) {
        const done = new Set(point.done);
        done.delete(row);
        const after = { ...point, done };
        survivors.set(keyOf(after), after);
      } else {
        for (const op of this.open) queue.push(...this.linearize(point, op));
      }
    }
    this.open.delete(row);
    return [...survivors.values()];
  }

  private linearize(point: Point, op: number): Point[] {
    const { history, model } = this.claim;
    if (point.done.has(op) || point.used.has(op)) return [];
    this.steps++;
    const state = model.step(point.state, operationAt(history, op));
    if (state === undefined) return [];
    if (history.returns[op] !== neverReturned) {
      return [this.observe({ ...point, state, done: new Set([...point.done, op]) })];
    }
    if (canonicalJson(state) === canonicalJson(point.state)) return [];
    const used = this.limits.relaxed ? point.used : new Set([...point.used, op]);
    return [this.observe({ ...point, state, used })];
  }

  /** Observers that are legal now are linearized now: nothing depends on them. */
  private observe(point: Point): Point {
    const { history, model } = this.claim;
    const done = new Set(point.done);
    for (const op of this.open) {
      if (done.has(op) || history.returns[op] === neverReturned) continue;
      const operation = operationAt(history, op);
      if (model.observer?.(operation) !== true) continue;
      this.steps++;
      if (model.step(point.state, operation) !== undefined) done.add(op);
    }
    return { ...point, done };
  }
}

function keyOf(point: Point): string {
  const sorted = (set: ReadonlySet<number>): string => [...set].toSorted((a, b) => a - b).join();
  return `${canonicalJson(point.state)}|${sorted(point.done)}|${sorted(point.used)}`;
}
