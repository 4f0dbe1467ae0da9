/** Records that no row has shown by the end of the run, and which of them are due. */
import type { Due } from './due.ts';
import type { RowReports } from './row-reports.ts';
import type { SplitWindow } from './split-window.ts';

export class UnshownRows {
  private readonly windows: readonly SplitWindow[];
  /** Highest offset shown per key and split. */
  private readonly last: Int32Array;

  constructor(windows: readonly SplitWindow[], last: Int32Array) {
    this.windows = windows;
    this.last = last;
  }

  report(due: Due, reports: RowReports): void {
    for (let split = 0; split < this.windows.length; split++) {
      this.each(split, (offset, key) => {
        if (due.isDue(split, offset)) reports.loss({ split, offset, key }, due.claims);
        else if (due.isPassedOver) this.reportPassedOver({ split, offset, key }, reports);
      });
    }
  }

  /** Nothing more becomes visible, and a later record of the key has: this one had its turn. */
  private reportPassedOver(
    record: { readonly split: number; readonly offset: number; readonly key: number },
    reports: RowReports,
  ): void {
    const later = this.last[record.key * this.windows.length + record.split] as number;
    if (record.offset < later) reports.loss(record, later);
  }

  private each(split: number, use: (offset: number, key: number) => void): void {
    const window = this.windows[split] as SplitWindow;
    for (const [offset, { key }] of window.holes) use(offset, key);
    for (let place = window.base; place < window.head; place++) {
      const slot = place & window.mask;
      if (window.note[slot] === 0) use(window.offsetOf(place), window.key[slot] as number);
    }
  }
}
