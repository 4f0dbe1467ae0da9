/**
 * The checker of long runs: takes the events of a columnar history one after another and judges in
 * memory for what is in flight, however long the run is. The same names and verdicts as the checker
 * of whole histories, for the pipelines it covers: one visible row per record, or running
 * aggregates that carry their version vector. Pure; a history that parses never makes it throw.
 */
import { guarantees, type Guarantee } from '../model/guarantee.ts';
import type { Verdict } from '../model/verdict/verdict.ts';
import { judge } from '../judgement/judge.ts';
import { Cuts } from './cuts.ts';
import { Due } from './due.ts';
import { JobEnd } from './job-end.ts';
import { Ledger, type Showing } from './ledger.ts';
import { ReaderStates } from './reader-states.ts';
import { Reporter } from './reporter.ts';
import { Rows, type RowsSettings } from './rows.ts';
import type {
  StreamAttempt,
  StreamCheckpoint,
  StreamEnd,
  StreamEvent,
  StreamHeader,
  VisibleRows,
  VisibleValues,
} from '../model/stream-history.ts';
import { neverClaim } from './transaction-reports.ts';
import type { Commit } from './transaction.ts';
import { Transactions } from './transactions.ts';
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
  private readonly states: ReaderStates | null;
  private readonly jobEnd: JobEnd;
  private end: StreamEnd | null = null;

  constructor(header: StreamHeader, settings: RowsSettings = {}) {
    this.header = header;
    this.cuts = new Cuts(header.splits.length);
    this.reporter = new Reporter(header, this.ledger);
    const { ledger, cuts, reporter } = this;
    const parts = { reporter, ledger, cuts };
    this.rows = header.output === 'rows' ? new Rows(parts, settings) : new Values(parts);
    this.transactions = new Transactions(reporter, ledger, cuts);
    this.jobEnd = new JobEnd(reporter, ledger, cuts);
    const { rows, transactions } = this;
    this.states = rows instanceof Values ? new ReaderStates(header, transactions, rows) : null;
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
        this.onCheckpoint(event);
        return;
      case 'transaction':
        this.transactions.take(event);
        return;
      case 'rows':
      case 'values':
        this.onVisible(event);
        return;
      case 'job':
        this.jobEnd.take(event);
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
    if (this.end === null) {
      findings.doubt({ reason: 'no-end-event' });
      findings.leaveOpen('the history has no end event', ...guarantees);
    } else this.finish(this.end);
    if (this.rows.outputs === 0) findings.doubt({ reason: 'nothing-visible' });
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

  private onAttempt(event: StreamAttempt): void {
    const { attempt, restored, t } = event;
    this.transactions.restart(event);
    this.jobEnd.onAttempt(event);
    const newest = this.cuts.newestOf(1)[0]?.checkpoint ?? -1;
    const ignored = newest > (restored ?? -1) ? newest : null;
    const offsets = this.cuts.restore(restored);
    const after = this.ledger.count;
    this.ledger.attempts.push({ attempt, restored, t, after, offsets, ignored });
  }

  /** What transactions up to a checkpoint have shown, the checkpoint has read. */
  private onCheckpoint(event: StreamCheckpoint): void {
    const { offsets, checkpoint } = event;
    const newest = this.cuts.newestOf(1)[0]?.checkpoint ?? -1;
    this.cuts.complete(event);
    if (this.header.sink.connector === 'append' || !this.header.aligned) return;
    if (newest >= checkpoint) return;
    offsets.forEach((offset, split) => {
      const row = this.rows.shownBeyond(split, offset, checkpoint);
      if (row !== null) this.reporter.beyond(row, checkpoint);
    });
  }

  private onVisible(event: VisibleRows | VisibleValues): void {
    const commit = this.transactions.begin(event);
    const single = this.header.sink.subtasks === 1;
    const attempt = commit?.transaction.attempt ?? event.attempt;
    const showing = this.ledger.add(event, attempt, single ? null : this.stepOf(event));
    this.jobEnd.onVisible(showing, event.key.length);
    this.states?.before(commit);
    const fresh = this.show(event, showing, commit);
    if (commit !== null) this.transactions.end(commit, showing, fresh);
    this.states?.after(commit, showing);
  }

  /**
   * States are whole checkpoints: what was prepared for one that was aborted shows with the next.
   */
  private stepOf({ checkpoint }: VisibleRows | VisibleValues): number {
    const label = checkpoint ?? 0;
    return this.cuts.firstCovering(label) ?? label;
  }

  /** How many rows the transaction had not shown before. */
  private show(
    event: VisibleRows | VisibleValues,
    showing: Showing,
    commit: Commit | null,
  ): number {
    const { rows } = this;
    if (rows instanceof Rows) return event.kind === 'rows' ? rows.show(event, showing, commit) : 0;
    if (event.kind === 'values') rows.show(event, showing, commit?.again === true);
    return commit?.again === true && commit.transaction.isOver ? 0 : event.key.length;
  }

  private finish(end: StreamEnd): void {
    const { findings } = this.reporter;
    const { connector, subtasks } = this.header.sink;
    const { newestShown: committedBy } = this.transactions;
    const { reached, reachedBy } = this.cuts;
    const committed = subtasks === 1 ? this.cuts.offsetsOf(committedBy) : null;
    this.rows.finish(new Due(this.header, end, { reached, reachedBy, committed, committedBy }));
    findings.decide(...delivery);
    this.decideEnd(end);
    const decided: Guarantee[] = [...delivery, 'progress'];
    if (connector === 'two-phase') {
      this.finishTransactions(end);
      decided.push('atomic-commit');
      if (this.header.aligned) decided.push('checkpoint-sound');
    }
    if (connector === 'two-phase' || subtasks === 1) {
      decided.push('snapshot-consistent', 'monotone');
    }
    this.states?.tell(this.reporter);
    for (const promise of this.header.promises) {
      if (decided.includes(promise)) findings.decide(promise);
      else findings.leaveOpen(`the stream tier does not judge ${promise}`, promise);
    }
  }

  /** What the end of the run decides. */
  private decideEnd({ outcome }: StreamEnd): void {
    const { findings } = this.reporter;
    const isKnown = outcome === 'suspended' && this.cuts.isReachKnown;
    if (outcome === 'finished' || isKnown) {
      findings.decide('progress');
      return;
    }
    const open = ['at-least-once', 'exactly-once', 'effectively-once'] as const;
    findings.leaveOpen(`the run ended as ${outcome}: nobody knows what was due`, ...open);
    if (outcome === 'deadline') this.reportStall();
    else if (outcome === 'suspended') findings.decide('progress');
    else findings.leaveOpen('nobody knows whether the run had to give up', 'progress');
  }

  /** Transactions that should have been committed. */
  private finishTransactions(end: StreamEnd): void {
    const owed = this.transactions.finish(end);
    this.reporter.neverCommitted = owed.map((one) => ({
      checkpoint: one.transaction.checkpoint,
      claim: neverClaim(one),
    }));
    // Where each record gives a row of its own, it is known which are missing.
    const isTold = this.rows instanceof Rows || this.header.everyStep === true;
    if (!isTold) for (const one of owed) this.transactions.lose(one);
  }

  private reportStall(): void {
    this.reporter.report('stall', null, () => ({
      parts: [],
      sentence: { kind: 'met-deadline', t: this.end?.t ?? 0 },
      thus: [{ kind: 'rule', rule: 'comes-to-its-end' }],
      however: [{ kind: 'ended', outcome: 'deadline' }],
    }));
  }
}
