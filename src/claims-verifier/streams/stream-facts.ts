/**
 * The plain facts of a stream history, as the verifier of its explanations looks them up: nothing
 * is judged here, and nothing is shared with what the checker remembers of the same history. It
 * keeps all of it, up to a limit, while the checker forgets.
 */
import type {
  StreamAttempt,
  StreamEnd,
  StreamEvent,
  StreamHeader,
  StreamJob,
  StreamTransaction,
  VisibleRows,
  VisibleValues,
} from '../../model/stream-history.ts';

/** Named limit: records, rows and values that are kept; of more nothing is looked up. */
const keptMax = 5_000_000;

/** Where something stands in the history. */
interface Told {
  /** Number of its event. */
  readonly line: number;
}

/** The records of a split, in order. */
interface Log {
  readonly offsets: number[];
  readonly keys: number[];
  readonly prints: number[];
  /** The events that told of them. */
  readonly lines: number[];
}

/** An event that shows rows; they are counted from 1. */
export interface Shown extends Told {
  readonly number: number;
  readonly t: number;
  readonly subtask: number;
  /** Who wrote it; a later attempt may have committed it. */
  readonly attempt: number;
  readonly checkpoint: number | null;
  readonly transaction: number | null;
  readonly columns: VisibleRows | VisibleValues;
}

/** A checkpoint that completed, or that an attempt restored. */
export interface Completion extends Told {
  readonly checkpoint: number;
  /** Empty: nobody told. */
  readonly offsets: Int32Array;
}

/** The `index`-th row of an event. */
export interface At {
  readonly shown: Shown;
  readonly index: number;
}

export interface ShownValue extends At {
  readonly vector: Int32Array;
  readonly print: number;
}

export interface ShownRow extends At {
  readonly key: number;
  /** Null: rows have none. */
  readonly print: number | null;
}

/** A record of the input. */
export interface Found {
  readonly split: number;
  /** Its number in its split. */
  readonly place: number;
  readonly key: number;
  readonly print: number;
}

export class StreamFacts {
  readonly header: StreamHeader;
  readonly logs: readonly Log[];
  readonly shows: Shown[] = [];
  readonly attempts: (StreamAttempt & Told)[] = [];
  readonly completions: Completion[] = [];
  readonly transactions: (StreamTransaction & Told)[] = [];
  readonly jobs: (StreamJob & Told)[] = [];
  end: StreamEnd | null = null;
  private events = 0;
  private kept = 0;
  private readonly writers = new Map<number, number>();
  private readonly values = new Map<number, readonly ShownValue[]>();
  private readonly places = new Map<string, readonly number[]>();
  private readonly rows = new Map<string, readonly ShownRow[]>();
  private readonly most: number;

  constructor(header: StreamHeader, most: number = keptMax) {
    this.header = header;
    this.most = most;
    this.logs = header.splits.map(() => ({ offsets: [], keys: [], prints: [], lines: [] }));
  }

  /** Whether everything was kept. */
  get isWhole(): boolean {
    return this.kept <= this.most;
  }

  take(event: StreamEvent): void {
    const told = { line: this.events++ };
    if ('key' in event) this.kept += event.key.length;
    if (!this.isWhole) return;
    switch (event.kind) {
      case 'log':
        event.key.forEach((key, i) => {
          const log = this.logs[event.split] as Log;
          log.offsets.push(event.offset?.[i] ?? event.from + i);
          log.keys.push(key);
          log.prints.push(event.fingerprint[i] ?? 0);
          log.lines.push(told.line);
        });
        return;
      case 'attempt':
        this.attempts.push({ ...event, ...told });
        if (event.restored !== null) this.complete(event.restored, new Int32Array(0), told);
        return;
      case 'checkpoint':
        this.complete(event.checkpoint, event.offsets.slice(), told);
        return;
      case 'transaction':
        this.wrote(event);
        this.transactions.push({ ...event, ...told });
        return;
      case 'rows':
      case 'values':
        this.show(event, told);
        return;
      case 'job':
        this.jobs.push({ ...event, ...told });
        return;
      case 'end':
        this.end = event;
        return;
    }
  }

  splitOf(name: string): number {
    return this.header.splits.indexOf(name);
  }

  /** The number of a key that is named; -1: none is. */
  keyOf(name: string): number {
    const { keys } = this.header;
    const at = typeof keys === 'number' ? -1 : keys.indexOf(name);
    if (at >= 0) return at;
    const digits = (typeof keys === 'number' ? /^k(\d+)$/ : /^#(\d+)$/).exec(name)?.[1];
    return digits === undefined ? -1 : Number(digits);
  }

  /** Null: there is no such record. */
  record({
    split: name,
    offset,
  }: {
    readonly split: string;
    readonly offset: number;
  }): Found | null {
    const split = this.splitOf(name);
    const log = this.logs[split];
    const place = log === undefined ? -1 : indexOf(log.offsets, offset);
    if (log === undefined || place < 0) return null;
    return { split, place, key: log.keys[place] as number, print: log.prints[place] as number };
  }

  /** The records of a key in a split, by their numbers in it. */
  placesOf(key: number, split: number): readonly number[] {
    const id = `${key} ${split}`;
    let places = this.places.get(id);
    if (places === undefined) {
      const keys = this.logs[split]?.keys ?? [];
      places = keys.flatMap((own, place) => (own === key ? [place] : []));
      this.places.set(id, places);
    }
    return places;
  }

  /** The number of a record among those of its key and split. */
  rankOf({ key, split, place }: Found): number {
    return this.placesOf(key, split).indexOf(place);
  }

  /** The values of a key in order of visibility. */
  valuesOf(key: number): readonly ShownValue[] {
    let values = this.values.get(key);
    if (values === undefined) {
      values = this.shows.flatMap((shown) => valuesIn(shown, key, this.logs.length));
      this.values.set(key, values);
    }
    return values;
  }

  /** The rows that name a record, or what is none, in order of visibility. */
  rowsOf(split: number, offset: number): readonly ShownRow[] {
    const id = `${split} ${offset}`;
    let rows = this.rows.get(id);
    if (rows === undefined) {
      rows = this.shows.flatMap((shown) => rowsIn(shown, split, offset));
      this.rows.set(id, rows);
    }
    return rows;
  }

  /** What the first records of a key add up to, so many of each split; null: there are fewer. */
  sumOf(key: number, counts: ArrayLike<number>): number | null {
    let sum = 0;
    for (let split = 0; split < this.logs.length; split++) {
      const n = counts[split] as number;
      const places = this.placesOf(key, split);
      if (n > places.length) return null;
      for (const place of places.slice(0, n)) {
        sum = (sum + (this.logs[split]?.prints[place] as number)) >>> 0;
      }
    }
    return sum;
  }

  /** Next offsets to read of a checkpoint that completed; null: nobody told. */
  offsetsOf(checkpoint: number): Int32Array | null {
    const told = this.completions.find(
      (known) => known.checkpoint === checkpoint && known.offsets.length > 0,
    );
    return told?.offsets ?? null;
  }

  private complete(checkpoint: number, offsets: Int32Array, told: Told): void {
    this.completions.push({ checkpoint, offsets, ...told });
  }

  /** Who is heard of first wrote it. */
  private wrote({ transaction, attempt }: Pick<Shown, 'transaction' | 'attempt'>): number {
    if (transaction === null) return attempt;
    const writer = this.writers.get(transaction) ?? attempt;
    this.writers.set(transaction, writer);
    return writer;
  }

  private show(event: VisibleRows | VisibleValues, told: Told): void {
    const { t, subtask, checkpoint, transaction } = event;
    const number = this.shows.length + 1;
    const about = { number, t, subtask, checkpoint, transaction, ...told };
    this.shows.push({ ...about, attempt: this.wrote(event), columns: copyOf(event) });
  }
}

/** Whether one became visible before the other. */
export function isEarlier(a: At, b: At): boolean {
  return a.shown.number < b.shown.number || (a.shown === b.shown && a.index < b.index);
}

/** The columns may be reused by whoever gave them. */
function copyOf(event: VisibleRows | VisibleValues): VisibleRows | VisibleValues {
  const key = event.key.slice();
  const fingerprint = event.fingerprint.slice();
  return event.kind === 'rows'
    ? { ...event, key, fingerprint, split: event.split.slice(), offset: event.offset.slice() }
    : { ...event, key, fingerprint, vector: event.vector.slice() };
}

function valuesIn(shown: Shown, key: number, splits: number): readonly ShownValue[] {
  const { columns } = shown;
  if (columns.kind !== 'values') return [];
  const values: ShownValue[] = [];
  columns.key.forEach((own, index) => {
    if (own !== key) return;
    const vector = columns.vector.slice(index * splits, (index + 1) * splits);
    values.push({ shown, index, vector, print: columns.fingerprint[index] as number });
  });
  return values;
}

/** The rows of an event that name a record. */
function rowsIn(shown: Shown, split: number, offset: number): readonly ShownRow[] {
  const { columns } = shown;
  if (columns.kind !== 'rows') return [];
  const rows: ShownRow[] = [];
  columns.offset.forEach((own, index) => {
    if (own !== offset || columns.split[index] !== split) return;
    const key = columns.key[index] as number;
    rows.push({ shown, index, key, print: columns.fingerprint[index] ?? null });
  });
  return rows;
}

/** Where a number stands in numbers that rise; -1: nowhere. */
function indexOf(rising: readonly number[], number: number): number {
  let [low, high] = [0, rising.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rising[middle] as number) < number) low = middle + 1;
    else high = middle;
  }
  return rising[low] === number ? low : -1;
}
