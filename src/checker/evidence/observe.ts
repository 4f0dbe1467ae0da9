/**
 * One pass over a history into what the checks need: attempts, checkpoints, transactions, and the
 * visible rows of each sink in order of visibility. Judges nothing.
 */
import type {
  AttemptEvent,
  CheckpointEvent,
  EndEvent,
  FaultEvent,
  History,
  HistoryEvent,
  JobEvent,
  RestoreEvent,
  TransactionEvent,
  VisibleEvent,
  WatermarkEvent,
} from '../../model/history.ts';
import type { Row } from '../../model/value.ts';

export interface Seen {
  readonly row: Row;
  readonly t: number;
  readonly subtask: number;
  readonly attempt: number;
  readonly checkpoint: number | null;
  readonly transaction: string | null;
  /** Index of the history event that made it visible. */
  readonly event: number;
  /** Place in the sink's order of visibility, from 0. */
  readonly position: number;
}

export interface Attempt {
  readonly attempt: number;
  readonly restored: number | null;
  readonly t: number;
  readonly event: number;
}

export interface Checkpoint {
  readonly checkpoint: number;
  readonly attempt: number;
  /** Index of the first event that shows it complete: completion, or a restore of it. */
  completedAt: number | null;
  completedT: number;
  /** Next offset to read per split: as the coordinator told it, or as the sources restored it. */
  offsets: Readonly<Record<string, number>> | null;
}

/** When a checkpoint was asked for, by which attempt and why. */
export interface Trigger {
  readonly attempt: number;
  readonly t: number;
  readonly reason: string | null;
}

/** From when until when a fault lasted; `healed` is infinite when nobody saw it heal. */
export interface FaultSpan {
  readonly fault: number;
  readonly injected: number;
  healed: number;
}

export interface Transaction {
  readonly id: string;
  readonly sink: string;
  readonly subtask: number;
  /** Attempt that opened or first wrote it. */
  readonly attempt: number;
  checkpoint: number | null;
  abortedAt: number | null;
  /** The checkpoint it was prepared for, as the store told it. */
  preparedFor: number | null;
  /** Attempts that committed it, as the store told it. */
  readonly committedBy: number[];
  readonly written: { readonly subtask: number; readonly row: Row }[];
  readonly visible: { readonly event: VisibleEvent; readonly index: number }[];
}

export interface Observation {
  readonly length: number;
  readonly end: EndEvent | null;
  readonly attempts: readonly Attempt[];
  readonly checkpoints: ReadonlyMap<number, Checkpoint>;
  /** Checkpoints triggered because the input had ended. */
  readonly finals: ReadonlySet<number>;
  readonly triggers: ReadonlyMap<number, Trigger>;
  readonly restores: readonly RestoreEvent[];
  readonly transactions: ReadonlyMap<string, Transaction>;
  readonly sinks: ReadonlyMap<string, readonly Seen[]>;
  /** Visible events without a transaction. */
  readonly direct: readonly VisibleEvent[];
  readonly watermarks: readonly WatermarkEvent[];
  /** Schedule index to the time of its verified effect. */
  readonly effects: ReadonlyMap<number, number>;
  readonly faults: ReadonlyMap<number, FaultSpan>;
  /** When the job said that it is over; null: it never did, or the history is of before that. */
  readonly job: JobEvent | null;
  /** Nodes whose start was recorded. */
  readonly nodes: ReadonlySet<string>;
  readonly limits: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
}

interface Building {
  end: EndEvent | null;
  readonly attempts: Attempt[];
  readonly checkpoints: Map<number, Checkpoint>;
  readonly finals: Set<number>;
  readonly triggers: Map<number, Trigger>;
  readonly restores: RestoreEvent[];
  readonly transactions: Map<string, Transaction>;
  readonly sinks: Map<string, Seen[]>;
  readonly direct: VisibleEvent[];
  readonly watermarks: WatermarkEvent[];
  readonly effects: Map<number, number>;
  readonly faults: Map<number, FaultSpan>;
  job: JobEvent | null;
  readonly nodes: Set<string>;
  readonly limits: string[];
  readonly counts: Record<string, number>;
}

/** `splits`: those that sources read, by name. */
export function observe(history: History, splits: readonly string[]): Observation {
  const building: Building = {
    end: null,
    attempts: [],
    checkpoints: new Map(),
    finals: new Set(),
    triggers: new Map(),
    restores: [],
    transactions: new Map(),
    sinks: new Map(),
    direct: [],
    watermarks: [],
    effects: new Map(),
    faults: new Map(),
    job: null,
    nodes: new Set(),
    limits: [],
    counts: {},
  };
  for (let index = 0; index < history.length; index++) {
    take(building, history[index] as HistoryEvent, index);
  }
  takeRestoredOffsets(building, splits);
  return { ...building, length: history.length };
}

/**
 * A coordinator may die after a checkpoint is durable and before it tells its offsets. What the
 * sources then load from it tells them as well, once every split was restored.
 */
function takeRestoredOffsets({ checkpoints, restores }: Building, splits: readonly string[]): void {
  for (const checkpoint of checkpoints.values()) {
    if (checkpoint.offsets !== null) continue;
    const offsets: Record<string, number> = {};
    for (const restore of restores) {
      if (restore.checkpoint === checkpoint.checkpoint) Object.assign(offsets, restore.offsets);
    }
    if (splits.every((split) => Object.hasOwn(offsets, split))) checkpoint.offsets = offsets;
  }
}

function take(into: Building, event: HistoryEvent, index: number): void {
  switch (event.kind) {
    case 'attempt':
      onAttempt(into, event, index);
      return;
    case 'checkpoint':
      onCheckpoint(into, event, index);
      return;
    case 'restore':
      into.restores.push(event);
      return;
    case 'transaction':
      onTransaction(into, event, index);
      return;
    case 'written': {
      const transaction = transactionOf(into, event.transaction, event);
      for (const row of event.rows) transaction.written.push({ subtask: event.subtask, row });
      return;
    }
    case 'visible':
      onVisible(into, event, index);
      return;
    case 'watermark':
      into.watermarks.push(event);
      return;
    case 'fault':
      onFault(into, event);
      return;
    case 'job':
      into.job ??= event;
      return;
    case 'limit':
      into.limits.push(event.limit);
      return;
    case 'end':
      into.end = event;
      return;
    case 'node':
      if (event.event === 'started') into.nodes.add(event.node);
      return;
    case 'header':
    case 'task':
    case 'point':
      return;
  }
}

function count(into: Building, name: string): void {
  into.counts[name] = (into.counts[name] ?? 0) + 1;
}

function onCheckpoint(into: Building, event: CheckpointEvent, index: number): void {
  const { checkpoint, attempt, offsets, reason, t } = event;
  if (event.event === 'completed') {
    completed(into, { checkpoint, attempt, offsets, t, index });
    return;
  }
  count(into, `checkpoints-${event.event}`);
  if (event.event !== 'triggered') return;
  if (reason === 'final') into.finals.add(checkpoint);
  if (!into.triggers.has(checkpoint)) into.triggers.set(checkpoint, { attempt, t, reason });
}

function onFault(into: Building, { fault, event, t }: FaultEvent): void {
  if (event === 'effect') {
    if (!into.effects.has(fault)) into.effects.set(fault, t);
    return;
  }
  const span = into.faults.get(fault);
  if (span === undefined) into.faults.set(fault, { fault, injected: t, healed: Infinity });
  else if (event === 'healed') span.healed = t;
}

function onAttempt(into: Building, event: AttemptEvent, index: number): void {
  const { attempt, restored, t } = event;
  into.attempts.push({ attempt, restored, t, event: index });
  // A coordinator may die between the store's write and its announcement: a restore proves it.
  if (restored !== null) {
    completed(into, { checkpoint: restored, attempt, offsets: null, t, index });
  }
}

interface Completion {
  readonly checkpoint: number;
  readonly attempt: number;
  readonly offsets: Readonly<Record<string, number>> | null;
  readonly t: number;
  readonly index: number;
}

function completed(into: Building, { checkpoint, attempt, offsets, t, index }: Completion): void {
  const known = into.checkpoints.get(checkpoint);
  if (known !== undefined) {
    known.offsets ??= offsets;
    return;
  }
  into.checkpoints.set(checkpoint, {
    checkpoint,
    // A restore shows completion, too, but is of a later attempt.
    attempt: into.triggers.get(checkpoint)?.attempt ?? attempt,
    completedAt: index,
    completedT: t,
    offsets,
  });
  count(into, 'checkpoints-completed');
}

function transactionOf(
  into: Building,
  id: string,
  from: { readonly sink: string; readonly subtask: number; readonly attempt: number },
): Transaction {
  const key = `${from.sink} ${id}`;
  let transaction = into.transactions.get(key);
  if (transaction === undefined) {
    const { sink, subtask, attempt } = from;
    transaction = {
      id,
      sink,
      subtask,
      attempt,
      checkpoint: null,
      abortedAt: null,
      preparedFor: null,
      committedBy: [],
      written: [],
      visible: [],
    };
    into.transactions.set(key, transaction);
  }
  return transaction;
}

function onTransaction(into: Building, event: TransactionEvent, index: number): void {
  const transaction = transactionOf(into, event.transaction, event);
  if (event.event === 'prepared') {
    transaction.checkpoint = event.checkpoint;
    transaction.preparedFor = event.checkpoint;
  }
  if (event.event === 'aborted' || event.event === 'timed-out') {
    transaction.abortedAt ??= index;
    count(into, 'aborts');
  }
  if (event.event === 'committed') {
    transaction.committedBy.push(event.attempt);
    count(into, 'commits');
  }
  if (event.event === 'reply-lost') count(into, 'indefinite-commits');
  if (event.event === 'refused') count(into, 'refused-calls');
}

function onVisible(into: Building, event: VisibleEvent, index: number): void {
  let seen = into.sinks.get(event.sink);
  if (seen === undefined) {
    seen = [];
    into.sinks.set(event.sink, seen);
  }
  const { t, subtask, checkpoint, transaction } = event;
  let { attempt } = event;
  if (transaction === null) into.direct.push(event);
  else {
    const owner = transactionOf(into, transaction, event);
    owner.checkpoint ??= checkpoint;
    owner.visible.push({ event, index });
    attempt = owner.attempt;
  }
  for (const row of event.rows) {
    const position = seen.length;
    seen.push({ row, t, subtask, attempt, checkpoint, transaction, event: index, position });
  }
}
