/**
 * Where checks put what they found: anomalies (one per name and operator, with a count), guarantees
 * that were decided or left open, and coverage. Builds no verdict; see verdict.ts.
 */
import type { Claim, ClaimPart, StatedClaim } from '../model/verdict/claim.ts';
import { anomalies, type AnomalyName, type Guarantee } from '../model/guarantee.ts';
import type { Unknown, UnknownKind } from '../model/verdict/unknown.ts';
import type { Blame, Coverage, Explanation, Witness } from '../model/verdict/verdict.ts';
import type { Key } from '../model/value.ts';
import { claimText, headline } from './words/text.ts';
import { type Reason, unknownFor } from './words/unknown-texts.ts';

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
  readonly blame: Blame | null;
  /** Guarantees that this finding refutes beyond what its name says. */
  readonly alsoRefutes: readonly Guarantee[];
  /** `isOnly`: nothing else is wrong with the run. */
  explain(isOnly: boolean): Explanation;
}

/** A line of an explanation: a claim, which can be verified, or a text, which cannot. */
export type Line = Claim | string;

/** The lines of an explanation. The claims of the sentence are told in one, the first one first. */
export interface Words {
  readonly sentence: Line | readonly Line[];
  readonly let?: readonly Line[];
  readonly thus?: readonly Line[];
  readonly however?: readonly Line[];
  readonly why?: readonly Line[];
  readonly nearest?: Line | null;
}

interface Reported {
  readonly name: AnomalyName;
  readonly operator: string | null;
  readonly key?: Key | null;
  readonly witnesses?: readonly Witness[];
  readonly records?: readonly number[];
  readonly expected?: readonly Line[];
  readonly observed?: readonly Line[];
  readonly blame?: Blame;
  /** What this finding refutes beyond what its name does: the name covers milder ones, too. */
  readonly alsoRefutes?: readonly Guarantee[];
  /** For sinks whose duplicates do not concern the job's delivery promise. */
  readonly outsidePromise?: boolean;
}

/** `explain` is called when the verdict is made, for the first of a kind only. */
export type Report = Reported & (Words | { readonly explain: () => Words });

interface Entry extends Found {
  count: number;
  readonly witnesses: Witness[];
  readonly records: number[];
  readonly alsoRefutes: Guarantee[];
  readonly expected: Line[];
  readonly observed: Line[];
}

type OpenKind = Extract<UnknownKind, 'limit' | 'undecided'>;

export class Findings {
  private readonly entries = new Map<string, Entry>();
  private readonly decided = new Set<Guarantee>();
  private readonly open = new Map<Guarantee, Map<string, OpenKind>>();
  private readonly established = new Set<Guarantee>();
  private readonly exempt = new Set<string>();
  private readonly counts: Record<string, number> = {};
  private readonly aboutRun = new Map<string, Unknown>();

  /**
   * The guarantees were looked at; they hold unless an anomaly or an open question says otherwise.
   */
  decide(...guarantees: readonly Guarantee[]): void {
    for (const guarantee of guarantees) this.decided.add(guarantee);
  }

  /** The evidence does not decide these guarantees. */
  leaveOpen(reason: string, ...guarantees: readonly Guarantee[]): void {
    this.leave('undecided', reason, guarantees);
  }

  /** A step budget or another limit was spent before these guarantees were decided. */
  runOut(reason: string, ...guarantees: readonly Guarantee[]): void {
    this.leave('limit', reason, guarantees);
  }

  private leave(kind: OpenKind, reason: string, guarantees: readonly Guarantee[]): void {
    for (const guarantee of guarantees) {
      const reasons = this.open.get(guarantee) ?? new Map<string, OpenKind>();
      reasons.set(reason, kind);
      this.open.set(guarantee, reasons);
    }
  }

  /** Every legal run was listed, and what shows is one that keeps the guarantee. */
  establish(guarantee: Guarantee): void {
    this.established.add(guarantee);
  }

  isEstablished(guarantee: Guarantee): boolean {
    return this.established.has(guarantee);
  }

  /** The run as a whole proves nothing. */
  doubt(reason: Reason): void {
    const unknown = unknownFor(reason);
    this.aboutRun.set(`${unknown.kind} ${unknown.text}`, unknown);
  }

  /** Why the run as a whole proves nothing. */
  doubts(): readonly Unknown[] {
    return [...this.aboutRun.values()];
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
    entry.alsoRefutes.push(...(report.alsoRefutes ?? []));
    addUpTo(entry.witnesses, report.witnesses ?? [], witnessesMax);
    addUpTo(entry.records, report.records ?? [], 10_000);
    addUpTo(entry.expected, report.expected ?? [], listedMax);
    addUpTo(entry.observed, report.observed ?? [], listedMax);
  }

  /** What an examination that found nothing left open and covered. */
  absorb(other: Findings): void {
    for (const [guarantee, reasons] of other.open) {
      for (const [reason, kind] of reasons) this.leave(kind, reason, [guarantee]);
    }
    for (const [name, amount] of Object.entries(other.counts)) this.cover(name, amount);
  }

  /** Another examination answers for the guarantee: what it refuted and left open counts. */
  takeOver(guarantee: Guarantee, other: Findings, blameOf: (found: Found) => Blame): void {
    const reasons = other.open.get(guarantee);
    if (reasons === undefined) this.open.delete(guarantee);
    else this.open.set(guarantee, new Map(reasons));
    for (const [id, entry] of other.entries) {
      const refutes = [...anomalies[entry.name].refutes, ...entry.alsoRefutes];
      if (!refutes.includes(guarantee) || this.entries.has(id)) continue;
      this.entries.set(id, { ...entry, blame: blameOf(entry) });
    }
  }

  /** More of a kind that was reported with enough witnesses: false when it was not. */
  repeat(name: AnomalyName, operator: string | null, count = 1): boolean {
    const entry = this.entries.get(`${name} ${operator ?? ''}`);
    if (entry === undefined || entry.witnesses.length < witnessesMax) return false;
    entry.count += count;
    return true;
  }

  /** What was reported refutes these as well. */
  refuteToo(name: AnomalyName, operator: string | null, ...more: readonly Guarantee[]): void {
    this.entries.get(`${name} ${operator ?? ''}`)?.alsoRefutes.push(...more);
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

  isOpen(guarantee: Guarantee): boolean {
    return this.open.has(guarantee);
  }

  openReasons(guarantee: Guarantee): readonly Unknown[] {
    const reasons = [...(this.open.get(guarantee) ?? [])];
    return reasons.map(([text, kind]) => ({ kind, guarantee, text }));
  }

  coverage(): Coverage {
    return this.counts;
  }
}

function entryOf(report: Report): Entry {
  const entry: Entry = {
    name: report.name,
    operator: report.operator,
    key: report.key ?? null,
    count: 1,
    witnesses: (report.witnesses ?? []).slice(0, witnessesMax),
    records: [...(report.records ?? [])],
    blame: report.blame ?? null,
    alsoRefutes: [...(report.alsoRefutes ?? [])],
    expected: (report.expected ?? []).slice(0, listedMax),
    observed: (report.observed ?? []).slice(0, listedMax),
    explain: (isOnly) => {
      const words = 'explain' in report ? report.explain() : report;
      const { expected, observed } = entry;
      return new Telling(isOnly).explanation(words, { expected, observed });
    },
  };
  return entry;
}

/** Turns lines into texts, and notes each claim with its place. */
class Telling {
  private readonly claims: StatedClaim[] = [];
  private readonly isOnly: boolean;

  constructor(isOnly: boolean) {
    this.isOnly = isOnly;
  }

  explanation(
    words: Words,
    {
      expected,
      observed,
    }: { readonly expected: readonly Line[]; readonly observed: readonly Line[] },
  ): Explanation {
    const sentence = this.texts('sentence', [words.sentence].flat());
    const nearest = words.nearest ?? null;
    return {
      sentence: typeof words.sentence === 'string' ? words.sentence : headline(sentence),
      let: this.texts('let', words.let),
      // oxlint-disable-next-line unicorn/no-thenable -- the verdict's own word
      then: this.texts('then', words.thus),
      however: this.texts('however', words.however),
      why: this.texts('why', words.why),
      nearest: nearest === null ? null : this.text('nearest', nearest),
      expected: this.texts('expected', expected),
      observed: this.texts('observed', observed),
      claims: this.claims,
    };
  }

  private texts(part: ClaimPart, lines: readonly Line[] = []): string[] {
    return lines.map((line) => this.text(part, line));
  }

  private text(part: ClaimPart, line: Line): string {
    if (typeof line === 'string') return line;
    const claim = 'isOnly' in line ? { ...line, isOnly: this.isOnly } : line;
    this.claims.push({ part, claim });
    return claimText(claim);
  }
}

function addUpTo<T>(list: T[], more: readonly T[], max: number): void {
  for (const item of more) {
    if (list.length >= max) return;
    list.push(item);
  }
}
