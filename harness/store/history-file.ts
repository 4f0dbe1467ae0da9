/**
 * Histories as JSON Lines: one event a line, the header first, the end event last. A file that
 * lacks either decides nothing and is refused whole.
 */
import { Report } from '../../src/model/input-error.ts';
import {
  historyVersion,
  type History,
  type HistoryEvent,
  type HeaderEvent,
} from '../../src/model/history.ts';
import { suggestName } from '../../src/model/suggest.ts';

const eventKinds: readonly HistoryEvent['kind'][] = [
  'header',
  'node',
  'fault',
  'attempt',
  'task',
  'checkpoint',
  'point',
  'restore',
  'watermark',
  'transaction',
  'written',
  'visible',
  'limit',
  'end',
];

/** The events of a history file's text. Throws an InputError that names the line. */
export function parseHistory(text: string): History {
  const report = new Report();
  const events = readLines(text, report);
  if (report.count === 0) checkWhole(events, report);
  report.refuse('history');
  return events;
}

/** The header alone; the history is known to have one. */
export function headerOf(history: History): HeaderEvent {
  return history[0] as HeaderEvent;
}

function readLines(text: string, report: Report): HistoryEvent[] {
  const events: HistoryEvent[] = [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  lines.forEach((line, index) => {
    const event = readEvent(line, `line ${index + 1}`, report);
    if (event !== null) events.push(event);
  });
  return events;
}

function readEvent(line: string, path: string, report: Report): HistoryEvent | null {
  const value = readJson(line, path, report);
  if (value === undefined) return null;
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    report.add(path, value, 'an event: an object with a "kind"');
    return null;
  }
  const { kind, t } = value as { readonly kind?: unknown; readonly t?: unknown };
  if (!eventKinds.includes(kind as HistoryEvent['kind'])) {
    report.add(`${path}: kind`, kind, {
      expectation: 'the kind of a history event',
      suggestion: suggestName(kind, eventKinds),
    });
    return null;
  }
  if (kind !== 'header' && (typeof t !== 'number' || t < 0)) {
    report.add(`${path}: t`, t, 'milliseconds since the start, 0 or more');
    return null;
  }
  return value as HistoryEvent;
}

function readJson(line: string, path: string, report: Report): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    report.add(path, line, {
      expectation: 'one JSON object a line',
      suggestion: line.startsWith('{') ? 'the line is cut off' : 'is this a history file?',
    });
    return undefined;
  }
}

function checkWhole(events: readonly HistoryEvent[], report: Report): void {
  const first = events[0];
  if (first === undefined) {
    report.add('', '', {
      expectation: 'at least a header and an end',
      suggestion: 'the file is empty: the run never started, or nothing was written',
    });
    return;
  }
  if (first.kind !== 'header') report.add('line 1: kind', first.kind, 'a header event first');
  else if (first.version !== historyVersion) {
    report.add('line 1: version', first.version, {
      expectation: `${String(historyVersion)}, the version of the history format`,
      suggestion: 'record the history again with this version of Tidemark',
    });
  }
  events.slice(1).forEach((event, index) => {
    if (event.kind !== 'header') return;
    report.add(`line ${index + 2}: kind`, 'header', {
      expectation: 'one header only',
      suggestion: 'two histories in one file? split them',
    });
  });
  if (events.at(-1)?.kind === 'end') return;
  report.add(`line ${events.length}: kind`, events.at(-1)?.kind, {
    expectation: 'an end event last',
    suggestion: 'the history was cut off: it decides nothing, record it again',
  });
}
