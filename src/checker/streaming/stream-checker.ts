/**
 * The checker of long runs: takes the events of a columnar history one after another and judges in
 * memory for what is in flight, however long the run is. The same names and verdicts as the checker
 * of whole histories, for the pipelines it covers: one visible row per record, or running aggregates
 * that carry their version vector. Pure; a history that parses never makes it throw.
 */
import { guarantees, type Guarantee } from '../../model/guarantee.ts';
import type { Verdict } from '../../model/verdict.ts';
import { judge } from '../findings/verdict.ts';
import { Cuts } from './cuts.ts';
import { Ledger, type Showing } from './ledger.ts';
import { Reporter } from './reporter.ts';
import { Rows, type RowsSettings } from './rows.ts';
import type {
  StreamAttempt,
  StreamEnd,
  StreamEvent,
  StreamHeader,
  VisibleRows,
  VisibleValues,
} from './stream-history.ts';
import { type Commit, Transactions } from './transactions.ts';
import { Values } from './values.ts';

const delivery = [
  'validity',
  'at-most-once',
  'at-least-once',
  'effectively-once',
  'exactly-once',
  'ordered',
] as const satisfies readonly Guarantee[];

export class StreamChecker {
  private readonly header: StreamHeader;
  private readonly ledger = new Ledger();
  private readonly cuts: Cuts;
  private readonly reporter: Reporter;
  private readonly rows: Rows | Values;
  private readonly transactions: Transactions;
  private end: StreamEnd | null = null;

  constructor(header: StreamHeader, settings: RowsSettings = {}) {
    this.header = header;
    this.cuts = new Cuts(header.splits.length);
    this.reporter = new Reporter(header, this.ledger);
    const { ledger, cuts, reporter } = this;
    const parts = { reporter, ledger, cuts };
    this.rows = header.output === 'rows' ? new Rows(parts, settings) : new Values(parts);
    this.transactions = new Transactions(reporter, ledger, cuts);
  }

  /** The next event. Its columns may be reused afterwards. */
  take(event: StreamEvent): void {
    switch (event.kind) {
      case 'log':
        this.rows.append(event);
        return;
      case 'attempt':
        this.onAttempt(event);
        return;
      case 'checkpoint':
        this.cuts.complete(event);
        return;
      case 'transaction':
        this.transactions.take(event);
        return;
      case 'rows':
      case 'values':
        this.onVisible(event);
        return;
      case 'end':
        this.end = event;
        return;
    }
  }

  /** The verdict, after the last event. */
  verdict(): Verdict {
    const { findings } = this.reporter;
    const { promises } = this.header;
    const finished = this.end?.outcome === 'finished';
    if (this.end === null) {
      findings.vacuous('the history has no end event');
      findings.leaveOpen('the history has no end event', ...guarantees);
    } else this.finish(finished);
    if (this.rows.outputs === 0) findings.vacuous('nothing became visible');
    findings.cover('outputs', this.rows.outputs);
    findings.cover(
      'records-due',
      this.rows.windows.reduce((sum, { head }) => sum + head, 0),
    );
    findings.cover('records-in-flight-max', this.rows.inFlightMax);
    findings.cover('checkpoints-completed', this.cuts.completed);
    findings.cover('restores', this.ledger.attempts.filter((a) => a.restored !== null).length);
    findings.cover('transactions', this.transactions.count);
    const blameOf = this.reporter.blameOf.bind(this.reporter);
    return judge({ findings, promises, upserts: new Set(), blameOf });
  }

  private onAttempt({ attempt, restored, t }: StreamAttempt): void {
    const offsets = this.cuts.restore(restored);
    this.ledger.attempts.push({ attempt, restored, t, after: this.ledger.count, offsets });
  }

  private onVisible(event: VisibleRows | VisibleValues): void {
    const commit = this.transactions.begin(event);
    const single = this.header.sink.subtasks === 1;
    const attempt = commit?.transaction.attempt ?? event.attempt;
    const showing = this.ledger.add(event, attempt, single);
    const fresh = this.show(event, showing, commit);
    if (commit !== null) this.transactions.end(commit, showing, fresh);
    const { rows } = this;
    const isState = single || (commit !== null && !this.transactions.isBetweenStates);
    if (rows instanceof Values && isState) rows.checkState(showing);
  }

  /** How many rows the transaction had not shown before. */
  private show(
    event: VisibleRows | VisibleValues,
    showing: Showing,
    commit: Commit | null,
  ): number {
    const { rows } = this;
    if (rows instanceof Rows) return event.kind === 'rows' ? rows.show(event, showing, commit) : 0;
    if (event.kind === 'values') rows.show(event, showing);
    return commit?.again === true && commit.transaction.isOver ? 0 : event.key.length;
  }

  private finish(finished: boolean): void {
    const { findings } = this.reporter;
    const { connector, subtasks } = this.header.sink;
    this.rows.finish(finished);
    findings.decide(...delivery);
    if (!finished) {
      findings.leaveOpen(
        `the run ended as ${this.end?.outcome}: nobody knows what was due`,
        'at-least-once',
        'exactly-once',
        'effectively-once',
        'progress',
      );
    } else findings.decide('progress');
    if (this.end?.outcome === 'deadline') this.reportStall();
    const decided: Guarantee[] = [...delivery, 'progress'];
    if (connector === 'two-phase') {
      this.transactions.finish();
      decided.push('atomic-commit');
      if (this.header.aligned) decided.push('checkpoint-sound');
    }
    if (connector === 'two-phase' || subtasks === 1) {
      decided.push('snapshot-consistent', 'monotone');
    }
    for (const promise of this.header.promises) {
      if (decided.includes(promise)) findings.decide(promise);
      else findings.leaveOpen(`the stream tier does not judge ${promise}`, promise);
    }
  }

  private reportStall(): void {
    this.reporter.report('stall', null, () => ({
      parts: [],
      sentence: `The run did not come to its end by ${this.end?.t} ms.`,
      thus: 'after all faults healed, a run ends within its bound',
      however: 'this one met its deadline',
    }));
  }
}
