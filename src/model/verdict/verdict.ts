/**
 * Verdicts: what the checker says, with its evidence. Law A4: invalid > unknown > valid.
 */
import type { Claim, StatedClaim } from './claim.ts';
import type { AnomalyName, Guarantee } from '../guarantee.ts';
import type { Key, Value } from '../value.ts';
import type { Unknown } from './unknown.ts';

export type Status = 'valid' | 'unknown' | 'invalid';

const rank: Readonly<Record<Status, number>> = { valid: 0, unknown: 1, invalid: 2 };

/** The one merge of law A4: associative, commutative, idempotent; `valid` is neutral. */
export function mergeStatus(a: Status, b: Status): Status {
  return rank[a] >= rank[b] ? a : b;
}

/** A record that takes part in a contradiction. */
export interface Witness {
  /** What it is in this contradiction, e.g. "committed twice", "missing". */
  readonly role: string;
  readonly key: Key | null;
  readonly split: string | null;
  readonly offset: number | null;
  readonly id: number | null;
  readonly value: Value;
  /** Virtual ms at which it became visible; null when it never did. */
  readonly t: number | null;
  readonly attempt: number | null;
  readonly checkpoint: number | null;
  readonly transaction: string | null;
}

/** What the violation is tied to. */
export interface Blame {
  readonly checkpoint: number | null;
  readonly restoredFrom: number | null;
  readonly attempt: number | null;
  /** Index into the case's schedule. */
  readonly fault: number | null;
  /** A sentence of replay forensics, e.g. a contiguous block next to a restore. */
  readonly forensics: string | null;
  /** What that sentence says, as data. */
  readonly claims: readonly Claim[];
}

/**
 * Why nobody could explain the run: in the form Let / Then / However, one short line each. `claims`
 * says the same as data; what cannot be told from it is not told.
 */
export interface Explanation {
  readonly sentence: string;
  readonly let: readonly string[];
  readonly then: readonly string[];
  readonly however: readonly string[];
  /** Admissible cuts per split, or the dead frontier: lines of text. */
  readonly why: readonly string[];
  /**
   * The nearest legal run, e.g. "equals the oracle if (s1, 17) is applied twice"; null: none found.
   */
  readonly nearest: string | null;
  readonly expected: readonly string[];
  readonly observed: readonly string[];
  readonly claims: readonly StatedClaim[];
}

export interface Anomaly {
  readonly name: AnomalyName;
  /** Sink or operator it shows at; null for the whole job. */
  readonly operator: string | null;
  readonly key: Key | null;
  /** At most three. */
  readonly witnesses: readonly Witness[];
  /** How many records show it; the witnesses are the first ones. */
  readonly count: number;
  readonly blame: Blame;
  readonly explanation: Explanation;
}

/** Counts of what the run exercised, so that a pass is not over-read. Names are kebab-case. */
export type Coverage = Readonly<Record<string, number>>;

export interface Verdict {
  readonly schemaVersion: 2;
  /** Merged over the promised guarantees and vacuity. */
  readonly status: Status;
  readonly guarantees: Readonly<Record<Guarantee, Status | 'not-checked'>>;
  readonly promises: readonly Guarantee[];
  /** The strongest delivery guarantee that held, e.g. "at-least-once"; "none" when nothing did. */
  readonly strongest: string;
  readonly anomalies: readonly Anomaly[];
  /** Guarantees refuted, also by implication, and those the evidence leaves possible. */
  readonly refuted: readonly Guarantee[];
  readonly possible: readonly Guarantee[];
  /** Reasons why this is not more than unknown; empty when nothing was left open. */
  readonly unknowns: readonly Unknown[];
  readonly coverage: Coverage;
}
