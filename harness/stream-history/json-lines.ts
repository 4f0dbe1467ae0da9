/**
 * Stream histories as JSON Lines: the header first, then one event a line with the members of
 * stream-history.ts, columns as arrays of numbers. For recorders that have no binary writer, and
 * for reading by people.
 */
import type { StreamEvent, StreamHeader } from '../../src/model/stream-history.ts';
import {
  StreamRules,
  validateStreamHeader,
  withOptional,
} from '../../src/stream-checker/validate-stream.ts';
import { roundedNumberIn } from '../../src/model/exact/exact-json.ts';
import { InputError, Report } from '../../src/model/input-error.ts';
import {
  integer,
  literal,
  nullable,
  number,
  object,
  oneOf,
  type Shape,
  tagged,
  shaped,
} from '../../src/model/validate/shape.ts';
import { InputFileError } from '../operation-files/input-file.ts';
import {
  jobEvents,
  outcomes,
  type StreamDecoder,
  type StreamSink,
  transactionEvents,
} from './binary-format.ts';

/** Named limit: bytes of one line. */
const lineBytesMax = 1 << 28;
const int32Max = 2_147_483_647;

export function headerLine(header: StreamHeader): string {
  return `${JSON.stringify(header)}\n`;
}

export function eventLine(event: StreamEvent): string {
  const text = JSON.stringify(event, (_name, value: unknown) =>
    ArrayBuffer.isView(value) ? Array.from(value as Int32Array) : value,
  );
  return `${text}\n`;
}

function column(min: number, max: number): Shape {
  const expectation = `an array of integers from ${min} to ${max}`;
  const schema = { type: 'array', items: integer(min, max).schema };
  return shaped(schema, (value, path, report) => {
    if (!Array.isArray(value)) return report.add(path, value, expectation);
    for (const element of value as unknown[]) {
      const isFine = Number.isInteger(element) && Number(element) >= min && Number(element) <= max;
      if (!isFine) return report.add(path, element, expectation);
    }
    return true;
  });
}

const count = integer(0, int32Max);
const int32 = column(-int32Max - 1, int32Max);
const uint32 = column(0, 4_294_967_295);
const t = number();
const visible = {
  t,
  subtask: count,
  attempt: count,
  checkpoint: nullable(count),
  transaction: nullable(count),
  key: int32,
  fingerprint: uint32,
};

const log = { kind: literal('log'), split: count, from: count, key: int32, fingerprint: uint32 };

const eventShape = tagged('kind', {
  log: withOptional(log, 'offset', column(0, int32Max)),
  attempt: object({ kind: literal('attempt'), t, attempt: count, restored: nullable(count) }),
  checkpoint: object({
    kind: literal('checkpoint'),
    t,
    checkpoint: count,
    attempt: count,
    offsets: column(0, int32Max),
  }),
  transaction: object({
    kind: literal('transaction'),
    t,
    subtask: count,
    attempt: count,
    checkpoint: count,
    transaction: count,
    event: oneOf(transactionEvents),
    rows: count,
  }),
  rows: object({ kind: literal('rows'), ...visible, split: column(0, 65_535), offset: int32 }),
  values: object({ kind: literal('values'), ...visible, vector: int32 }),
  job: object({ kind: literal('job'), t, event: oneOf(jobEvents) }),
  end: object({ kind: literal('end'), t, outcome: oneOf(outcomes) }),
});

const columns: Readonly<
  Record<string, new (numbers: number[]) => Int32Array | Uint32Array | Uint16Array>
> = {
  key: Int32Array,
  fingerprint: Uint32Array,
  offsets: Int32Array,
  offset: Int32Array,
  split: Uint16Array,
  vector: Int32Array,
};

/** Throws an InputError when `value` is no event. */
function eventOf(value: unknown): StreamEvent {
  const report = new Report();
  eventShape(value, '', report);
  report.refuse('history');
  const members = Object.entries(value as Record<string, unknown>).map(([name, member]) => {
    const Column = columns[name];
    const isColumn = Column !== undefined && Array.isArray(member);
    return [name, isColumn ? new Column(member as number[]) : member];
  });
  return Object.fromEntries(members) as StreamEvent;
}

export class JsonLinesStreamReader implements StreamDecoder {
  private readonly sink: StreamSink;
  private readonly file: string;
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });
  private parts: Uint8Array[] = [];
  private pending = 0;
  private line = 0;
  private rules: StreamRules | null = null;

  constructor(file: string, sink: StreamSink) {
    this.file = file;
    this.sink = sink;
  }

  push(bytes: Uint8Array): void {
    let from = 0;
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, from)) {
      this.takeLine(bytes.subarray(from, at));
      from = at + 1;
    }
    if (from === bytes.length) return;
    this.parts.push(bytes.slice(from));
    this.pending += bytes.length - from;
    if (this.pending > lineBytesMax) this.fail(`longer than ${lineBytesMax} bytes (lineBytesMax)`);
  }

  end(): void {
    if (this.pending > 0) this.takeLine(new Uint8Array(0));
    if (this.rules?.isWhole === true) return;
    this.fail('the end event is missing: the history was cut off and decides nothing');
  }

  private fail(problem: string): never {
    throw new InputFileError(this.file, this.line + 1, problem);
  }

  private takeLine(last: Uint8Array): void {
    const bytes = this.parts.length === 0 ? last : Buffer.concat([...this.parts, last]);
    this.parts = [];
    this.pending = 0;
    this.take(this.parse(bytes));
    this.line++;
  }

  private parse(bytes: Uint8Array): unknown {
    let text: string;
    try {
      text = this.decoder.decode(bytes);
    } catch {
      return this.fail('holds bytes that are no UTF-8');
    }
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      return this.fail(String(error));
    }
    const rounded = roundedNumberIn(text);
    if (rounded === null) return value;
    return this.fail(`the number ${rounded.slice(0, 40)} is one that a double rounds`);
  }

  /** What `make` gives; its refusal becomes one of the line. */
  private checked<T>(make: () => T): T {
    try {
      return make();
    } catch (error) {
      if (error instanceof InputError) return this.fail(error.message);
      throw error;
    }
  }

  private take(value: unknown): void {
    if (this.rules === null) {
      const header = this.checked(() => validateStreamHeader(value));
      this.rules = new StreamRules(header);
      this.sink.header(header);
      return;
    }
    const event = this.checked(() => eventOf(value));
    const fault = this.rules.faultOf(event);
    if (fault !== null) this.fail(fault);
    this.sink.event(event);
  }
}
