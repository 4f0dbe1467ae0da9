/** Rows that stand before their records: held until the end, when it is known which there are. */
import type { Reporter } from './reporter.ts';
import type { Row, RowReports } from './row-reports.ts';
import { absent, type SplitWindow } from './split-window.ts';

/** Named limit: rows that stand before their record. */
const aheadMax = 1_000_000;

export class AheadRows {
  private readonly rows: Row[] = [];
  private readonly reporter: Reporter;
  private readonly reports: RowReports;
  private readonly windows: readonly SplitWindow[];

  constructor(reporter: Reporter, reports: RowReports, windows: readonly SplitWindow[]) {
    this.reporter = reporter;
    this.reports = reports;
    this.windows = windows;
  }

  add(row: Row): void {
    if (this.rows.length < aheadMax) this.rows.push(row);
    else {
      const reason = `more than ${aheadMax} rows stand before their records (aheadMax)`;
      this.reporter.findings.runOut(reason, 'validity', 'exactly-once');
    }
  }

  judge(): void {
    for (const row of this.rows) this.judgeRow(row);
  }

  private judgeRow(row: Row): void {
    const { split, offset } = row;
    const window = this.windows[split];
    const place = window?.placeOf(offset) ?? absent;
    if (window === undefined || place === absent) {
      this.reports.phantom(row, window?.end ?? null);
      return;
    }
    // It did show, so it is not lost; more cannot be said.
    if (place >= window.base) window.note[place & window.mask] = row.showing.number;
    window.holes.delete(offset);
    this.reporter.findings.leaveOpen(
      `${this.reporter.record(split, offset)} stands in the log after a row that shows it`,
      'validity',
      'at-most-once',
      'at-least-once',
      'exactly-once',
      'ordered',
    );
  }
}
