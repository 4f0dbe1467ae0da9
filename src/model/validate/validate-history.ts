/**
 * Reads a history back from JSON Lines: header first, known events with their members, the end
 * event last. Lines stand in the order in which events became known; the history is in order of
 * time. Empty, foreign and damaged texts are refused whole, with the line. A text that merely stops
 * too early is returned and marked: what happened until then is evidence, though it decides
 * nothing.
 */
import { refuseRounded, roundedNumberIn } from '../exact/exact-json.ts';
import { protocolPoints } from '../fault.ts';
import { historyVersion, type History, type HistoryEvent } from '../history.ts';
import { Report } from '../input-error.ts';
import { limits } from '../limits.ts';
import { array, atMost, integer, isObject, jsonUpTo, literal, nullable, number } from './shape.ts';
import { object, oneOf, record, tagged, text, type Shape } from './shape.ts';
import { optionsShape } from './validate-options.ts';

export interface ValidatedHistory {
  readonly history: History;
  /** Why the history is not whole ("no end event …"); null when it is. */
  readonly truncated: string | null;
}

/** The history in a text of JSON Lines. Throws an InputError that names the lines at fault. */
export function validateHistory(jsonLines: string): ValidatedHistory {
  const report = new Report();
  const { events, truncated } = readLines(jsonLines, report);
  report.refuse('history');
  return { history: inOrderOfTime(events), truncated };
}

interface Reading {
  /** As they stand in the text. */
  readonly events: readonly HistoryEvent[];
  readonly truncated: string | null;
}

function readLines(jsonLines: string, report: Report): Reading {
  const lines = jsonLines.split('\n');
  const cut = lines.pop() ?? '';
  if (lines.length === 0 && cut === '') return empty(report);
  if (lines.length > limits.historyEventsMax) {
    report.add('', `${lines.length} lines`, `events: ${atMost('historyEventsMax')}`);
    return { events: [], truncated: null };
  }
  // A last line without line feed is either whole, or where the writer was stopped.
  const last = cut === '' ? undefined : parseLine(cut);
  if (last !== undefined) lines.push(cut);
  const first = lines[0] ?? cut;
  if (!isHeader(parseLine(first))) return headerMissing(first, report);
  const history: HistoryEvent[] = [];
  for (let i = 0; i < lines.length && report.count < limits.problemsMax; i++) {
    readEvent(lines[i] as string, { history, report });
  }
  const damaged = cut !== '' && last === undefined;
  return { events: history, truncated: truncation(history, damaged) };
}

function empty(report: Report): Reading {
  report.add('', 'an empty text', {
    expectation: 'a history: a header event first',
    suggestion: 'nothing was recorded: did the run start?',
  });
  return { events: [], truncated: null };
}

function headerMissing(found: string, report: Report): Reading {
  report.add('line 1', found, {
    expectation: `a header event of version ${historyVersion}`,
    suggestion: 'is this the history of a Tidemark run?',
  });
  return { events: [], truncated: null };
}

function truncation(history: readonly HistoryEvent[], damaged: boolean): string | null {
  const whole = history.at(-1)?.kind === 'end';
  if (damaged) return `line ${history.length + 1} is cut off: the recording was interrupted`;
  return whole ? null : `no end event after line ${history.length}: the recording was interrupted`;
}

/** The value of a line, or undefined when it is not JSON. */
function parseLine(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

function readEvent(
  line: string,
  into: { readonly history: HistoryEvent[]; readonly report: Report },
): void {
  const { history, report } = into;
  const place = `line ${history.length + 1}`;
  const value = parseLine(line);
  const rounded = value === undefined ? null : roundedNumberIn(line);
  if (value === undefined) report.add(place, line, 'one event in JSON');
  else if (rounded !== null) refuseRounded(report, place, rounded);
  else if (eventShape(value, place, report)) checkPlace(value as HistoryEvent, place, into);
  // Kept even when wrong, so that line numbers go on; the whole is refused anyway.
  history.push(value as HistoryEvent);
}

/** A header of any version: of another one, the version is what to complain about. */
function isHeader(value: unknown): boolean {
  return isObject(value) && value['kind'] === 'header';
}

function checkPlace(
  event: HistoryEvent,
  place: string,
  { history, report }: { readonly history: readonly HistoryEvent[]; readonly report: Report },
): void {
  const before = history.at(-1);
  if (event.kind === 'header') {
    if (before !== undefined) {
      report.add(place, 'a header', {
        expectation: 'a header on line 1 only',
        suggestion: 'these are several histories: check each by itself',
      });
    }
    return;
  }
  if (before?.kind === 'end') report.add(place, event.kind, 'nothing after the end event');
}

/** The header first, then by time; what happened at one time keeps its order. */
function inOrderOfTime(events: readonly HistoryEvent[]): History {
  const timeOf = (event: HistoryEvent): number => ('t' in event ? event.t : 0);
  const last = events.at(-1);
  const rest = last?.kind === 'end' ? events.slice(0, -1) : events;
  const sorted = rest.toSorted((a, b) => timeOf(a) - timeOf(b));
  return last?.kind === 'end' ? [...sorted, last] : sorted;
}

const t = number(0);
const count = integer(0);
const id = integer(1);
const name = text();
const anyText = text(true);
const offsets = record(count, 'an object of split names and offsets');
const value = jsonUpTo('historyValueDepthMax');
const rows = array(object({ key: anyText, ts: integer(), value }));

function timed(kind: HistoryEvent['kind'], members: Readonly<Record<string, Shape>>): Shape {
  return object({ kind: literal(kind), t, ...members });
}

const transactionEvents = [
  'opened',
  'prepared',
  'committed',
  'aborted',
  'timed-out',
  'refused',
  'reply-lost',
];
const taskEvents = ['deployed', 'running', 'end-of-data', 'finished', 'failed', 'cancelled'];
const task = { attempt: count, operator: name, subtask: count };
const sinkTask = { sink: name, subtask: count, attempt: count };

const eventShapes: Readonly<Record<HistoryEvent['kind'], Shape>> = {
  header: object({
    kind: literal('header'),
    version: literal(historyVersion),
    subject: name,
    clock: oneOf(['virtual', 'machine']),
    scenario: name,
    seed: count,
    caseDigest: name,
    options: optionsShape,
  }),
  node: timed('node', {
    node: name,
    event: oneOf(['started', 'crashed', 'paused', 'resumed', 'clock-jumped']),
    incarnation: count,
  }),
  fault: timed('fault', {
    fault: count,
    event: oneOf(['injected', 'effect', 'healed']),
    detail: anyText,
  }),
  attempt: timed('attempt', {
    attempt: count,
    leader: count,
    restored: nullable(id),
    cause: anyText,
  }),
  task: timed('task', {
    attempt: count,
    vertex: name,
    subtask: count,
    node: name,
    event: oneOf(taskEvents),
  }),
  checkpoint: timed('checkpoint', {
    checkpoint: id,
    attempt: count,
    event: oneOf(['triggered', 'completed', 'aborted']),
    offsets: nullable(offsets),
    reason: nullable(anyText),
  }),
  point: timed('point', {
    point: oneOf(protocolPoints),
    phase: oneOf(['before', 'after']),
    node: name,
    attempt: count,
    checkpoint: nullable(id),
    operator: nullable(name),
    subtask: nullable(count),
  }),
  restore: timed('restore', { ...task, checkpoint: id, offsets: nullable(offsets) }),
  watermark: timed('watermark', { ...task, watermark: integer() }),
  transaction: timed('transaction', {
    ...sinkTask,
    checkpoint: nullable(count),
    transaction: name,
    event: oneOf(transactionEvents),
  }),
  written: timed('written', { ...sinkTask, transaction: name, rows }),
  visible: timed('visible', {
    ...sinkTask,
    transaction: nullable(name),
    checkpoint: nullable(count),
    rows,
  }),
  limit: timed('limit', { limit: name, value: number() }),
  job: timed('job', {
    event: oneOf(['finished', 'suspended', 'failed']),
    reason: anyText,
  }),
  end: timed('end', {
    outcome: oneOf(['finished', 'suspended', 'failed', 'deadline']),
    reason: anyText,
    healedAt: number(0),
    messages: count,
  }),
};

/** One line of a history. */
export const eventShape: Shape = tagged('kind', eventShapes);
