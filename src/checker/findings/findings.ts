/**
 * Where checks put what they found: anomalies (one per name and operator, with a count), guarantees
 * that were decided or left open, and coverage. Builds no verdict; see verdict.ts.
 */
import { type AnomalyName, type Guarantee } from '../../model/guarantee.ts';
import type { Blame, Coverage, Explanation, Witness } from '../../model/verdict.ts';
import type { Key } from '../../model/value.ts';

/** At most this many witnesses per anomaly: nothing larger is needed (1-D Helly). */
const witnessesMax = 3;
const listedMax = 8;

export interface Found {
  readonly name: AnomalyName;
  readonly operator: string | null;
  readonly key: Key | null;
  readonly count: number;
  readonly witnesses: readonly Witness[];
  /** Records concerned, flat indices, for replay forensics. */
  readonly records: readonly number[];
  readonly explanation: Explanation;
  readonly blame: Blame | null;
}

export interface Report {
  readonly name: AnomalyName;
  readonly operator: string | null;
  readonly key?: Key | null;
  readonly witnesses?: readonly Witness[];
  readonly records?: readonly number[];
  readonly sentence: string;
  readonly let?: readonly string[];
  readonly thus?: readonly string[];
  readonly however?: readonly string[];
  readonly why?: readonly string[];
  readonly nearest?: string | null;
  readonly expected?: readonly string[];
  readonly observed?: readonly string[];
  readonly blame?: Blame;
  /** For sinks whose duplicates do not concern the job's delivery promise. */
  readonly outsidePromise?: boolean;
}

interface Entry extends Found {
  count: number;
  readonly witnesses: Witness[];
  readonly records: number[];
  readonly explanation: Explanation & { expected: string[]; observed: string[] };
}

export class Findings {
  private readonly entries = new Map<string, Entry>();
  private readonly decided = new Set<Guarantee>();
  private readonly open = new Map<Guarantee, Set<string>>();
  private readonly exempt = new Set<string>();
  private readonly counts: Record<string, number> = {};
  readonly unknowns: string[] = [];

  /** The guarantees were looked at; they hold unless an anomaly or an open question says otherwise. */
  decide(...guarantees: readonly Guarantee[]): void {
    for (const guarantee of guarantees) this.decided.add(guarantee);
  }

  /** The evidence does not decide these guarantees. */
  leaveOpen(reason: string, ...guarantees: readonly Guarantee[]): void {
    for (const guarantee of guarantees) {
      const reasons = this.open.get(guarantee) ?? new Set();
      reasons.add(reason);
      this.open.set(guarantee, reasons);
    }
  }

  /** The run as a whole proves nothing. */
  vacuous(reason: string): void {
    if (!this.unknowns.includes(reason)) this.unknowns.push(reason);
  }

  cover(name: string, amount = 1): void {
    this.counts[name] = (this.counts[name] ?? 0) + amount;
  }

  report(report: Report): void {
    const id = `${report.name} ${report.operator ?? ''}`;
    if (report.outsidePromise === true) this.exempt.add(id);
    const entry = this.entries.get(id);
    if (entry === undefined) {
      this.entries.set(id, entryOf(report));
      return;
    }
    entry.count++;
    addUpTo(entry.witnesses, report.witnesses ?? [], witnessesMax);
    addUpTo(entry.records, report.records ?? [], 10_000);
    addUpTo(entry.explanation.expected, report.expected ?? [], listedMax);
    addUpTo(entry.explanation.observed, report.observed ?? [], listedMax);
  }

  /** More of a kind that was reported with enough witnesses: false when it was not. */
  repeat(name: AnomalyName, operator: string | null, count = 1): boolean {
    const entry = this.entries.get(`${name} ${operator ?? ''}`);
    if (entry === undefined || entry.witnesses.length < witnessesMax) return false;
    entry.count += count;
    return true;
  }

  found(): readonly Found[] {
    return [...this.entries.values()];
  }

  has(name: AnomalyName): boolean {
    for (const entry of this.entries.values()) if (entry.name === name) return true;
    return false;
  }

  /** Whether the anomaly is outside what the delivery promises of this job are about. */
  isExempt(found: Found): boolean {
    return this.exempt.has(`${found.name} ${found.operator ?? ''}`);
  }

  isDecided(guarantee: Guarantee): boolean {
    return this.decided.has(guarantee);
  }

  openReasons(guarantee: Guarantee): readonly string[] {
    return [...(this.open.get(guarantee) ?? [])];
  }

  coverage(): Coverage {
    return this.counts;
  }
}

function entryOf(report: Report): Entry {
  return {
    name: report.name,
    operator: report.operator,
    key: report.key ?? null,
    count: 1,
    witnesses: (report.witnesses ?? []).slice(0, witnessesMax),
    records: [...(report.records ?? [])],
    blame: report.blame ?? null,
    explanation: {
      sentence: report.sentence,
      let: report.let ?? [],
      // oxlint-disable-next-line unicorn/no-thenable -- the verdict's own word
      then: report.thus ?? [],
      however: report.however ?? [],
      why: report.why ?? [],
      nearest: report.nearest ?? null,
      expected: (report.expected ?? []).slice(0, listedMax),
      observed: (report.observed ?? []).slice(0, listedMax),
    },
  };
}

function addUpTo<T>(list: T[], more: readonly T[], max: number): void {
  for (const item of more) {
    if (list.length >= max) return;
    list.push(item);
  }
}
