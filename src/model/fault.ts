/**
 * Fault schedules: plain records of *when* and *what*. Law A10: a fault breaks only what the
 * system's contract allows to break.
 */

/** `jm`, `tm0`, `tm1`, …; in a fault anchored at a point also `here`, the node at that point. */
export type NodeName = string;

/** Steps of the checkpoint and commit protocol at which a fault can be anchored. */
export const protocolPoints = [
  'trigger',
  'barrier-emitted',
  'alignment-started',
  'alignment-ended',
  'sync-snapshot',
  'state-upload',
  'ack',
  'completed-store-write',
  'notification',
  'pre-commit',
  'commit-call',
  'commit-reply',
  'restore-read',
  'first-watermark-after-restore',
  'end-of-input',
  'final-checkpoint',
  /** The JobManager writes down that the job is over; nobody has been told before. */
  'job-end',
] as const;
export type PointName = (typeof protocolPoints)[number];
export type PointPhase = 'before' | 'after';

/** Virtual time in ms, or the `occurrence`-th pass (from 1) of a protocol point that matches. */
export type FaultTime =
  | { readonly at: number }
  | {
      readonly point: PointName;
      readonly phase: PointPhase;
      /** Only this checkpoint; null: any. */
      readonly checkpoint: number | null;
      /** Only this operator (any member of a chain); null: any. */
      readonly operator: string | null;
      /** Only this subtask; null: any. */
      readonly subtask: number | null;
      readonly occurrence: number;
    };

/** Directed links, all pairs of `from` x `to` (and back when `bothWays`). */
export interface Links {
  readonly from: readonly NodeName[];
  readonly to: readonly NodeName[];
  readonly bothWays: boolean;
}

export type DiskEffect =
  | 'torn-write'
  | 'lost-unsynced'
  | 'io-error'
  | 'no-space'
  | 'corrupt-file'
  | 'missing-file';
/**
 * `crash`: the store's server dies and is back after the duration; what was not prepared is gone.
 */
export type StoreEffect = 'unavailable' | 'reply-lost' | 'transaction-timeout' | 'crash';

/** Durations and delays in ms. Every fault heals by itself; the harness checks after healing. */
export type FaultAction =
  | { readonly kind: 'crash'; readonly node: NodeName; readonly restartAfterMs: number }
  | { readonly kind: 'pause'; readonly node: NodeName; readonly durationMs: number }
  | { readonly kind: 'partition'; readonly links: Links; readonly durationMs: number }
  | {
      readonly kind: 'delay';
      readonly links: Links;
      readonly delayMs: number;
      readonly durationMs: number;
    }
  | {
      readonly kind: 'slow-link';
      readonly links: Links;
      readonly messagesPerSecond: number;
      readonly durationMs: number;
    }
  | { readonly kind: 'reset'; readonly links: Links }
  /**
   * Half of the messages wait for `waitMs`, and their channel with them; other channels overtake.
   */
  | {
      readonly kind: 'reorder';
      readonly links: Links;
      readonly waitMs: number;
      readonly durationMs: number;
    }
  /**
   * The first message on each link is lost (`drop`) or comes twice (`duplicate`). Messages are
   * numbered: the receiver has to notice and break the connection.
   */
  | { readonly kind: 'drop'; readonly links: Links; readonly durationMs: number }
  | { readonly kind: 'duplicate'; readonly links: Links; readonly durationMs: number }
  /**
   * Disk faults of a node's view of the checkpoint storage. `torn-write`, `lost-unsynced`: the node
   * crashes and its un-synced writes are cut or gone. `io-error`, `no-space`: operations fail for
   * `durationMs`. `corrupt-file`, `missing-file`: hits the newest completed checkpoint's state
   * file, then crashes the node so that it is read.
   */
  | {
      readonly kind: 'disk';
      readonly effect: DiskEffect;
      readonly node: NodeName;
      readonly durationMs: number;
    }
  | { readonly kind: 'store'; readonly effect: StoreEffect; readonly durationMs: number }
  | { readonly kind: 'clock-jump'; readonly node: NodeName; readonly byMs: number }
  /**
   * `hold`: the split delivers nothing for `durationMs` (idle, then a burst; reorders across
   * splits).
   */
  | { readonly kind: 'source-hold'; readonly split: string; readonly durationMs: number };

export type FaultKind = FaultAction['kind'];

export interface Fault {
  readonly when: FaultTime;
  readonly action: FaultAction;
}

export type Schedule = readonly Fault[];
