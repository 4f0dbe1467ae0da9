/**
 * Operation histories as JSON Lines: `{process, type: invoke|ok|fail|info, f, key?, value, time?}`,
 * one event a line, also Jepsen's history.jsonl. Members in any order, unknown ones are skipped;
 * events of a process that is no client (`nemesis`) are left out. A scanner over bytes: a text of
 * the file becomes a string only when it is seen for the first time.
 */
import { HistoryError, type OperationHistory } from '../../src/linearizability/history/history.ts';
import { ExactJsonError, parseExactJson } from '../../src/model/exact/exact-json.ts';
import type { Value } from '../../src/model/value.ts';
import { EventSink, type EventType, type OperationEvent, rebalanceStep } from './event-sink.ts';
import { InputFileError, lineOfByte, quoteAt, SyntaxFault } from './input-file.ts';
import { Slices } from './slices.ts';

const quote = 34;
const comma = 44;
const colon = 58;
const openBrace = 123;
const closeBrace = 125;
const openBracket = 91;
const closeBracket = 93;
const backslash = 92;
const newline = 10;
const depthMax = 200;

/** Reads a whole file. Throws {@link InputFileError} at the first line that is no event. */
export function readJsonLines(bytes: Uint8Array, file: string): OperationHistory {
  const scanner = new Scanner(bytes);
  try {
    scanner.all();
  } catch (error) {
    if (error instanceof SyntaxFault) {
      const line = lineOfByte(bytes, error.offset);
      throw new InputFileError(file, line, `${error.message}: ${quoteAt(bytes, error.offset)}`);
    }
    if (error instanceof HistoryError) throw new InputFileError(file, scanner.line, error.message);
    throw error;
  }
  return scanner.sink.builder.finish();
}

function parseJson(text: string, offset: number): Value {
  try {
    return parseExactJson(text);
  } catch (error) {
    const reason = error instanceof ExactJsonError ? error.message : 'not JSON';
    throw new SyntaxFault(offset, `${reason}: ${text.slice(0, 60)}`);
  }
}

class Scanner {
  readonly sink: EventSink = new EventSink();
  line = 1;
  private readonly bytes: Uint8Array;
  private at = 0;
  private readonly slices: Slices;
  private readonly functionByValue = new Map<number, number>();
  private readonly processByValue = new Map<number, number>();
  private readonly event: OperationEvent = {
    process: -1,
    type: 'invoke',
    f: -1,
    key: -1,
    value: -1,
    error: -1,
    rebalanced: -1,
    line: 0,
  };
  private hasType = false;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.slices = new Slices(bytes, this.sink.builder.table, parseJson);
  }

  all(): void {
    const { bytes } = this;
    for (;;) {
      this.skipSpace();
      if (bytes[this.at] === newline) {
        this.at++;
        this.line++;
      } else if (this.at >= bytes.length) {
        return;
      } else {
        this.lineEvent();
      }
    }
  }

  private lineEvent(): void {
    const { event, bytes } = this;
    const start = this.at;
    event.process = event.f = event.key = event.value = event.error = event.rebalanced = -1;
    event.line = this.line;
    this.hasType = false;
    this.expect(openBrace);
    this.skipSpace();
    while (bytes[this.at] !== closeBrace) {
      this.member();
      this.skipSpace();
      if (bytes[this.at] !== comma) break;
      this.at++;
      this.skipSpace();
    }
    this.expect(closeBrace);
    this.skipSpace();
    if (this.at < bytes.length && bytes[this.at] !== newline) {
      throw new SyntaxFault(this.at, 'one event a line, but something follows it');
    }
    this.finish(start);
  }

  private finish(start: number): void {
    const { event } = this;
    if (event.process === nonClient) return;
    if (event.process < 0) throw new SyntaxFault(start, 'an event without "process"');
    if (!this.hasType) throw new SyntaxFault(start, 'an event without "type"');
    if (event.f < 0 && event.type === 'invoke') throw new SyntaxFault(start, 'a call without "f"');
    this.sink.add(event);
  }

  private member(): void {
    const { bytes } = this;
    const from = this.at + 1;
    if (bytes[this.at] !== quote) throw new SyntaxFault(this.at, 'a member name was expected');
    this.string();
    const to = this.at - 1;
    this.skipSpace();
    this.expect(colon);
    this.skipSpace();
    const valueFrom = this.at;
    this.value();
    this.assign(from, to - from, valueFrom);
  }

  /** Names are told apart by length and first letter, then compared in full. */
  private assign(from: number, length: number, valueFrom: number): void {
    const { event, bytes } = this;
    const first = bytes[from];
    if (length === 7 && first === 112 && this.matches(from, 'process')) {
      event.process = this.process(valueFrom);
    } else if (length === 4 && first === 116 && this.matches(from, 'type')) {
      event.type = this.type(valueFrom);
      this.hasType = true;
    } else if (length === 1 && first === 102) {
      event.f = this.functionName(valueFrom);
    } else if (length === 5 && first === 118 && this.matches(from, 'value')) {
      event.value = this.slices.idOf(valueFrom, this.at);
    } else if (length === 3 && first === 107 && this.matches(from, 'key')) {
      const key = this.slices.idOf(valueFrom, this.at);
      event.key = this.sink.builder.table.values[key] === null ? -1 : key;
    } else if (length === 5 && first === 101 && this.matches(from, 'error')) {
      event.error = this.slices.idOf(valueFrom, this.at);
    } else if (length === 13 && first === 114 && this.matches(from, rebalanceStep)) {
      event.rebalanced = this.slices.idOf(valueFrom, this.at);
    } else {
      this.checkSkipped(valueFrom);
    }
  }

  private matches(from: number, name: string): boolean {
    for (let i = 0; i < name.length; i++) {
      if (this.bytes[from + i] !== name.charCodeAt(i)) return false;
    }
    return true;
  }

  /** A member nobody reads is JSON all the same; plain numbers need no look. */
  private checkSkipped(from: number): void {
    for (let i = from; i < this.at; i++) {
      const c = this.bytes[i] as number;
      if (c < 48 || c > 57) {
        parseJson(new TextDecoder().decode(this.bytes.subarray(from, this.at)), from);
        return;
      }
    }
  }

  private type(from: number): EventType {
    const length = this.at - from - 2;
    const first = this.bytes[from + 1];
    if (length === 6 && first === 105 && this.matches(from, '"invoke"')) return 'invoke';
    if (length === 2 && first === 111 && this.matches(from, '"ok"')) return 'ok';
    if (length === 4 && first === 102 && this.matches(from, '"fail"')) return 'fail';
    if (length === 4 && first === 105 && this.matches(from, '"info"')) return 'info';
    throw new SyntaxFault(from, '"type" has to be "invoke", "ok", "fail" or "info"');
  }

  private process(from: number): number {
    const id = this.slices.idOf(from, this.at);
    const known = this.processByValue.get(id);
    if (known !== undefined) return known;
    const { builder } = this.sink;
    const value = builder.table.values[id];
    if (typeof value !== 'number' && typeof value !== 'string') {
      throw new SyntaxFault(from, '"process" has to be a number that a double holds, or a string');
    }
    const process = isNemesis(value) ? nonClient : builder.processId(value);
    this.processByValue.set(id, process);
    return process;
  }

  private functionName(from: number): number {
    const id = this.slices.idOf(from, this.at);
    const known = this.functionByValue.get(id);
    if (known !== undefined) return known;
    const { builder } = this.sink;
    const value = builder.table.values[id];
    if (typeof value !== 'string') throw new SyntaxFault(from, '"f" has to be a string');
    const f = builder.functionId(value.replace(/^:/, ''));
    this.functionByValue.set(id, f);
    return f;
  }

  private value(): void {
    const { bytes } = this;
    const c = bytes[this.at];
    if (c === quote) this.string();
    else if (c === openBrace || c === openBracket) this.structure();
    else {
      const from = this.at;
      while (this.at < bytes.length && isWordByte(bytes[this.at] as number)) this.at++;
      if (this.at === from) throw new SyntaxFault(from, 'a value was expected');
    }
  }

  private string(): void {
    const { bytes } = this;
    let i = this.at + 1;
    for (; i < bytes.length; i++) {
      const c = bytes[i];
      if (c === quote) {
        this.at = i + 1;
        return;
      }
      if (c === backslash) i++;
      else if (c === newline) break;
    }
    throw new SyntaxFault(this.at, 'a string without end');
  }

  /** Skips an array or object; what it holds is checked when it is parsed. */
  private structure(): void {
    const { bytes } = this;
    const start = this.at;
    let depth = 0;
    while (this.at < bytes.length) {
      const c = bytes[this.at];
      if (c === quote) {
        this.string();
        continue;
      }
      if (c === newline) break;
      this.at++;
      if (c === openBrace || c === openBracket) {
        if (++depth > depthMax) throw new SyntaxFault(start, `nested deeper than ${depthMax}`);
      }
      if (c === closeBrace || c === closeBracket) {
        if (--depth === 0) return;
      }
    }
    throw new SyntaxFault(start, 'an array or object without end');
  }

  private expect(byte: number): void {
    if (this.bytes[this.at] !== byte) {
      throw new SyntaxFault(this.at, `expected ${String.fromCharCode(byte)}`);
    }
    this.at++;
  }

  private skipSpace(): void {
    const { bytes } = this;
    let c = bytes[this.at];
    while (c === 32 || c === 9 || c === 13) c = bytes[++this.at];
  }
}

/** Process id of events that are not a client's. */
const nonClient = -2;

/** Jepsen's fault injector writes into the same history. */
function isNemesis(process: Value | undefined): boolean {
  return process === 'nemesis' || process === ':nemesis';
}

/** Bytes of numbers, true, false and null. */
function isWordByte(c: number): boolean {
  return (
    (c >= 48 && c <= 57) || (c >= 97 && c <= 122) || c === 45 || c === 43 || c === 46 || c === 69
  );
}
