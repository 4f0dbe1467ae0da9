/**
 * Adds outcomes up, in run order, without keeping them: counts, merged statuses, a chained digest,
 * and the few runs worth a second look.
 */
import { hash } from 'node:crypto';

import { guarantees, type AnomalyName, type Guarantee } from '../../src/model/guarantee.ts';
import type { Unknown } from '../../src/model/verdict/unknown.ts';
import { mergeStatus, type Coverage, type Status } from '../../src/model/verdict/verdict.ts';
import type { GuaranteeStatus, RanOn, Sometimes } from '../../reports/result.ts';
import type { RunEvidence, RunOutcome } from '../execution/outcome.ts';
import type { SometimesRule } from '../../scenarios/scenario.ts';

/** Named limit: violating runs remembered per scenario; all of them are counted. */
const violationsRememberedMax = 10_000;
/** Violations shrunk and kept per scenario: the first ones. */
const violationsKeptMax = 5;
/** Reasons for unknowns listed per scenario. */
const reasonsMax = 5;

/** Delivery guarantees from nothing to everything; the verdict names the strongest that held. */
const strengthOrder = ['none', 'at-most-once', 'at-least-once', 'effectively-once', 'exactly-once'];

export class Tally {
  readonly sometimes: readonly SometimesRule[];
  readonly coverage: Record<string, number> = {};
  readonly anomalies: Set<AnomalyName> = new Set();
  readonly promises: Set<Guarantee> = new Set();
  readonly violatingRuns: number[] = [];
  readonly errors: string[] = [];
  runs = 0;
  valid = 0;
  invalid = 0;
  vacuous = 0;
  unknown = 0;
  messages = 0;
  virtualMs = 0;
  faults = 0;
  firstUnknown: number | null = null;
  /** The run that exercised most, to be shown as the example. */
  richest: { readonly run: number; readonly score: number } | null = null;
  /** Of runs that cannot be repeated: what was seen, of those worth a second look. */
  private readonly evidence = new Map<number, RunEvidence>();
  private digest = '';
  private strength: string | null = null;
  private readonly reasons = new Map<string, Unknown>();
  private readonly hits = new Map<string, number>();
  private readonly statuses = new Map<Guarantee, GuaranteeStatus>();
  private readonly subjects = new Map<string, number>();

  constructor(sometimes: readonly SometimesRule[]) {
    this.sometimes = sometimes;
  }

  add(outcome: RunOutcome): void {
    this.runs++;
    this.messages += outcome.messages;
    this.virtualMs += outcome.virtualMs;
    this.faults += outcome.faults;
    this.digest = hash('sha256', this.digest + outcome.digest).slice(0, 16);
    if (outcome.error !== null && this.errors.length < reasonsMax) this.errors.push(outcome.error);
    const { ranOn } = outcome;
    if (ranOn !== null) this.subjects.set(ranOn, (this.subjects.get(ranOn) ?? 0) + 1);
    this.count(outcome);
    this.cover(outcome.coverage);
    if (!outcome.vacuous) this.merge(outcome);
    this.keep(outcome);
  }

  /** Chained over the histories' digests in run order; 16 hex digits. */
  get historyDigest(): string {
    return this.digest === '' ? hash('sha256', '').slice(0, 16) : this.digest;
  }

  get strongest(): string {
    return this.strength ?? 'unknown';
  }

  get unknownReasons(): readonly Unknown[] {
    return [...this.reasons.values()];
  }

  get sometimesSeen(): Sometimes[] {
    return this.sometimes.map(({ name }) => ({ name, runs: this.hits.get(name) ?? 0 }));
  }

  /** What the runs ran on, by the headers of their histories, and how many each. */
  get ranOn(): RanOn[] {
    return [...this.subjects].map(([subject, runs]) => ({ subject, runs }));
  }

  guaranteeStatuses(): Record<Guarantee, GuaranteeStatus> {
    const entries = guarantees.map((name) => [name, this.statuses.get(name) ?? 'not-checked']);
    return Object.fromEntries(entries) as Record<Guarantee, GuaranteeStatus>;
  }

  private count(outcome: RunOutcome): void {
    if (outcome.status === 'valid') this.valid++;
    else if (outcome.status === 'invalid') this.invalid++;
    else if (outcome.vacuous) this.vacuous++;
    else this.unknown++;
    if (outcome.status !== 'unknown' || outcome.vacuous) return;
    this.firstUnknown ??= outcome.run;
    for (const reason of outcome.unknowns) {
      if (this.reasons.size >= reasonsMax) break;
      this.reasons.set(JSON.stringify(reason), reason);
    }
  }

  private cover(coverage: Coverage): void {
    for (const [name, count] of Object.entries(coverage)) {
      this.coverage[name] = (this.coverage[name] ?? 0) + count;
    }
    for (const { name, anyOf } of this.sometimes) {
      if (anyOf.some((key) => (coverage[key] ?? 0) > 0)) {
        this.hits.set(name, (this.hits.get(name) ?? 0) + 1);
      }
    }
  }

  private merge(outcome: RunOutcome): void {
    for (const name of outcome.promises) this.promises.add(name);
    for (const name of outcome.anomalies) this.anomalies.add(name);
    for (const name of guarantees) {
      this.statuses.set(name, mergeGuarantee(this.statuses.get(name), outcome.guarantees[name]));
    }
    if (outcome.error === null) this.strength = weaker(this.strength, outcome.strongest);
  }

  /**
   * Violations first; without any, the first unknown; without either, the richest as an example.
   */
  runsToKeep(): number[] {
    if (this.violatingRuns.length > 0) return this.violatingRuns.slice(0, violationsKeptMax);
    if (this.firstUnknown !== null) return [this.firstUnknown];
    return this.richest === null ? [] : [this.richest.run];
  }

  /** Null for a run that can be made again from its number. */
  evidenceOf(run: number): RunEvidence | null {
    return this.evidence.get(run) ?? null;
  }

  private keep(outcome: RunOutcome): void {
    this.rank(outcome);
    if (outcome.evidence === null) return;
    this.evidence.set(outcome.run, outcome.evidence);
    const wanted = this.runsToKeep();
    for (const run of this.evidence.keys()) if (!wanted.includes(run)) this.evidence.delete(run);
  }

  private rank(outcome: RunOutcome): void {
    if (outcome.status === 'invalid' && this.violatingRuns.length < violationsRememberedMax) {
      this.violatingRuns.push(outcome.run);
    }
    if (outcome.status !== 'valid') return;
    const score = Object.values(outcome.coverage).filter((count) => count > 0).length;
    if (this.richest === null || score > this.richest.score) {
      this.richest = { run: outcome.run, score };
    }
  }
}

function mergeGuarantee(a: GuaranteeStatus | undefined, b: GuaranteeStatus): GuaranteeStatus {
  if (a === undefined || a === 'not-checked') return b;
  if (b === 'not-checked') return a;
  return mergeStatus(a satisfies Status, b satisfies Status);
}

/** A run that says nothing about delivery ("unknown") does not count. */
function weaker(a: string | null, b: string): string | null {
  if (!strengthOrder.includes(heldPart(b))) return a;
  if (a === null) return b;
  return strengthOrder.indexOf(heldPart(b)) < strengthOrder.indexOf(heldPart(a)) ? b : a;
}

/** "at-least-once" of "at-least-once, not exactly-once". */
export function heldPart(strongest: string): string {
  return strongest.split(',')[0] ?? strongest;
}
