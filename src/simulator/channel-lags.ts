/**
 * Channels of one link that are behind: held back by a fault while other channels go ahead. Keeps
 * each channel in order. Times in µs; knows no clock.
 */

interface Lag {
  /** Arrival of the channel's last message. */
  readonly untilUs: number;
  readonly onEffect: () => void;
}

export class ChannelLags {
  private readonly lags = new Map<string, Lag>();

  get any(): boolean {
    return this.lags.size > 0;
  }

  /** Arrival of the last message that was held back; 0: none is. */
  get lastUs(): number {
    return Math.max(0, ...[...this.lags.values()].map(({ untilUs }) => untilUs));
  }

  /** The next message of the channel arrives at `untilUs` at the earliest. */
  hold(channel: string, untilUs: number, onEffect: () => void): void {
    const known = this.lags.get(channel);
    const after = known === undefined ? untilUs : Math.max(untilUs, known.untilUs + 1);
    // One less: the message itself comes behind this time.
    this.lags.set(channel, { untilUs: after - 1, onEffect });
  }

  /**
   * A message that could arrive at `atUs`: when it does. Channels that wait longer, and began
   * before, have now been overtaken: the effect of the fault that holds them.
   */
  pass(channel: string, atUs: number): number {
    const mine = this.lags.get(channel);
    const arrivesUs = mine === undefined ? atUs : Math.max(atUs, mine.untilUs + 1);
    if (mine !== undefined) {
      if (arrivesUs > atUs) this.lags.set(channel, { ...mine, untilUs: arrivesUs });
      else this.lags.delete(channel);
    }
    for (const [other, lag] of this.lags) {
      if (other !== channel && lag.untilUs > arrivesUs) lag.onEffect();
    }
    return arrivesUs;
  }

  clear(): void {
    this.lags.clear();
  }
}
