/**
 * What a timeline shows, read off a history: intervals and instants per lane, without any pixels.
 * Pure.
 */
import type { Case } from '../../../src/model/case.ts';
import type { History, HistoryEvent } from '../../../src/model/history.ts';
import type { Verdict } from '../../../src/model/verdict/verdict.ts';
import { actionText } from '../../describe/fault-text.ts';

export interface Span {
  readonly from: number;
  readonly to: number;
  /** A class of the style sheet. */
  readonly look: string;
  readonly label: string;
  readonly title: string;
}

export interface Instant {
  readonly t: number;
  readonly look: 'barrier' | 'visible' | 'hit';
  readonly title: string;
}

export interface Lane {
  readonly label: string;
  readonly spans: readonly Span[];
  readonly instants: readonly Instant[];
}

export interface LaneGroup {
  readonly title: string;
  readonly lanes: readonly Lane[];
}

export interface WatermarkLine {
  readonly operator: string;
  readonly points: readonly { readonly t: number; readonly watermark: number }[];
}

export interface TimelineModel {
  readonly endMs: number;
  readonly groups: readonly LaneGroup[];
  readonly faults: readonly Span[];
  /** Where attempts began, and where the job said that it was over. */
  readonly attempts: readonly {
    readonly t: number;
    readonly label: string;
    readonly title: string;
  }[];
  readonly watermarks: readonly WatermarkLine[];
  /** Marks left out because of `timelineMarksMax`. */
  readonly dropped: number;
}

/** Named limit: marks of one timeline. */
export const timelineMarksMax = 1200;

type EventOf<K extends HistoryEvent['kind']> = Extract<HistoryEvent, { kind: K }>;

function only<K extends HistoryEvent['kind']>(history: History, kind: K): EventOf<K>[] {
  return history.filter((event): event is EventOf<K> => event.kind === kind);
}

/** The timeline of one run. */
export function timelineModel(kase: Case, history: History, verdict: Verdict): TimelineModel {
  const endMs = Math.max(1, ...history.slice(-1).map((event) => ('t' in event ? event.t : 1)));
  const budget = { left: timelineMarksMax, dropped: 0 };
  const groups: LaneGroup[] = [
    { title: 'Checkpoints', lanes: [checkpointLane(history, endMs)] },
    { title: 'Nodes', lanes: nodeLanes(history, endMs) },
    { title: 'Sinks', lanes: sinkLanes(history, { endMs, verdict, budget }) },
    { title: 'Subtasks and barriers', lanes: taskLanes(history, endMs, budget) },
  ];
  return {
    endMs,
    groups: groups.filter((group) => group.lanes.some(isUsed)),
    faults: faultSpans(kase, history, endMs),
    attempts: [...attemptMarks(history), ...endMarks(history)],
    watermarks: watermarkLines(history),
    dropped: budget.dropped,
  };
}

function attemptMarks(history: History): TimelineModel['attempts'] {
  return only(history, 'attempt').map(({ t, attempt, restored, cause }) => ({
    t,
    label: restored === null ? `attempt ${attempt}` : `attempt ${attempt} ← cp ${restored}`,
    title: `attempt ${attempt}: ${cause}`,
  }));
}

function endMarks(history: History): TimelineModel['attempts'] {
  return only(history, 'job').map(({ t, event, reason }) => {
    return { t, label: event, title: `the job ${event}: ${reason}` };
  });
}

function isUsed({ spans, instants }: Lane): boolean {
  return spans.length > 0 || instants.length > 0;
}

function checkpointLane(history: History, endMs: number): Lane {
  const open = new Map<number, number>();
  const spans: Span[] = [];
  const close = (checkpoint: number, to: number, outcome: [look: string, text: string]): void => {
    const [look, text] = outcome;
    const title = `checkpoint ${checkpoint} ${text}`;
    spans.push({ from: open.get(checkpoint) ?? to, to, look, label: String(checkpoint), title });
    open.delete(checkpoint);
  };
  for (const event of history) {
    if (event.kind === 'attempt') {
      for (const id of open.keys()) close(id, event.t, ['aborted', 'was open when the job failed']);
    } else if (event.kind === 'checkpoint') {
      const { checkpoint, t, reason } = event;
      const text = reason === null ? event.event : `${event.event}: ${reason}`;
      if (event.event === 'triggered') open.set(checkpoint, t);
      else close(checkpoint, t, [event.event, text]);
    }
  }
  for (const id of open.keys()) close(id, endMs, ['aborted', 'never ended']);
  return { label: 'checkpoint', spans, instants: [] };
}

function nodeLanes(history: History, endMs: number): Lane[] {
  const lanes = new Map<string, { open: Map<string, number>; spans: Span[] }>();
  for (const { node, t, event } of only(history, 'node')) {
    const lane = lanes.get(node) ?? { open: new Map<string, number>(), spans: [] };
    lanes.set(node, lane);
    const close = (look: string, title: string): void => {
      const from = lane.open.get(look);
      if (from !== undefined) lane.spans.push({ from, to: t, look, label: '', title });
      lane.open.delete(look);
    };
    if (event === 'started') {
      close('failed', `${node} was down`);
      lane.open.set('bar', t);
    } else if (event === 'crashed') {
      close('bar', `${node} ran`);
      lane.open.set('failed', t);
    } else if (event === 'paused') lane.open.set('paused', t);
    else if (event === 'resumed') close('paused', `${node} was paused`);
  }
  return [...lanes]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, { open, spans }]) => {
      const rest = [...open].map(([look, from]) => ({
        from,
        to: endMs,
        look,
        label: '',
        title: label,
      }));
      const all = [...spans, ...rest];
      // Pauses are drawn over what they interrupt.
      all.sort((a, b) => Number(a.look === 'paused') - Number(b.look === 'paused'));
      return { label, spans: all, instants: [] };
    });
}

interface Budget {
  left: number;
  dropped: number;
}

function spend(budget: Budget): boolean {
  if (budget.left > 0) {
    budget.left--;
    return true;
  }
  budget.dropped++;
  return false;
}

function taskLanes(history: History, endMs: number, budget: Budget): Lane[] {
  const lanes = new Map<string, { spans: Span[]; instants: Instant[] }>();
  const open = new Map<string, { from: number; attempt: number }>();
  const laneOf = (label: string): { spans: Span[]; instants: Instant[] } => {
    const lane = lanes.get(label) ?? { spans: [], instants: [] };
    lanes.set(label, lane);
    return lane;
  };
  const close = (label: string, to: number, event: string): void => {
    const running = open.get(label);
    if (running === undefined) return;
    open.delete(label);
    const { from, attempt } = running;
    const title = `attempt ${attempt}: ${event}`;
    laneOf(label).spans.push({ from, to, look: 'bar', label: '', title });
  };
  for (const event of history) {
    if (event.kind === 'task') {
      const label = `${event.vertex}[${event.subtask}]`;
      if (event.event === 'running') open.set(label, { from: event.t, attempt: event.attempt });
      else if (['finished', 'failed', 'cancelled'].includes(event.event)) {
        close(label, event.t, event.event);
      }
    } else if (isBarrier(event) && spend(budget)) {
      const title = `${event.phase} ${event.point}, checkpoint ${event.checkpoint ?? '?'}`;
      laneOf(`${event.operator}[${event.subtask}]`).instants.push({
        t: event.t,
        look: 'barrier',
        title,
      });
    }
  }
  for (const label of open.keys()) close(label, endMs, 'running');
  return [...lanes].map(([label, lane]) => ({ label, ...lane }));
}

/** One mark per barrier and subtask: the moment its state was copied. */
function isBarrier(event: HistoryEvent): event is EventOf<'point'> {
  return (
    event.kind === 'point' &&
    event.point === 'sync-snapshot' &&
    event.phase === 'after' &&
    event.operator !== null
  );
}

interface SinkView {
  readonly endMs: number;
  readonly verdict: Verdict;
  readonly budget: Budget;
}

function sinkLanes(history: History, { endMs, verdict, budget }: SinkView): Lane[] {
  const hits = witnessTimes(verdict);
  const lanes = new Map<string, { spans: Span[]; instants: Instant[] }>();
  const laneOf = (sink: string, subtask: number): { spans: Span[]; instants: Instant[] } => {
    const label = `${sink}[${subtask}]`;
    const lane = lanes.get(label) ?? { spans: [], instants: [] };
    lanes.set(label, lane);
    return lane;
  };
  const open = new Map<string, EventOf<'transaction'>>();
  for (const event of history) {
    if (event.kind === 'transaction') {
      const started = open.get(event.transaction);
      if (event.event === 'opened') open.set(event.transaction, event);
      else if (['committed', 'aborted', 'timed-out'].includes(event.event) && started) {
        open.delete(event.transaction);
        laneOf(event.sink, event.subtask).spans.push(transactionSpan(started, event));
      }
    } else if (event.kind === 'visible' && spend(budget)) {
      const hit = event.rows.length > 0 && hits.has(`${event.sink}/${event.t}`);
      const title = `${event.rows.length} rows visible at ${event.t} ms (checkpoint ${event.checkpoint ?? 'none'}, attempt ${event.attempt})`;
      const look = hit ? 'hit' : 'visible';
      laneOf(event.sink, event.subtask).instants.push({ t: event.t, look, title });
    }
  }
  for (const started of open.values()) {
    const { sink, subtask, t: from, transaction } = started;
    const title = `${transaction} never ended`;
    laneOf(sink, subtask).spans.push({ from, to: endMs, look: 'transaction', label: '', title });
  }
  return [...lanes]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, lane]) => ({ label, ...lane }));
}

function transactionSpan(from: EventOf<'transaction'>, to: EventOf<'transaction'>): Span {
  const title = `${from.transaction} (checkpoint ${to.checkpoint}, attempt ${from.attempt}) ${to.event}`;
  return { from: from.t, to: to.t, look: 'transaction', label: '', title };
}

/** `sink/t` of every commit that a witness came from. */
function witnessTimes(verdict: Verdict): Set<string> {
  return new Set(
    verdict.anomalies.flatMap(({ operator, witnesses }) =>
      witnesses.flatMap(({ t }) => (t === null || operator === null ? [] : [`${operator}/${t}`])),
    ),
  );
}

function faultSpans(kase: Case, history: History, endMs: number): Span[] {
  const spans = new Map<number, { from: number; to: number | null }>();
  for (const { fault, t, event } of only(history, 'fault')) {
    const span = spans.get(fault);
    if (event === 'injected') spans.set(fault, { from: t, to: null });
    else if (event === 'healed' && span !== undefined) span.to = t;
  }
  return [...spans].flatMap(([index, { from, to }]) => {
    const action = kase.schedule[index]?.action;
    if (action === undefined) return [];
    const title = `fault ${index + 1}: ${actionText(action)}`;
    return [{ from, to: to ?? endMs, look: 'band', label: `${index + 1} ${action.kind}`, title }];
  });
}

/** Watermarks of real times only: the first and the last one are infinite. */
function watermarkLines(history: History): WatermarkLine[] {
  const lines = new Map<string, { t: number; watermark: number }[]>();
  for (const { operator, subtask, t, watermark } of only(history, 'watermark')) {
    if (Math.abs(watermark) >= Number.MAX_SAFE_INTEGER) continue;
    const name = `${operator}[${subtask}]`;
    const points = lines.get(name) ?? [];
    lines.set(name, points);
    points.push({ t, watermark });
  }
  return [...lines].map(([operator, points]) => ({ operator, points }));
}
