/**
 * The moment at which the job said that it is over, where the recorder tells of it: what it owes is
 * visible by then, and no attempt begins after it.
 */
import type { Cuts } from './cuts.ts';
import type { Ledger, Showing } from './ledger.ts';
import type { Reporter } from './reporter.ts';
import type { StreamAttempt, StreamJob } from '../model/stream-history.ts';

export class JobEnd {
  private readonly reporter: Reporter;
  private readonly ledger: Ledger;
  private readonly cuts: Cuts;
  private over: StreamJob | null = null;

  constructor(reporter: Reporter, ledger: Ledger, cuts: Cuts) {
    this.reporter = reporter;
    this.ledger = ledger;
    this.cuts = cuts;
  }

  take(event: StreamJob): void {
    if (event.event !== 'failed') this.over ??= event;
  }

  onAttempt({ attempt, restored, t }: StreamAttempt): void {
    const { over } = this;
    if (over?.event !== 'finished' || t <= over.t) return;
    const work = { did: 'began', t } as const;
    this.reporter.report('work-after-end', null, () => ({
      parts: [],
      sentence: { kind: 'worked-on', attempt, work },
      let: [{ kind: 'attempt', attempt, t, restored }],
      thus: [
        { kind: 'job-said', t: over.t },
        { kind: 'rule', rule: 'over-stays-over' },
      ],
      however: [{ kind: 'did-work', attempt, work }],
    }));
  }

  /** What a superseded attempt shows after the end is repeated, which is another matter. */
  onVisible(showing: Showing, rows: number): void {
    const { over } = this;
    if (over === null || rows === 0 || showing.t <= over.t) return;
    const { transaction, checkpoint, attempt, t } = showing;
    const last = this.ledger.attempts.at(-1)?.attempt ?? attempt;
    const isOwed =
      transaction === null ? attempt === last : this.cuts.hasCompleted(checkpoint ?? -1);
    if (!isOwed) return;
    this.reporter.report('premature-finish', null, () => ({
      parts: [{ role: 'after the end', showing }],
      sentence: { kind: 'over-before-all', over: over.t, row: 'A' },
      let: [
        { kind: 'job-over', name: 'E', t: over.t, isExact: true },
        this.reporter.shown('A', { showing }),
      ],
      thus: [{ kind: 'rule', rule: 'owed-by-end' }],
      however: [{ kind: 'shown-at', row: 'A', t }],
    }));
  }
}
