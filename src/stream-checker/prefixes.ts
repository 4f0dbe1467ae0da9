/**
 * Snapshot consistency of per-record outputs as records retire, in order of each split: the steps
 * (commits of one subtask, else checkpoints) at which they became visible must not fall. Two
 * records refute a cut (least-cut lemma).
 */
import type { RecordName } from '../model/verdict/places.ts';
import { type Ledger, showingsMax } from './ledger.ts';
import type { Reporter } from './reporter.ts';
import type { Hole } from './split-window.ts';

interface At {
  readonly split: number;
  readonly offset: number;
  /** Event that showed it. */
  readonly number: number;
}

interface Newest extends At {
  readonly step: number;
}

export class Prefixes {
  private readonly newest: (Newest | undefined)[] = [];
  /** Records that were left out and have no shown one behind them yet. */
  private readonly open: Hole[][] = [];
  private readonly reporter: Reporter;
  private readonly ledger: Ledger;

  constructor(reporter: Reporter, ledger: Ledger) {
    this.reporter = reporter;
    this.ledger = ledger;
  }

  /** The next shown record of its split. */
  pass(at: At): void {
    const step = this.stepOf(at.number);
    if (step < 0) return;
    const before = this.newest[at.split];
    if (before !== undefined && step < before.step) this.reportCut(at, before);
    else if (before === undefined || step > before.step) this.newest[at.split] = { ...at, step };
    const open = this.open[at.split];
    if (open === undefined || open.length === 0) return;
    for (const hole of open) Object.assign(hole, { nextStep: step, nextOffset: at.offset });
    open.length = 0;
  }

  leaveOut(split: number, hole: Hole): void {
    (this.open[split] ??= []).push(hole);
  }

  /** A record that was left out shows after all. */
  fill(row: { readonly split: number; readonly showing: { number: number } }, hole: Hole): void {
    const { split, showing } = row;
    const { offset, nextStep, nextOffset } = hole;
    const { number } = showing;
    const step = this.stepOf(number);
    const open = this.open[split] ?? [];
    if (nextStep >= 0) {
      const early = { split, offset: nextOffset, number: 0 };
      if (nextStep < step) this.reportCut(early, { split, offset, number });
    } else if (step > (this.newest[split]?.step ?? -1)) {
      this.newest[split] = { split, offset, number, step };
    }
    for (const other of open) {
      if (other.offset < offset) Object.assign(other, { nextStep: step, nextOffset: offset });
    }
    this.open[split] = open.filter((other) => other.offset > offset);
  }

  private stepOf(number: number): number {
    if (number > this.ledger.count - showingsMax) {
      return this.ledger.step[number % showingsMax] as number;
    }
    this.reporter.findings.runOut(
      `a record waited for more than ${showingsMax} commits (showingsMax)`,
      'snapshot-consistent',
      'monotone',
    );
    return -1;
  }

  /** `early` comes later in the split, but was visible before `late`. */
  private reportCut(early: At, late: At): void {
    const { reporter, ledger } = this;
    const [included, excluded] = [early, late].map(({ split, offset }) =>
      reporter.place(split, offset),
    ) as [RecordName, RecordName];
    const shown = ledger.showing(early.number);
    const then = ledger.showing(late.number);
    reporter.report('inconsistent-cut', early, () => ({
      parts: [
        { role: 'included', ...early, showing: shown },
        { role: 'excluded', ...late, showing: then },
      ],
      sentence: { kind: 'sees-one-only', included, excluded },
      let: [
        ...(shown === null ? [] : [reporter.shown('A', { ...early, showing: shown })]),
        ...(then === null ? [] : [reporter.shown('B', { ...late, showing: then })]),
      ],
      thus: [{ kind: 'not-after', first: [excluded], second: [included] }],
      however: [{ kind: 'rule', rule: 'no-cut' }],
    }));
  }
}
