/**
 * The store behind the sinks, as a run needs it: opened and read by the harness, used by the nodes,
 * disturbed by faults.
 */
import type { StoreEffect } from '../../../src/model/fault.ts';
import type { Command, Notice, StoreSettings } from '../../process-world/protocol.ts';

export interface StoreDisturbance {
  readonly fault: number;
  readonly effect: StoreEffect;
  /** Of the run, ms. */
  readonly untilMs: number;
  readonly onEffect: (detail: string) => void;
}

export interface StoreSide {
  /** How nodes reach it. */
  readonly settings: StoreSettings;
  /** Injects the fault itself, or gives the command with which every node does. */
  disturb(disturbance: StoreDisturbance): Promise<Command | null>;
  /** A node's call failed: perhaps the effect of a disturbance. */
  onFailure(notice: Extract<Notice, { kind: 'store-failure' }>): void;
  /** Records everything visible that has not been recorded yet. */
  look(): Promise<void>;
  close(): Promise<void>;
}
