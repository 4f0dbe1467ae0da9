/**
 * The newest values of all keys at the end of a run: what they lack, and what they count too often.
 */
import type { Broken } from './broken-keys.ts';
import type { Decoder, LeftOut } from './decoder.ts';
import type { Due } from './due.ts';
import type { KeyStates } from './key-states.ts';
import type { StreamHeader } from '../model/stream-history.ts';
import type { ValueReports } from './value-reports.ts';

/** How the counts of a newest value lie to the log: splits of which it has too few or too many. */
interface Balance {
  readonly missing: number;
  readonly extra: number;
  readonly extras: number;
}

export class FinalValues {
  private readonly states: KeyStates;
  private readonly reports: ValueReports;
  private readonly decoder: Decoder;
  private readonly header: StreamHeader;

  constructor(
    { states, reports }: { readonly states: KeyStates; readonly reports: ValueReports },
    header: StreamHeader,
    decoder: Decoder,
  ) {
    this.states = states;
    this.reports = reports;
    this.decoder = decoder;
    this.header = header;
  }

  /** `broken`: its newest value does not add up. */
  judge(key: number, due: Due, broken: Broken | undefined): void {
    const leftOut = broken?.leftOut ?? null;
    if (leftOut !== null) this.reportLeftOut(key, leftOut);
    const balance = this.balanceOf(key, leftOut);
    if (broken === undefined || leftOut !== null) {
      if (balance.missing >= 0) this.reportRest(key, due, leftOut);
    } else if (balance.missing >= 0 && balance.extra < 0) {
      this.judgeFewer(key, due, { broken, split: balance.missing });
    } else this.judgeContent(key, broken, balance);
  }

  private balanceOf(key: number, leftOut: LeftOut | null): Balance {
    const { splits, chains } = this.states;
    let [missing, extra, extras] = [-1, -1, 0];
    for (let p = 0; p < splits; p++) {
      const cell = key * splits + p;
      const count = (chains.counts[cell] as number) + (leftOut?.gap[p] ?? 0);
      const logged = chains.logged[cell] as number;
      if (count < logged) missing = p;
      if (count > logged) extra = p;
      extras += Math.max(0, count - logged);
    }
    return { missing, extra, extras };
  }

  /** It counts fewer than there are, so that one at least does not count. */
  private judgeFewer(
    key: number,
    due: Due,
    { broken, split }: { readonly broken: Broken; readonly split: number },
  ): void {
    if (due.isAll && this.isHonest(key, broken)) {
      const counts = this.states.vectorOf(key);
      const of = this.states.chains.logged[key * this.states.splits + split] as number;
      const few = { split, counts: counts[split] as number, of };
      this.reports.content.lostSome({ key, counts, showing: this.states.firstOf(key) }, few);
    } else this.tellWrong(broken);
  }

  /** It counts as many as there are or more, but not those that it should. */
  private judgeContent(key: number, broken: Broken, balance: Balance): void {
    const { missing, extra, extras } = balance;
    if (this.header.sink.connector === 'append' || !this.isHonest(key, broken)) {
      this.tellWrong(broken);
    } else if (extra >= 0 && missing < 0) {
      const twice = extras === 1 ? this.decoder.doubled(key, broken.excess) : 'unknown';
      if (twice === null) this.tellWrong(broken);
      else {
        const named = twice === 'unknown' ? null : twice;
        this.reports.content.countedTwice(this.states.wrongNewest(key), named);
      }
    } else {
      const swap = this.decoder.compensated(key, broken.excess);
      const isLasting = broken.count > 1 && (extra >= 0 || broken.steady > 1);
      const isMasked = swap !== null || isLasting;
      if (isMasked) {
        const only = swap === 'several' ? null : swap;
        this.reports.content.masked(this.states.wrongNewest(key), only);
      } else this.tellWrong(broken);
    }
  }

  /** Whether it counts one more record for each value, where each record gives one. */
  private isHonest(key: number, { sound, count }: Broken): boolean {
    if (this.header.everyStep !== true) return true;
    const from = key * this.states.splits;
    const { counts } = this.states.chains;
    return this.states.added({ vector: counts, at: from }, sound, 0) === count;
  }

  private tellWrong({ wrong, isReported }: Broken): void {
    if (!isReported) this.reports.content.diverged(wrong);
  }

  /** What the newest value lacks; mostly it contains later records of the same splits. */
  private reportLeftOut(key: number, leftOut: LeftOut): void {
    const { chains } = this.states;
    const counts = this.states.vectorOf(key);
    const isLater = leftOut.records.every(({ split, offset }) => {
      const from = (counts[split] as number) + (leftOut.gap[split] as number) - 1;
      const [last] = chains.recordsFrom(key, split, { from, most: 1 });
      return last !== undefined && offset < last.offset;
    });
    this.reports.content.leftOut(
      { key, counts, showing: this.states.firstOf(key) },
      leftOut,
      isLater,
    );
  }

  /** What came after the newest value, but for what wrong ones show in its place. */
  private reportRest(key: number, due: Due, leftOut: LeftOut | null): void {
    const { splits, chains } = this.states;
    let wrong = this.states.wrongOf(key);
    for (let p = 0; p < splits; p++) {
      const from = (chains.counts[key * splits + p] as number) + (leftOut?.gap[p] ?? 0);
      const rest = chains
        .recordsFrom(key, p, { from, most: wrong + 1 })
        .filter(({ offset }) => due.isDue(p, offset));
      const next = rest[wrong];
      wrong = Math.max(0, wrong - rest.length);
      if (next !== undefined) this.reports.content.lost(key, next, due.claims);
    }
  }
}
