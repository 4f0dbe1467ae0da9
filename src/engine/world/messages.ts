/**
 * What nodes say to each other. Plain data: the simulator hands it over by reference (nobody writes
 * into a received message), real networks serialise it.
 */
import type { Row } from '../../model/value.ts';

/** Elements that are not rows; `control` tells them from rows and from each other. */
export type Control =
  | { readonly control: 'watermark'; readonly ts: number }
  /** Stream status (Flink `WatermarkStatus`). */
  | { readonly control: 'idle' }
  | { readonly control: 'active' }
  | { readonly control: 'barrier'; readonly checkpoint: number; readonly suspend: boolean }
  /** The checkpoint will not happen on this path (Flink `CancelCheckpointMarker`). */
  | { readonly control: 'cancel-barrier'; readonly checkpoint: number }
  /** No row follows on this channel; barriers may (Flink `EndOfData`, FLIP-147). */
  | { readonly control: 'end' };

export type Element = Row | Control;

export function isControl(element: Element): element is Control {
  return (element as Control).control !== undefined;
}

/** A subtask: vertex number in the plan and index. */
export interface TaskId {
  readonly vertex: number;
  readonly subtask: number;
}

/** A subtask's name in sets and maps of one attempt. */
export function taskName({ vertex, subtask }: TaskId): string {
  return `${vertex}/${subtask}`;
}

/** Where a subtask's state of one checkpoint lies. */
export interface StateHandle {
  readonly path: string;
  readonly digest: string;
  /** Sources: next offset per split. */
  readonly offsets: Readonly<Record<string, number>> | null;
}

export interface TaskDeployment {
  readonly task: TaskId;
  readonly restore: { readonly checkpoint: number; readonly handle: StateHandle } | null;
}

export type ToJobManager =
  | { readonly type: 'register'; readonly slots: number; readonly registration: number }
  | { readonly type: 'heartbeat-reply'; readonly leader: number }
  | { readonly type: 'deployed'; readonly attempt: number }
  | { readonly type: 'end-of-data'; readonly attempt: number; readonly task: TaskId }
  | { readonly type: 'task-finished'; readonly attempt: number; readonly task: TaskId }
  | {
      readonly type: 'ack';
      readonly attempt: number;
      readonly checkpoint: number;
      readonly task: TaskId;
      readonly handle: StateHandle;
    }
  | {
      readonly type: 'decline';
      readonly attempt: number;
      readonly checkpoint: number;
      readonly reason: string;
    }
  | {
      readonly type: 'failed';
      readonly attempt: number;
      readonly cause: string;
      /** The checkpoint whose state could not be read, if that was the cause. */
      readonly unreadable: number | null;
    }
  | { readonly type: 'cancelled'; readonly attempt: number };

export type ToTaskManager =
  | { readonly type: 'registered'; readonly leader: number; readonly registration: number }
  | { readonly type: 'heartbeat'; readonly leader: number }
  /** The sender does not know the receiver (any more): stop everything, register again. */
  | { readonly type: 'disconnect'; readonly leader: number }
  | {
      readonly type: 'deploy';
      readonly leader: number;
      readonly attempt: number;
      readonly tasks: readonly TaskDeployment[];
      /** Node per [vertex][subtask]. */
      readonly locations: readonly (readonly string[])[];
    }
  | { readonly type: 'start'; readonly leader: number; readonly attempt: number }
  | {
      readonly type: 'trigger';
      readonly leader: number;
      readonly attempt: number;
      readonly checkpoint: number;
      /** Stop with savepoint: sources read no further. */
      readonly suspend: boolean;
    }
  | {
      readonly type: 'abort';
      readonly leader: number;
      readonly attempt: number;
      readonly checkpoint: number;
    }
  | {
      readonly type: 'complete';
      readonly leader: number;
      readonly attempt: number;
      readonly checkpoint: number;
      /** It covers the end of the job: subtasks finish once their commits are confirmed. */
      readonly last: boolean;
    }
  /** Stop with drain: sources end here. */
  | { readonly type: 'drain'; readonly leader: number; readonly attempt: number }
  | { readonly type: 'cancel'; readonly leader: number; readonly attempt: number };

/**
 * Between subtasks. `channel` counts the receiver's input channels, for `credit` the sender's
 * outputs.
 */
export type Exchange =
  | {
      readonly type: 'data';
      readonly attempt: number;
      readonly task: TaskId;
      readonly channel: number;
      readonly elements: readonly Element[];
    }
  | {
      readonly type: 'credit';
      readonly attempt: number;
      readonly task: TaskId;
      readonly channel: number;
      readonly credits: number;
    };

export type Message = ToJobManager | ToTaskManager | Exchange;
