/**
 * How what the values of running aggregates can show wrong is told.
 */
import type { Claim } from '../model/verdict/claim.ts';
import type { EmptyCut } from './bounds.ts';
import { ContentReports } from './content-reports.ts';
import type { Cuts } from './cuts.ts';
import type { Place } from './decoder.ts';
import type { Beside, Lies, VectorAt } from './key-chains.ts';
import type { Ledger, Repeated, Showing } from './ledger.ts';
import { type Finding, type KeyValue, out, type Reporter } from './reporter.ts';
import { RowReports } from './row-reports.ts';
import { keyCountOf } from '../model/stream-history.ts';

/**
 * What had shown of a key before a value: of each split the most; and the newest event that did.
 */
export interface Before {
  readonly shown: Int32Array;
  readonly first: Showing | null;
}

/** Why a value neither goes on from what had shown nor is part of it. */
export interface Fork {
  /** Counts of the value before it in its attempt, which it does not go on from. */
  readonly own: Int32Array | null;
  /** Splits of which it has more, and fewer, than one that had shown. */
  readonly beside: Beside | null;
}

/** What a value that shows again is to those that had shown. */
export interface Again {
  /** A reader who takes out repeats does not take out one that had not shown. */
  readonly place: Lies;
  /** A split of which it adds what had shown to the value before it; null: it adds nothing. */
  readonly adds: number | null;
  /** Splits of which it has more, and fewer, than one that had shown. */
  readonly beside: Beside | null;
}

export class ValueReports {
  private readonly reporter: Reporter;
  private readonly cuts: Cuts;
  private readonly rows: RowReports;
  /** Of single values. */
  readonly content: ContentReports;

  constructor(reporter: Reporter, ledger: Ledger, cuts: Cuts) {
    this.reporter = reporter;
    this.cuts = cuts;
    this.rows = new RowReports(reporter, ledger);
    this.content = new ContentReports(reporter);
  }

  phantom(key: number, showing: Showing): void {
    const { header } = this.reporter;
    const name = this.reporter.key(key);
    this.reporter.report('phantom', null, () => ({
      parts: [{ role: 'unexplained', key, showing }],
      sentence: { kind: 'no-such-key', key: name, row: 'A' },
      let: [this.reporter.shown('A', { key, showing })],
      however: [{ kind: 'key-count', key: name, keys: keyCountOf(header) }],
    }));
  }

  /** What it contains shows again. */
  repeat(value: Repeated & VectorAt, before: Before, again: Again): void {
    const { key, showing, isAgain } = value;
    const name = isAgain ? 'duplicate-sink' : this.rows.repeatName(before.first, showing);
    this.reporter.report(name, null, () => this.repeatWords(value, before, again));
    const { findings } = this.reporter;
    if (again.place === 'beside') findings.refuteToo(name, out, 'effectively-once');
    else if (again.place !== 'shown') {
      const reason = `a value of key ${this.reporter.key(key)} shows again, and not all that had shown is known`;
      findings.leaveOpen(reason, 'effectively-once');
    }
    this.wentBackTo(value, before);
  }

  /** Without transactions an attempt goes on from what nobody saw. */
  leaveFork(key: number): void {
    const reason = `values of key ${this.reporter.key(key)} are of no single run`;
    this.reporter.findings.leaveOpen(reason, 'effectively-once', 'exactly-once');
  }

  /** A later value contains what one before it does, but a reader misses that one. */
  leaveGap(key: number): void {
    const reason = `between values of key ${this.reporter.key(key)} some do not show`;
    this.reporter.findings.leaveOpen(reason, 'effectively-once', 'exactly-once');
  }

  private repeatWords(
    value: Repeated & VectorAt,
    { first }: Before,
    { adds, beside }: Again,
  ): Omit<Finding, 'name'> {
    const { key, showing } = value;
    const of = { key: this.reporter.key(key), row: 'B' };
    const split = adds === null ? '' : this.reporter.split(adds);
    return {
      parts: [
        { role: 'visible first', key, showing: first },
        { role: 'visible again', key, showing },
      ],
      sentence: { kind: 'value-again', ...of },
      let: [...this.earlier(key, first), this.named('B', value)],
      thus: [adds === null ? { kind: 'nothing-new', ...of } : { kind: 'adds-shown', ...of, split }],
      however: [{ kind: 'rule', rule: 'once' }],
      why: beside === null ? [] : [this.besideClaim(value.key, beside)],
      nearest: { kind: 'without-row', row: 'B', isOnly: false },
    };
  }

  /** What a reader sees of the key is older than what was visible before. */
  wentBackTo(value: Repeated & VectorAt, { shown, first }: Before): void {
    const { key, showing } = value;
    const { promises } = this.reporter.header;
    const wanted = promises.some((g) => g === 'snapshot-consistent' || g === 'monotone');
    if (!wanted || first?.number === showing.number) return;
    this.reporter.report('rollback', null, () => {
      const of = { key: this.reporter.key(key), row: 'B' };
      const fewer = shown.findIndex((n, p) => n > countOf(value, p));
      const older: Claim =
        fewer < 0
          ? { kind: 'nothing-new', ...of }
          : { kind: 'counts-fewer', ...of, split: this.reporter.split(fewer) };
      return {
        parts: [
          { role: 'visible first', key, showing: first },
          { role: 'visible again', key, showing },
        ],
        sentence: fewer < 0 ? { kind: 'value-again', ...of } : { kind: 'key-back', ...of },
        let: [...this.earlier(key, first), this.named('B', value)],
        thus: [older],
        however: [{ kind: 'rule', rule: 'values-grow' }],
      };
    });
  }

  forked(value: Repeated & VectorAt, before: Before, fork: Fork): void {
    const { key, showing } = value;
    const { first } = before;
    this.reporter.report('forked-state', null, () => ({
      parts: [
        { role: 'one state', key, showing: first },
        { role: 'another', key, showing },
      ],
      sentence: { kind: 'value-forked', key: this.reporter.key(key), row: 'B' },
      let: [...this.earlier(key, first), this.named('B', value)],
      thus: [{ kind: 'rule', rule: 'values-grow' }],
      however: [this.forkClaim(value, before, fork)],
    }));
  }

  private forkClaim(value: Repeated & VectorAt, { shown }: Before, { own, beside }: Fork): Claim {
    const { reporter } = this;
    const against = own ?? shown;
    const more = against.findIndex((n, p) => n < countOf(value, p));
    const fewer = against.findIndex((n, p) => n > countOf(value, p));
    if (more < 0 || fewer < 0) return this.besideClaim(value.key, beside ?? { more: 0, fewer: 0 });
    const of = { key: reporter.key(value.key), row: 'B' };
    const splits = { more: reporter.split(more), fewer: reporter.split(fewer) };
    return { kind: 'counts-beside', ...of, ...splits, isOwn: own !== null };
  }

  private besideClaim(key: number, { more, fewer }: Beside): Claim {
    const { reporter } = this;
    const splits = { more: reporter.split(more), fewer: reporter.split(fewer) };
    return { kind: 'beside-one', key: reporter.key(key), row: 'B', ...splits };
  }

  skew(
    at: { readonly key: number; readonly split: number; readonly offset: number },
    { showing, isBeyond }: { readonly showing: Showing; readonly isBeyond: boolean },
  ): void {
    const checkpoint = this.cuts.skewing(showing.checkpoint ?? 0, at);
    const { key } = at;
    this.rows.skew({ ...at, showing }, { isBeyond, checkpoint, shown: { key, showing } });
  }

  /** A value that should have shown before another one of its key. */
  late(value: Repeated & VectorAt, later: KeyValue): void {
    const { key, showing } = value;
    const rows = ['A', 'B'] as const;
    this.reporter.report('reorder', null, () => ({
      parts: [
        { role: 'visible first', key, showing: later.showing },
        { role: 'visible after it', key, showing },
      ],
      sentence: { kind: 'value-late', key: this.reporter.key(key), rows },
      let: [this.reporter.value('A', later), this.named('B', value)],
      thus: [{ kind: 'continues', rows }],
      however: [{ kind: 'before', rows }],
    }));
  }

  /** `isOwn`: the excluded record is in a later value, and the one that it gave is not visible. */
  inconsistent({ split, ...cut }: EmptyCut, showing: Showing, isOwn: boolean): void {
    const { includes, low, excludes, high } = cut;
    const included = this.place({ split, offset: low - 1 });
    const excluded = this.place({ split, offset: high });
    const key = this.reporter.key(includes);
    const other = this.reporter.key(excludes);
    this.reporter.report('inconsistent-cut', null, () => ({
      parts: [
        { role: 'included', key: includes, split, offset: low - 1, showing },
        { role: 'excluded', key: excludes, split, offset: high, showing },
      ],
      sentence: { kind: 'state-without', included, excluded, isOwn, t: showing.t },
      let: [this.reporter.shown('A', { showing })],
      thus: [
        { kind: 'included-by', record: included, key, row: 'A' },
        { kind: 'split-order', first: [excluded], second: [included] },
      ],
      however: [{ kind: 'excluded-by', record: excluded, key: other, row: 'A', isOwn }],
      why: [{ kind: 'rule', rule: 'no-cut' }],
    }));
  }

  private place({ split, offset }: Place): { readonly split: string; readonly offset: number } {
    return this.reporter.place(split, offset);
  }

  /** The newest event that had shown a value of the key. */
  private earlier(key: number, first: Showing | null): Claim[] {
    return first === null ? [] : [this.reporter.shown('A', { key, showing: first })];
  }

  private named(name: string, { key, showing, vector, at }: Repeated & VectorAt): Claim {
    const counts = vector.slice(at, at + this.reporter.header.splits.length);
    return this.reporter.shown(name, { key, showing, counts });
  }
}

function countOf({ vector, at }: VectorAt, split: number): number {
  return vector[at + split] as number;
}
