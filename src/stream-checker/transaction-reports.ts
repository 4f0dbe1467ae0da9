/**
 * How what the transactions of a long run can show wrong is told.
 */
import type { Claim } from '../model/verdict/claim.ts';
import type { Attempt, Showing } from './ledger.ts';
import { out, type Reporter } from './reporter.ts';
import type { Owed, Transaction } from './transactions.ts';

const rows = ['A', 'B'] as const;

function about({ id }: Pick<Transaction, 'id'>): { sink: string; transaction: string } {
  return { sink: out, transaction: `${id}` };
}

/** That its rows should show, as what other anomalies are tied to. */
export function neverClaim({ transaction, covered }: Owed): Claim {
  const { committedBy, checkpoint } = transaction;
  return committedBy === null
    ? { kind: 'never-committed', ...about(transaction), checkpoint, covered: covered ?? checkpoint }
    : { kind: 'committed-unseen', ...about(transaction), attempt: committedBy };
}

/** Why its rows should show. */
function dueClaims(owed: Owed): readonly Claim[] {
  const { transaction, why, covered, later } = owed;
  const of = about(transaction);
  const { committedBy, checkpoint } = transaction;
  if (why === 'committed') return [{ kind: 'was-committed', ...of, attempt: committedBy ?? 0 }];
  const covering: Claim = { kind: 'covered', ...of, checkpoint: covered ?? checkpoint };
  if (why === 'passed over') return [covering, { kind: 'later-shows', ...of, later: `${later}` }];
  return [covering, { kind: 'ended', outcome: owed.outcome }];
}

export class TransactionReports {
  private readonly reporter: Reporter;

  constructor(reporter: Reporter) {
    this.reporter = reporter;
  }

  aborted(transaction: Transaction, showing: Showing): void {
    const of = { ...about(transaction), row: 'A' };
    this.reporter.report('aborted-visible', null, () => ({
      parts: [{ role: 'visible, though aborted', showing }],
      sentence: { kind: 'aborted-shows', ...of },
      let: [this.reporter.shown('A', { showing })],
      thus: [{ kind: 'aborted-before', ...of }],
      however: [{ kind: 'rule', rule: 'aborted-unseen' }],
    }));
  }

  premature(transaction: Transaction, showing: Showing): void {
    const checkpoint = showing.checkpoint ?? 0;
    this.reporter.report('premature-visible', null, () => ({
      parts: [{ role: 'visible too early', showing }],
      sentence: { kind: 'shows-early', ...about(transaction), checkpoint, row: 'A' },
      let: [this.reporter.shown('A', { showing })],
      thus: [{ kind: 'of-checkpoint', row: 'A', checkpoint }],
      however: [{ kind: 'none-completed', row: 'A', checkpoint }],
    }));
  }

  zombie(transaction: Transaction, showing: Showing, successor: Attempt): void {
    const checkpoint = showing.checkpoint ?? 0;
    const { attempt, restored, t } = successor;
    const of = { ...about(transaction), attempt: transaction.attempt, successor: attempt };
    this.reporter.report('zombie-commit', null, () => ({
      parts: [{ role: 'committed by a superseded attempt', showing }],
      sentence: { kind: 'zombie', ...of, row: 'A' },
      let: [this.reporter.shown('A', { showing }), { kind: 'attempt', attempt, t, restored }],
      thus: [
        { kind: 'of-checkpoint', row: 'A', checkpoint },
        { kind: 'restored-before', attempt, restored, checkpoint, row: 'A' },
      ],
      however: [{ kind: 'rule', rule: 'once' }],
    }));
  }

  regression(
    { attempt }: Transaction,
    { before, showing }: { readonly before: Showing; readonly showing: Showing },
  ): void {
    const { subtask } = showing;
    const checkpoints = [before.checkpoint ?? 0, showing.checkpoint ?? 0] as const;
    this.reporter.report('commit-regression', null, () => ({
      parts: [
        { role: 'committed first', showing: before },
        { role: 'committed after it', showing: { ...showing, attempt } },
      ],
      sentence: { kind: 'commits-back', sink: out, subtask, rows, checkpoints },
      let: [this.reporter.shown('A', { showing: before }), this.reporter.shown('B', { showing })],
      thus: [{ kind: 'rule', rule: 'commits-in-order' }],
      however: [
        { kind: 'of-checkpoint', row: 'A', checkpoint: checkpoints[0] },
        { kind: 'of-checkpoint', row: 'B', checkpoint: checkpoints[1] },
      ],
    }));
  }

  /** `showing` is the part that came later; null: it never came. */
  torn(transaction: Transaction, showing: Showing | null): void {
    const { shown, written: of, first } = transaction;
    const at = about(transaction);
    const whole: Claim = { kind: 'rule', rule: 'whole' };
    const named = first === null ? [] : [this.reporter.shown('A', { showing: first })];
    if (showing === null) {
      this.reporter.report('torn-commit-permanent', null, () => ({
        parts: [
          { role: 'visible', showing: first },
          { role: 'never visible', showing },
        ],
        sentence: { kind: 'torn', ...at, shown, of },
        let: named,
        thus: [whole],
        however: [{ kind: 'rows-hidden', ...at, rows: of - shown }],
      }));
      return;
    }
    this.reporter.report('torn-commit-transient', null, () => ({
      parts: [
        { role: 'visible', showing: first },
        { role: 'visible later', showing },
      ],
      sentence: { kind: 'shows-apart', ...at, times: [first?.t ?? showing.t, showing.t] },
      let: [...named, this.reporter.shown('B', { showing })],
      thus: [whole],
      however: [{ kind: 'before', rows }],
    }));
  }

  /** Nothing of it shows. */
  neverShown(owed: Owed): void {
    const { transaction } = owed;
    const { checkpoint } = transaction;
    this.reporter.report('torn-commit-permanent', null, () => ({
      parts: [{ role: 'never visible', showing: null }],
      sentence: { kind: 'nothing-shows', ...about(transaction), checkpoint },
      thus: [...dueClaims(owed), { kind: 'rule', rule: 'whole' }],
      however: [{ kind: 'rows-hidden', ...about(transaction), rows: transaction.written }],
    }));
  }

  /** Nothing of it shows, and which records its values contain is not known. */
  lost(owed: Owed): void {
    const { transaction } = owed;
    const of = { ...about(transaction), rows: transaction.written };
    this.reporter.report('loss', null, () => ({
      parts: [],
      sentence: { kind: 'values-hidden', ...of },
      thus: dueClaims(owed),
      however: [{ kind: 'rows-hidden', ...of }],
    }));
  }
}
