/**
 * Progress on standard error: one live line on a terminal, a plain line now and then otherwise.
 */
import type { CampaignProgress } from '../../campaign/campaign.ts';
import { duration } from '../../../reports/describe/amounts.ts';
import { plural } from '../../../reports/describe/plural.ts';
import type { CommandIo } from './command.ts';

const liveEveryMs = 100;
const plainEveryMs = 5000;

export class ProgressLine {
  private readonly io: CommandIo;
  private readonly startedAt = performance.now();
  private lastAt: number;
  private drawn = false;

  constructor(io: CommandIo) {
    this.io = io;
    // A short run on a terminal draws at once; elsewhere it needs no line at all.
    this.lastAt = io.liveErrors ? -Infinity : this.startedAt;
  }

  update(progress: CampaignProgress): void {
    const now = performance.now();
    if (now - this.lastAt < (this.io.liveErrors ? liveEveryMs : plainEveryMs)) return;
    this.lastAt = now;
    this.show(progressText(progress, now - this.startedAt));
  }

  /** Any other one-line message, e.g. "shrinking …". */
  show(text: string): void {
    if (!this.io.liveErrors) {
      this.io.err(`${text}\n`);
      return;
    }
    this.io.err(`\r\u001B[2K${text.slice(0, Math.max(1, this.io.columns - 1))}`);
    this.drawn = true;
  }

  /** Removes the live line. */
  clear(): void {
    if (this.drawn) this.io.err('\r\u001B[2K');
    this.drawn = false;
  }
}

/** e.g. `word-count  340/900 runs  181/s  1020 faults  2 violations  12.3 s`. */
export function progressText(progress: CampaignProgress, elapsedMs: number): string {
  const { scenario, runsDone, runsTotal, faults, violations } = progress;
  const rate = elapsedMs === 0 ? 0 : Math.round((runsDone * 1000) / elapsedMs);
  const found = violations === 0 ? '' : `  ${plural(violations, 'violation')}`;
  return `${scenario}  ${runsDone}/${runsTotal} runs  ${rate}/s  ${plural(faults, 'fault')}${found}  ${duration(elapsedMs)}`;
}
