/**
 * Histories as EDN maps: Jepsen's history.edn (`{:type :invoke, :f :read, :value nil, :process 0}`,
 * also `#jepsen.history.Op{…}`, one after another or in one vector) and Porcupine's key-value
 * logs, which add `:key`.
 */
import { HistoryError, type OperationHistory } from '../../src/linearizability/history/history.ts';
import { isRounded, textOfValue } from '../../src/model/exact/exact-value.ts';
import type { Value, ValueObject } from '../../src/model/value.ts';
import { EdnReader } from './edn.ts';
import { EventSink, type EventType } from './event-sink.ts';
import { InputFileError, SyntaxFault } from './input-file.ts';

const types: readonly string[] = ['invoke', 'ok', 'fail', 'info'];

/** One event with the line it starts on. */
interface EdnEvent {
  readonly event: ValueObject;
  readonly line: number;
}

/** All maps of the text, top-level or in top-level vectors. Throws {@link InputFileError}. */
function* ednEvents(text: string, file: string): Generator<EdnEvent> {
  const reader = new EdnReader(text);
  const lines = new LineCounter(text);
  try {
    // A top-level vector only groups its events.
    let isInVector = false;
    while (reader.more()) {
      const c = text[reader.at] as string;
      if (isInVector && (c === ']' || c === ')')) isInVector = false;
      else if (!isInVector && (c === '[' || c === '(')) isInVector = true;
      else {
        const from = reader.at;
        yield { event: asEvent(reader.read(), from), line: lines.lineOf(from) };
        continue;
      }
      reader.at++;
    }
    if (isInVector) throw new SyntaxFault(reader.at, 'a vector without end');
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error;
    const at = Math.min(error.offset, text.length);
    const from = text.lastIndexOf('\n', at - 1) + 1;
    const quoted = text.slice(from, from + 120).split('\n')[0] ?? '';
    throw new InputFileError(file, lines.lineOf(at), `${error.message}: ${quoted.trim()}`);
  }
}

/** Reads a whole file. Throws {@link InputFileError}. */
export function readEdnHistory(text: string, file: string): OperationHistory {
  const sink = new EventSink();
  for (const { event, line } of ednEvents(text, file)) {
    try {
      addEvent(sink, event, line);
    } catch (error) {
      if (error instanceof HistoryError) throw new InputFileError(file, line, error.message);
      throw error;
    }
  }
  return sink.builder.finish();
}

function asEvent(value: Value, offset: number): ValueObject {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new SyntaxFault(offset, 'a map of an event was expected');
  }
  return value as ValueObject;
}

function addEvent(sink: EventSink, event: ValueObject, line: number): void {
  const process = event[':process'];
  if (process === ':nemesis') return;
  const client = typeof process === 'number' ? process : nameIn(process);
  if (client === null) {
    throw new HistoryError('an event without a :process that is a name or a number a double holds');
  }
  const type = bare(event[':type']);
  if (!types.includes(type)) {
    throw new HistoryError('an event whose :type is not :invoke, :ok, :fail or :info');
  }
  const f = bare(event[':f']);
  if (f === '') throw new HistoryError('an event without an :f');
  const { builder } = sink;
  const idOf = (name: string): number => {
    const value = event[name];
    return value === undefined ? -1 : builder.table.intern(value);
  };
  sink.add({
    process: builder.processId(client),
    type: type as EventType,
    f: builder.functionId(f),
    key: event[':key'] === null ? -1 : idOf(':key'),
    value: idOf(':value'),
    error: idOf(':error'),
    rebalanced: idOf(':rebalance-log'),
    line,
  });
}

/** A keyword without its colon, or another name; '' for what is none. */
function bare(value: Value | undefined): string {
  return nameIn(value)?.replace(/^:/, '') ?? '';
}

/** A text, keyword or symbol; null for anything else. */
function nameIn(value: Value | undefined): string | null {
  if (value === undefined || typeof value === 'number' || typeof value === 'boolean') return null;
  return value === null || isRounded(value) ? null : textOfValue(value);
}

/** Line numbers of growing offsets. */
class LineCounter {
  private readonly text: string;
  private offset = 0;
  private line = 1;

  constructor(text: string) {
    this.text = text;
  }

  lineOf(offset: number): number {
    if (offset < this.offset) {
      this.offset = 0;
      this.line = 1;
    }
    for (;;) {
      const next = this.text.indexOf('\n', this.offset);
      if (next < 0 || next >= offset) return this.line;
      this.offset = next + 1;
      this.line++;
    }
  }
}
