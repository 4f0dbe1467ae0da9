/**
 * Faults that a node injects into its own adapters because no outside tool can: a disk that
 * refuses, a file sink that is down. Each says so when it first bites (law A6).
 */
import { machineMs } from './machine-clock.ts';
import type { Notifier } from './protocol.ts';

export interface Trouble<Effect extends string> {
  readonly fault: number;
  readonly effect: Effect;
  /** On the machine's clock, ms. */
  readonly untilMs: number;
}

export class Troubles<Effect extends string> {
  private readonly control: Notifier;
  private readonly told = new Set<number>();
  private troubles: readonly Trouble<Effect>[] = [];

  constructor(control: Notifier) {
    this.control = control;
  }

  add(trouble: Trouble<Effect>): void {
    this.troubles = [...this.troubles, trouble];
  }

  /** The first trouble at work of one of these kinds. */
  find(...effects: readonly Effect[]): Trouble<Effect> | null {
    if (this.troubles.length === 0) return null;
    const now = machineMs();
    this.troubles = this.troubles.filter((trouble) => trouble.untilMs > now);
    return this.troubles.find((trouble) => effects.includes(trouble.effect)) ?? null;
  }

  /** The trouble showed: `detail` says how. */
  bites({ fault }: Trouble<Effect>, detail: string): void {
    if (this.told.has(fault)) return;
    this.told.add(fault);
    this.control.notify({ kind: 'effect', fault, detail });
  }
}
