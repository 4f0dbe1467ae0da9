/**
 * Jepsen's console log: `INFO  jepsen.util - 3\t:invoke\t:cas\t[1 2]`, newer
 * `INFO [2024-…] jepsen worker 3 - jepsen.util 3 :ok :read nil`; fields are separated by tabs or
 * spaces. Other log lines in between are skipped. Values are EDN.
 * What a process did last: `:timed-out` and other keywords instead of a value are reasons.
 */
import { HistoryError, type OperationHistory } from '../../src/linearizability/history/history.ts';
import type { Value } from '../../src/model/value.ts';
import { EdnReader } from './edn.ts';
import { EventSink, type EventType } from './event-sink.ts';
import { InputFileError, SyntaxFault } from './input-file.ts';

const eventLine =
  /(?:^|\s)jepsen\.util\b.*?[\s-](\d+|:nemesis)\s+:(invoke|ok|fail|info)\s+:(\S+)(?:\s+(.*?))?\s*$/;

/** Whether a line is one of an operation. */
export function isConsoleLine(line: string): boolean {
  return eventLine.test(line);
}

/** Reads a whole log. Throws {@link InputFileError}. */
export function readJepsenConsole(text: string, file: string): OperationHistory {
  const sink = new EventSink();
  let number = 0;
  for (const line of text.split('\n')) {
    number++;
    if (!line.includes('jepsen.util')) continue;
    const match = eventLine.exec(line);
    if (match === null || match[1] === ':nemesis') continue;
    try {
      addEvent(sink, match, number);
    } catch (error) {
      if (error instanceof HistoryError || error instanceof SyntaxFault) {
        throw new InputFileError(file, number, `${error.message}: ${line.trim().slice(0, 120)}`);
      }
      throw error;
    }
  }
  return sink.builder.finish();
}

function addEvent(sink: EventSink, match: RegExpExecArray, line: number): void {
  const { builder } = sink;
  const value = consoleValue(match[4] ?? 'nil');
  const isReason = typeof value === 'string' && value.startsWith(':');
  const id = builder.table.intern(value);
  sink.add({
    process: builder.processId(clientNumber(match[1] as string)),
    type: match[2] as EventType,
    f: builder.functionId(match[3] as string),
    key: -1,
    value: isReason ? -1 : id,
    error: isReason ? id : -1,
    rebalanced: -1,
    line,
  });
}

function clientNumber(digits: string): number {
  const number = Number(digits);
  if (Number.isSafeInteger(number)) return number;
  throw new HistoryError(`the number of a process that a double does not hold: ${digits}`);
}

/** The first form; a message after it is a reason in prose. */
function consoleValue(text: string): Value {
  const reader = new EdnReader(text);
  return reader.more() ? reader.read() : null;
}
