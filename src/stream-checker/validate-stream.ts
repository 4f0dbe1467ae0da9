/**
 * What a columnar history may hold: its header, and that each event refers to what is there. A
 * history is read in one pass, so the rules look back and never ahead.
 */
import { Report } from '../model/input-error.ts';
import {
  array,
  boolean,
  integer,
  isObject,
  literal,
  object,
  oneOf,
  type Shape,
  text,
  shaped,
} from '../model/validate/shape.ts';
import { promisesShape } from '../model/validate/validate-promises.ts';
import { Labels } from './labels.ts';
import {
  keyCountOf,
  type LogEvent,
  type StreamEvent,
  type StreamHeader,
  streamHistoryVersion,
} from '../model/stream-history.ts';

/** Named limits: keys, and numbers of the state per (key, split). */
const keysMax = 10_000_000;
const cellsMax = 100_000_000;
const int32Max = 2_147_483_647;

const keysShape: Shape = shaped(
  { anyOf: [integer(1, keysMax).schema, array(text(true), { min: 1 }).schema] },
  (value, path, report) =>
    typeof value === 'number'
      ? integer(1, keysMax)(value, path, report)
      : array(text(true), { min: 1 })(value, path, report),
);

const members: Readonly<Record<string, Shape>> = {
  kind: literal('header'),
  version: literal(streamHistoryVersion),
  subject: text(true),
  splits: array(text(), { min: 1, limit: 'splitsMax' }),
  keys: keysShape,
  output: oneOf(['rows', 'values']),
  fingerprints: boolean,
  sink: object({
    connector: oneOf(['two-phase', 'append']),
    subtasks: integer(1, 100_000),
  }),
  aligned: boolean,
  fifo: boolean,
  promises: promisesShape,
};
const headerShape = withOptional(members, 'everyStep', boolean);

/** An object that may have the member `name` besides its others: older histories lack it. */
export function withOptional(
  shapes: Readonly<Record<string, Shape>>,
  name: string,
  shape: Shape,
): Shape {
  const [without, with_] = [object(shapes), object({ ...shapes, [name]: shape })];
  const schema = { anyOf: [without.schema, with_.schema] };
  return shaped(schema, (value, path, report) =>
    (isObject(value) && Object.hasOwn(value, name) ? with_ : without)(value, path, report),
  );
}

/** The header in `value`. Throws an InputError that names the members at fault. */
export function validateStreamHeader(value: unknown): StreamHeader {
  const report = new Report();
  if (headerShape(value, 'header', report)) {
    const header = value as StreamHeader;
    const cells = keyCountOf(header) * header.splits.length;
    if (cells > cellsMax) report.add('header', cells, `keys times splits at most ${cellsMax}`);
    if (new Set(header.splits).size < header.splits.length) {
      report.add('header.splits', header.splits.join(', '), 'names that differ');
    }
    if (header.output === 'values' && !header.fingerprints) {
      report.add('header.fingerprints', false, 'true: values are compared by them');
    }
  }
  report.refuse('history');
  return value as StreamHeader;
}

export class StreamRules {
  private readonly header: StreamHeader;
  private readonly keys: number;
  /** Least offset that the next record of each split may have. */
  private readonly heads: number[];
  private readonly labels: Labels;
  private ended = false;

  constructor(header: StreamHeader) {
    this.header = header;
    this.keys = keyCountOf(header);
    this.heads = header.splits.map(() => 0);
    this.labels = new Labels(header.sink.subtasks);
  }

  get isWhole(): boolean {
    return this.ended;
  }

  /** What is wrong with the next event; null: nothing. */
  faultOf(event: StreamEvent): string | null {
    if (this.ended) return 'an event after the end';
    return numberFault(event) ?? this.ownFault(event) ?? this.labels.faultOf(event);
  }

  private ownFault(event: StreamEvent): string | null {
    switch (event.kind) {
      case 'log':
        return this.logFault(event);
      case 'checkpoint': {
        const { length } = event.offsets;
        const splits = this.heads.length;
        return length === 0 || length === splits ? null : `${length} offsets for ${splits} splits`;
      }
      case 'rows':
      case 'values':
        return this.visibleFault(event);
      case 'end':
        this.ended = true;
        return null;
      case 'attempt':
      case 'transaction':
      case 'job':
        return null;
    }
  }

  private logFault({ split, from, offset, key, fingerprint }: LogEvent): string | null {
    const head = this.heads[split];
    if (head === undefined) return `split number ${split} of ${this.heads.length}`;
    if (from < head) return `the log of split ${split} goes on at ${head} or later, not at ${from}`;
    const next = offset === undefined ? from + key.length : nextOffset(from, offset);
    if (next > int32Max) return `split ${split} has more than ${int32Max} offsets`;
    if (next < 0) return `offsets of split ${split} that do not rise from ${from}`;
    if (offset !== undefined && offset.length !== key.length) {
      return `${offset.length} offsets for ${key.length} records`;
    }
    if (fingerprint.length !== (this.header.fingerprints ? key.length : 0)) {
      return `${fingerprint.length} fingerprints for ${key.length} records`;
    }
    const { keys } = this;
    let isFine = true;
    for (let i = 0; i < key.length; i++) {
      if ((key[i] as number) >>> 0 >= keys) isFine = false;
    }
    if (!isFine) return `a key number beyond the ${keys} keys`;
    this.heads[split] = next;
    return null;
  }

  private visibleFault(event: StreamEvent & { readonly kind: 'rows' | 'values' }): string | null {
    const { output, sink, fingerprints } = this.header;
    if (event.kind !== output) return `an event of kind ${event.kind} among ${output}`;
    const isTransactional = event.transaction !== null && event.checkpoint !== null;
    const isDirect = event.transaction === null && event.checkpoint === null;
    if (sink.connector === 'two-phase' ? !isTransactional : !isDirect) {
      return sink.connector === 'two-phase'
        ? 'visible without transaction or checkpoint at a two-phase sink'
        : 'a transaction or checkpoint at an append sink';
    }
    const { key, fingerprint } = event;
    const lengths = [fingerprint.length];
    if (event.kind === 'rows') {
      if (event.split.length !== key.length || event.offset.length !== key.length) {
        return `columns of ${event.split.length}, ${event.offset.length} and ${key.length} rows`;
      }
    } else if (event.vector.length !== key.length * this.heads.length) {
      return `${event.vector.length} numbers in the vectors of ${key.length} values`;
    }
    return lengths[0] === (fingerprints ? key.length : 0)
      ? null
      : `${lengths[0]} fingerprints for ${key.length} rows`;
  }
}

/** One past the last of `offsets`, which rise from `from`; -1: they do not. */
function nextOffset(from: number, offsets: Int32Array): number {
  let next = from;
  let isFine = true;
  for (let i = 0; i < offsets.length; i++) {
    const offset = offsets[i] as number;
    if (offset < next || (i === 0 && offset !== from)) isFine = false;
    next = offset + 1;
  }
  return isFine ? next : -1;
}

/** Times are finite, and what counts something is not negative. */
function numberFault(event: StreamEvent): string | null {
  if (event.kind === 'log') return null;
  if (!Number.isFinite(event.t)) return `the time ${event.t}`;
  if (event.kind === 'end' || event.kind === 'job') return null;
  const numbers = [event.attempt];
  if (event.kind === 'attempt') numbers.push(event.restored ?? 0);
  else numbers.push(event.checkpoint ?? 0);
  if ('subtask' in event) numbers.push(event.subtask, event.transaction ?? 0);
  if (event.kind === 'transaction') numbers.push(event.rows);
  if (event.kind === 'checkpoint' && event.offsets.some((offset) => offset < 0)) numbers.push(-1);
  const wrong = numbers.find((n) => !Number.isInteger(n) || n < 0 || n > int32Max);
  return wrong === undefined ? null : `the number ${wrong} in an event of kind ${event.kind}`;
}
