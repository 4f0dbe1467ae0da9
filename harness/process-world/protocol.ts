/**
 * What the harness and a node process tell each other, as JSON Lines. Notices travel on a pipe that
 * the node writes synchronously: whatever was said before a SIGKILL arrives. Commands travel on the
 * node's standard input; answers at a protocol point come back on the notice pipe itself.
 */
import type { Failure } from '../../src/engine/world/world.ts';
import type { PointName, PointPhase } from '../../src/model/fault.ts';
import type { HistoryEvent } from '../../src/model/history.ts';

/** File descriptor of the notice pipe in a node process. */
export const noticeFd = 3;

export type StoreSettings =
  | { readonly kind: 'files'; readonly folder: string }
  | { readonly kind: 'postgres'; readonly connectionString: string; readonly schema: string };

/** Everything a node needs to begin. */
export interface NodeBoot {
  readonly kind: 'boot';
  readonly node: string;
  readonly incarnation: number;
  /** File that holds the case. */
  readonly caseFile: string;
  /** The job's start on the machine's clock, ms. */
  readonly startedAtMs: number;
  /** How far its wall clock is off already, ms. */
  readonly clockOffsetMs: number;
  /** Peers this node opens the connection to, and the port to reach them at. */
  readonly dials: Readonly<Record<string, number>>;
  /** All peers. */
  readonly peers: readonly string[];
  readonly checkpointFolder: string;
  readonly splitFolder: string;
  readonly store: StoreSettings;
  /**
   * `point/phase` of every anchor of the schedule: the node stops there until it is told to go on.
   */
  readonly stops: readonly string[];
  /** Whether un-synced files are announced (a fault wants to lose them). */
  readonly tracksUnsynced: boolean;
}

/** `fault` is the index into the schedule; `untilMs` is on the machine's clock. */
export type Command =
  | NodeBoot
  | {
      readonly kind: 'register-reply';
      readonly id: number;
      readonly value: string | null;
      readonly version: number;
      readonly failure: Failure | null;
    }
  | { readonly kind: 'clock'; readonly fault: number; readonly byMs: number }
  | {
      readonly kind: 'disk';
      readonly fault: number;
      readonly effect: 'io-error' | 'no-space';
      readonly untilMs: number;
    }
  | {
      readonly kind: 'store';
      readonly fault: number;
      readonly effect: 'unavailable' | 'reply-lost' | 'transaction-timeout';
      readonly untilMs: number;
    }
  /** Say how long frames from `from` are under way, while they are late. */
  | { readonly kind: 'watch'; readonly from: string; readonly untilMs: number };

/** The answer at a protocol point: go on, after doing this. */
export interface GoOn {
  readonly commands: readonly Command[];
}

export type Notice =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'record'; readonly event: HistoryEvent }
  | {
      readonly kind: 'point';
      readonly t: number;
      readonly point: PointName;
      readonly phase: PointPhase;
      readonly attempt: number;
      readonly checkpoint: number | null;
      readonly operator: string | null;
      readonly subtask: number | null;
      /** The node stands still until it gets {@link GoOn}. */
      readonly waits: boolean;
    }
  | { readonly kind: 'register-read'; readonly id: number; readonly name: string }
  | {
      readonly kind: 'register-write';
      readonly id: number;
      readonly name: string;
      readonly expected: number;
      readonly value: string;
    }
  | {
      readonly kind: 'finished';
      readonly outcome: 'finished' | 'suspended' | 'failed';
      readonly reason: string;
    }
  /** The engine threw, or what it was `given` to call; the process ends now. */
  | { readonly kind: 'engine-error'; readonly message: string; readonly given: boolean }
  | { readonly kind: 'effect'; readonly fault: number; readonly detail: string }
  | { readonly kind: 'file'; readonly event: FileEvent; readonly path: string; readonly to: string }
  /** A frame of `from` arrived late. Times on the machine's clock. */
  | {
      readonly kind: 'late';
      readonly from: string;
      readonly sentAtMs: number;
      readonly arrivedAtMs: number;
      readonly bytes: number;
    }
  /** The connection to a peer broke. */
  | { readonly kind: 'lost'; readonly peer: string }
  | { readonly kind: 'sent'; readonly messages: number }
  /** The line of a planted bug was reached for the first time. */
  | { readonly kind: 'reached' }
  /** A call to the database failed. */
  | {
      readonly kind: 'store-failure';
      readonly failure: Failure['kind'];
      readonly detail: string;
    };

/** Takes notices to the harness. */
export interface Notifier {
  notify(notice: Notice): void;
}

/** Life of a file whose contents are not yet on the disk for sure. */
export type FileEvent = 'unsynced' | 'synced' | 'renamed' | 'removed';
