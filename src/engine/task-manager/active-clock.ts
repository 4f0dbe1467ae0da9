/**
 * Time in which a subtask could have read: monotonic time without the spans in which it was
 * blocked. Idleness of a split must not count blocked time (FLINK-35886).
 */

export class ActiveClock {
  private readonly monotonic: () => number;
  private blockedSince: number | null = null;
  private blockedMs = 0;

  constructor(monotonic: () => number) {
    this.monotonic = monotonic;
  }

  /** Says whether the subtask is blocked from now on. */
  account(blocked: boolean): void {
    const now = this.monotonic();
    if (this.blockedSince !== null) this.blockedMs += now - this.blockedSince;
    this.blockedSince = blocked ? now : null;
  }

  activeMs(): number {
    this.account(this.blockedSince !== null);
    return this.monotonic() - this.blockedMs;
  }
}
