/**
 * Verifies contradictions: each rule restated from the model's meaning and checked on the few
 * operations named, plus what the rule says about all others (e.g. that a value was written once).
 */
import { canonicalJson } from '../../base/json.ts';
import type { Value } from '../../model/value.ts';
import type { ContradictionCertificate } from '../history/certificate.ts';
import { type Operation, operationAt } from '../history/history.ts';
import type { Claim } from './claim.ts';

/** What is wrong with the certificate; null when it holds. */
export function contradictionFault(
  claim: Claim,
  { rule, operations }: ContradictionCertificate,
): string | null {
  const facts = new Facts(claim);
  const [a = -1, b = -1] = operations;
  switch (rule) {
    case 'never-written':
      return expect(facts.sources(a).length === 0, 'something produces what was observed');
    case 'read-before-write':
      return expect(
        facts.needs(a) !== null && facts.sources(a).every((maker) => facts.before(a, maker)),
        'something that produces what was observed was called in time',
      );
    case 'stale-read':
      return expect(facts.isReplaced(a, b), 'the value may still have been there');
    case 'interleaved-values':
      return interleavedFault(facts, operations);
    case 'repeated-element':
      return expect(facts.repeats(a), 'no element is repeated, or it was appended twice');
    case 'incompatible-reads':
      return expect(facts.disagree(a, b), 'one observation continues the other');
    case 'order-contradiction':
      return expect(
        facts.before(b, a) && facts.mustPrecede(a, b, operations.slice(2)),
        'the order of the two operations is possible',
      );
    default:
      return `unknown rule ${String(rule)}`;
  }
}

function expect(holds: boolean, otherwise: string): string | null {
  return holds ? null : otherwise;
}

/** A register's operations on one value follow each other: nothing of another value in between. */
function interleavedFault(facts: Facts, operations: readonly number[]): string | null {
  const [u1, u2, v1, v2] = operations as readonly [number, number, number, number];
  if (operations.length !== 4 || !facts.isPlainRegister()) return 'not a plain register';
  const u = facts.valueOf(u2);
  const v = facts.valueOf(v2);
  if (u === v || facts.valueOf(v1) !== v) return 'the values do not fit';
  const isInitial = u1 === -1;
  if (isInitial ? u !== facts.initial() : facts.valueOf(u1) !== u) return 'the values do not fit';
  if (facts.writersOf(u) !== (isInitial ? 0 : 1)) {
    return 'the first value was written more than once';
  }
  if (v1 !== v2 && facts.writersOf(v) !== 1) return 'the second value was written more than once';
  const isAround = (isInitial || facts.before(u1, v2)) && facts.before(v1, u2);
  return expect(isAround, 'the operations can follow each other');
}

class Facts {
  private readonly claim: Claim;
  private readonly operations = new Map<number, Operation>();

  constructor(claim: Claim) {
    this.claim = claim;
    for (const row of claim.rows) this.operations.set(row, operationAt(claim.history, row));
  }

  op(row: number): Operation {
    return this.operations.get(row) ?? { f: '', input: null, output: null, outcome: 'failed' };
  }

  initial(): string {
    return canonicalJson(this.claim.model.initial);
  }

  /** Whether `first` returned before `second` was called. */
  before(first: number, second: number): boolean {
    const { history } = this.claim;
    return (history.returns[first] as number) < (history.call[second] as number);
  }

  // ---- Registers ------------------------------------------------------------------------------

  isPlainRegister(): boolean {
    return [...this.operations.values()].every((o) => o.f === 'read' || o.f === 'write');
  }

  valueOf(row: number): string {
    const { f, input, output } = this.op(row);
    return canonicalJson(f === 'read' ? output : input);
  }

  writersOf(text: string): number {
    let count = 0;
    for (const { f, input } of this.operations.values()) {
      if (f === 'write' && canonicalJson(input) === text) count++;
    }
    return count;
  }

  /** The value an operation observed, as text; null when there is none or it was there at first. */
  needs(row: number): string | null {
    const { f, input, output, outcome } = this.op(row);
    if (outcome !== 'ok') return null;
    if (f === 'cas') return this.unlessInitial(canonicalJson((input as readonly Value[])[0]));
    return f === 'read' ? this.unlessInitial(canonicalJson(output)) : null;
  }

  /**
   * Whether `other` left another value after all that produces what `reader` saw, and before it.
   */
  isReplaced(reader: number, other: number): boolean {
    const seen = this.observed(reader);
    const left = this.leaves(other);
    if (seen === null || left === null || seen === left || !this.before(other, reader)) {
      return false;
    }
    return this.claim.rows.every((row) => {
      const isSource = this.produces(row, seen) && !this.before(reader, row);
      return !isSource || this.before(row, other);
    });
  }

  private observed(row: number): string | null {
    const { f, input, output, outcome } = this.op(row);
    if (outcome !== 'ok' || (f !== 'read' && f !== 'cas')) return null;
    return canonicalJson(f === 'read' ? output : (input as readonly Value[])[0]);
  }

  /** The value that is there right after a definite operation. */
  private leaves(row: number): string | null {
    const { f, input, outcome } = this.op(row);
    if (outcome !== 'ok' || this.claim.model.traceable !== 'register') return null;
    if (f === 'read') return this.observed(row);
    return canonicalJson(f === 'cas' ? (input as readonly Value[])[1] : input);
  }

  private produces(row: number, text: string): boolean {
    const { f, input, outcome } = this.op(row);
    if (f === 'write') return canonicalJson(input) === text;
    const isCas = f === 'cas' && outcome !== 'failed' && Array.isArray(input);
    return isCas && canonicalJson((input as readonly Value[])[1]) === text;
  }

  private unlessInitial(text: string): string | null {
    return text === this.initial() ? null : text;
  }

  /**
   * Everything that could have produced what `row` observed; for collections: its rarest element.
   */
  sources(row: number): number[] {
    const { model, rows } = this.claim;
    if (model.traceable !== 'register') return this.sourcesOfElements(row);
    const needed = this.needs(row);
    if (needed === null) return rows.slice();
    return rows.filter((other) => this.produces(other, needed));
  }

  // ---- Lists, sets, logs ----------------------------------------------------------------------

  private sourcesOfElements(row: number): number[] {
    const { rows, model } = this.claim;
    const { f, output } = this.op(row);
    if (f !== 'read' || output === null) return rows.slice();
    const elements = model.traceable === 'log' ? [canonicalJson(output)] : this.elements(row);
    return (
      elements.map((text) => this.adders(text)).find((found) => found.length === 0) ?? rows.slice()
    );
  }

  private elements(row: number): string[] {
    const { f, output, outcome } = this.op(row);
    if (f !== 'read' || outcome !== 'ok' || !Array.isArray(output)) return [];
    return (output as readonly Value[]).map(canonicalJson);
  }

  private isAdder(row: number): boolean {
    return this.op(row).f === 'append' || this.op(row).f === 'add';
  }

  private adders(text: string): number[] {
    return this.claim.rows.filter(
      (row) => this.isAdder(row) && canonicalJson(this.op(row).input) === text,
    );
  }

  private onlyGrows(): boolean {
    return [...this.operations.values()].every((o) => o.f !== 'remove');
  }

  repeats(row: number): boolean {
    const texts = this.elements(row);
    const repeated = texts.find((text, i) => texts.indexOf(text) < i);
    const isList = this.claim.model.traceable === 'list';
    return isList && repeated !== undefined && this.adders(repeated).length <= 1;
  }

  disagree(a: number, b: number): boolean {
    if (this.claim.model.traceable === 'log') {
      const [x, y] = [this.entry(a), this.entry(b)];
      return x !== null && y !== null && x.offset === y.offset && x.text !== y.text;
    }
    const [small, large] = [this.elements(a), this.elements(b)].toSorted(
      (x, y) => x.length - y.length,
    );
    if (small === undefined || large === undefined || !this.onlyGrows()) return false;
    const isList = this.claim.model.traceable === 'list';
    return small.some((text, i) => (isList ? large[i] !== text : !large.includes(text)));
  }

  /** The entry of a log that an operation shows, and its offset. */
  private entry(row: number): { offset: Value; text: string } | null {
    const { f, input, output, outcome } = this.op(row);
    if (outcome !== 'ok' || output === null || f === 'tail') return null;
    return f === 'append'
      ? { offset: output, text: canonicalJson(input) }
      : { offset: input, text: canonicalJson(output) };
  }

  /** Whether `a` comes before `b` in every legal order, given what `evidence` observed. */
  mustPrecede(a: number, b: number, evidence: readonly number[]): boolean {
    if (this.claim.model.traceable === 'log') {
      return this.logBounds(a, evidence).high < this.logBounds(b, evidence).low;
    }
    if (!this.onlyGrows()) return false;
    const [x, y] = [canonicalJson(this.op(a).input), canonicalJson(this.op(b).input)];
    const isUnique = (row: number, text: string): boolean =>
      !this.isAdder(row) || this.adders(text).length === 1;
    if (!isUnique(a, x) || !isUnique(b, y)) return false;
    if (!this.isAdder(a) && !this.isAdder(b)) {
      return new Set(this.elements(a)).size < new Set(this.elements(b)).size;
    }
    if (!this.isAdder(b)) return this.elements(b).includes(x);
    if (!this.isAdder(a)) return !this.elements(a).includes(y);
    return evidence.some((row) => {
      const texts = this.elements(row);
      const place = texts.indexOf(y);
      const isLater = this.claim.model.traceable === 'list' && place > texts.indexOf(x);
      return texts.includes(x) && (place < 0 || isLater);
    });
  }

  /** Length of the log before (`high`) and after (`low`) an operation: at most, at least. */
  private logBounds(row: number, evidence: readonly number[]): { low: number; high: number } {
    const { f, input, output, outcome } = this.op(row);
    if (f === 'tail') return { low: Number(output), high: Number(output) };
    if (f === 'read' && outcome === 'ok') {
      if (output === null) return { low: 0, high: Number(input) };
      return { low: Number(input) + 1, high: Infinity };
    }
    const text = canonicalJson(input);
    const isKnown = outcome === 'ok' && output !== null;
    const seen = evidence.find((r) => this.op(r).f === 'read' && this.entry(r)?.text === text);
    if (!isKnown && (seen === undefined || !this.showsOnly(seen, text))) {
      return { low: -Infinity, high: Infinity };
    }
    const offset = Number(isKnown ? output : this.entry(seen as number)?.offset);
    return { low: offset + 1, high: offset };
  }

  /** A read shows the one append without a known offset that it can be of. */
  private showsOnly(read: number, text: string): boolean {
    const { rows } = this.claim;
    const isKnown = (row: number): boolean =>
      this.op(row).outcome === 'ok' && this.op(row).output !== null;
    const isTaken = rows.some(
      (row) => this.isAdder(row) && isKnown(row) && this.op(row).output === this.op(read).input,
    );
    return !isTaken && this.adders(text).filter((row) => !isKnown(row)).length === 1;
  }
}
