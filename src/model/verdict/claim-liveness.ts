/**
 * Claims about time and ends: what came by when, what had to, and what faults excuse. The bounds
 * are those of SEMANTICS.md, section 9, worked out from the options of the case.
 */
import type { SinkRow } from './places.ts';

/** What an attempt did, though the job was over. */
export type Work =
  | { readonly did: 'began'; readonly t: number }
  | { readonly did: 'checkpoint'; readonly checkpoint: number; readonly t: number }
  | {
      readonly did: 'event-time';
      readonly operator: string;
      readonly watermark: number;
      readonly t: number;
    }
  | { readonly did: 'transaction'; readonly sink: string; readonly transaction: string }
  | { readonly did: 'row'; readonly sink: string; readonly t: number };

/** What begins an explanation. */
export type LivenessHeadline =
  | { readonly kind: 'no-checkpoint-between'; readonly since: number; readonly until: number }
  | {
      readonly kind: 'row-late';
      readonly row: string;
      readonly output: SinkRow;
      readonly t: number;
      readonly by: number;
    }
  /** `reached`: when it did; null: in its attempt never. */
  | {
      readonly kind: 'event-time-late';
      readonly operator: string;
      readonly subtask: number;
      readonly attempt: number;
      readonly watermark: number;
      readonly by: number;
      readonly reached: number | null;
    }
  | { readonly kind: 'ended-late'; readonly t: number; readonly by: number }
  | {
      readonly kind: 'over-before';
      readonly row: string;
      readonly output: SinkRow;
      readonly over: number;
      readonly isExact: boolean;
    }
  | { readonly kind: 'worked-on'; readonly attempt: number; readonly work: Work }
  | { readonly kind: 'gave-up'; readonly reason: string }
  /** It was stopped this long after the last fault had healed and the last input had come. */
  | { readonly kind: 'cut-off'; readonly leftMs: number };

type BoundClaim =
  /** When a checkpoint had to complete: so long after `since`, or when faults excuse it no more. */
  | {
      readonly kind: 'checkpoint-due';
      readonly name: string;
      readonly since: number;
      readonly withinMs: number;
      readonly by: number;
    }
  | { readonly kind: 'checkpoints-within'; readonly ms: number; readonly isFirst: boolean }
  | { readonly kind: 'none-until'; readonly since: number; readonly until: number }
  /** By when the row had left the pipeline, with the slowest engine that still works. */
  | { readonly kind: 'left-by'; readonly name: string; readonly row: string; readonly by: number }
  | { readonly kind: 'triggered-from'; readonly checkpoint: number; readonly from: number }
  | {
      readonly kind: 'shown-with';
      readonly checkpoint: number;
      readonly completed: number;
      readonly by: number;
    }
  | { readonly kind: 'shown-at'; readonly row: string; readonly t: number }
  /** What the slowest split that counts had announced by then, in the slowest engine. */
  | {
      readonly kind: 'event-time-due';
      readonly name: string;
      readonly operator: string;
      readonly subtask: number;
      readonly attempt: number;
      readonly watermark: number;
      readonly by: number;
    }
  /** The last report that did not come so far; null: there was none. */
  | {
      readonly kind: 'report-before';
      readonly operator: string;
      readonly subtask: number;
      readonly attempt: number;
      readonly below: number;
      readonly report: { readonly watermark: number; readonly t: number } | null;
    }
  /** When the input had come, or the job was told to stop; and when it had to be over. */
  | {
      readonly kind: 'end-due';
      readonly name: string;
      readonly input: number;
      readonly by: number;
    }
  | { readonly kind: 'slack'; readonly ms: number }
  /** Faults excuse what is late in between; `to` null: up to the end. */
  | { readonly kind: 'excused'; readonly from: number; readonly to: number | null };

type OverClaim =
  /** When the job said that it was over. */
  | { readonly kind: 'job-said'; readonly t: number }
  | {
      readonly kind: 'job-over';
      readonly name: string;
      readonly t: number;
      readonly isExact: boolean;
    }
  /** The checkpoint was triggered because all input had been read, or the job was drained. */
  | { readonly kind: 'final-checkpoint'; readonly checkpoint: number }
  | { readonly kind: 'did-work'; readonly attempt: number; readonly work: Work }
  /** The attempts it made, and how many failures its restart strategy allows; null: any number. */
  | { readonly kind: 'attempts-made'; readonly attempts: number; readonly most: number | null }
  | { readonly kind: 'attempts-after'; readonly attempts: number; readonly t: number }
  | { readonly kind: 'enough-time'; readonly leftMs: number; readonly neededMs: number }
  /** `t` null: its completion shows in a restore of it only. */
  | {
      readonly kind: 'last-completed';
      readonly checkpoint: number | null;
      readonly t: number | null;
    };

export type LivenessClaim = BoundClaim | OverClaim;
