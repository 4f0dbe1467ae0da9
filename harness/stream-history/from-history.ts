/**
 * The history of a case as a stream history, for those that fit in one: records that go from sources
 * to one sink as they are, which is `two-phase` or `append`. Logs first, then the events in order.
 * What a stream history cannot hold (faults, watermarks, tasks) says nothing about such a pipeline.
 */
import { canonicalJson } from '../../src/base/json.ts';
import { hashString } from '../../src/base/hash.ts';
import type { StreamEvent, StreamHeader } from '../../src/checker/streaming/stream-history.ts';
import type { Case } from '../../src/model/case.ts';
import { field } from '../../src/model/functions.ts';
import type { History, HistoryEvent, VisibleEvent } from '../../src/model/history.ts';
import type { SinkSpec } from '../../src/model/pipeline.ts';
import type { Row } from '../../src/model/value.ts';
import { refusal } from '../store/refusal.ts';

export interface StreamHistory {
  readonly header: StreamHeader;
  readonly events: readonly StreamEvent[];
}

/** Throws an InputError when the case has more than sources and one sink. */
export function streamHistoryOf(kase: Case, history: History): StreamHistory {
  const sink = onlySink(kase);
  return new Conversion(kase, history, sink).run();
}

function onlySink({ pipeline, options }: Case): SinkSpec {
  const others = pipeline.operators.filter(({ kind }) => kind !== 'source');
  const [sink] = others;
  const isPlain = others.length === 1 && sink?.kind === 'sink' && sink.connector !== 'upsert';
  if (isPlain && options.stop === null) return sink;
  throw refusal('case', others.map(({ id }) => id).join(', '), {
    expectation: 'sources and one two-phase or append sink, and a run that is not stopped early',
    suggestion: 'a stream history holds one row per record; judge this one with check --case',
  });
}

const fingerprintOf = ({ ts, value }: Pick<Row, 'ts' | 'value'>): number =>
  hashString(`${ts} ${canonicalJson(value)}`);

/** Offset of rows that name no record: beyond every log. */
const nowhere = 2_147_483_647;

interface Owner {
  readonly attempt: number;
  /** Rows written into it. */
  rows: number;
}

class Conversion {
  private readonly kase: Case;
  private readonly history: History;
  private readonly sink: SinkSpec;
  private readonly keys = new Map<string, number>();
  private readonly places = new Map<unknown, readonly [number, number]>();
  private readonly owners = new Map<string, Owner>();
  private readonly numbers = new Map<string, number>();
  private readonly events: StreamEvent[] = [];

  constructor(kase: Case, history: History, sink: SinkSpec) {
    this.kase = kase;
    this.history = history;
    this.sink = sink;
  }

  run(): StreamHistory {
    this.logs();
    for (const event of this.history) this.own(event);
    for (const event of this.history) this.take(event);
    const { kase, sink, events } = this;
    const header: StreamHeader = {
      kind: 'header',
      version: 1,
      subject: kase.scenario,
      splits: kase.workload.splits.map(({ split }) => split),
      keys: [...this.keys.keys()],
      output: 'rows',
      fingerprints: true,
      sink: {
        connector: sink.connector === 'append' ? 'append' : 'two-phase',
        subtasks: sink.parallelism,
      },
      aligned: kase.options.mode === 'exactly-once',
      fifo: this.isFifo(),
      promises: kase.promises,
    };
    return { header, events };
  }

  /** Sources of as many subtasks as the sink send forward; others spread records round robin. */
  private isFifo(): boolean {
    const { operators } = this.kase.pipeline;
    return operators.every(
      ({ kind, ...operator }) =>
        kind !== 'source' ||
        ('parallelism' in operator && operator.parallelism === this.sink.parallelism),
    );
  }

  private keyOf(key: string): number {
    const known = this.keys.get(key) ?? this.keys.size;
    this.keys.set(key, known);
    return known;
  }

  private logs(): void {
    this.kase.workload.splits.forEach(({ records }, split) => {
      records.forEach(({ id }, offset) => this.places.set(id, [split, offset]));
      const key = Int32Array.from(records, (record) => this.keyOf(record.key));
      const fingerprint = Uint32Array.from(records, fingerprintOf);
      this.events.push({ kind: 'log', split, from: 0, key, fingerprint });
    });
  }

  /** Who opened a transaction, and how much was written into it. */
  private own(event: HistoryEvent): void {
    if (event.kind !== 'transaction' && event.kind !== 'written') return;
    const owner = this.owners.get(event.transaction) ?? { attempt: event.attempt, rows: 0 };
    this.owners.set(event.transaction, owner);
    if (event.kind === 'written') owner.rows += event.rows.length;
  }

  private numberOf(transaction: string): number {
    const known = this.numbers.get(transaction) ?? this.numbers.size;
    this.numbers.set(transaction, known);
    return known;
  }

  private take(event: HistoryEvent): void {
    switch (event.kind) {
      case 'attempt': {
        const { t, attempt, restored } = event;
        this.events.push({ kind: 'attempt', t, attempt, restored });
        return;
      }
      case 'checkpoint': {
        if (event.event !== 'completed') return;
        const { t, checkpoint, attempt, offsets } = event;
        const all = this.kase.workload.splits.map(({ split }) => offsets?.[split] ?? 0);
        const known = Int32Array.from(offsets === null ? [] : all);
        this.events.push({ kind: 'checkpoint', t, checkpoint, attempt, offsets: known });
        return;
      }
      case 'transaction': {
        const over = event.event === 'aborted' || event.event === 'timed-out';
        if (over) this.transaction(event, 'aborted');
        else if (event.event === 'prepared') this.transaction(event, 'prepared');
        return;
      }
      case 'visible':
        this.visible(event);
        return;
      case 'end':
        this.events.push({ kind: 'end', t: event.t, outcome: event.outcome });
        return;
      default:
    }
  }

  private transaction(
    event: HistoryEvent & { readonly kind: 'transaction' },
    what: 'prepared' | 'aborted',
  ): void {
    const { t, subtask, checkpoint, transaction } = event;
    const owner = this.owners.get(transaction);
    this.events.push({
      kind: 'transaction',
      t,
      subtask,
      attempt: owner?.attempt ?? event.attempt,
      checkpoint: checkpoint ?? 0,
      transaction: this.numberOf(transaction),
      event: what,
      rows: owner?.rows ?? 0,
    });
  }

  private visible({ t, subtask, attempt, checkpoint, transaction, rows }: VisibleEvent): void {
    const places = rows.map(({ value }) => this.places.get(field(value, 'id')) ?? [0, nowhere]);
    const isDirect = this.sink.connector === 'append';
    const owner = transaction === null ? undefined : this.owners.get(transaction);
    this.events.push({
      kind: 'rows',
      t,
      subtask,
      attempt: owner?.attempt ?? attempt,
      checkpoint: isDirect ? null : (checkpoint ?? 0),
      transaction: isDirect ? null : this.numberOf(transaction ?? 'none'),
      split: Uint16Array.from(places, ([split]) => split),
      offset: Int32Array.from(places, ([, offset]) => offset),
      key: Int32Array.from(rows, ({ key }) => this.keyOf(key)),
      fingerprint: Uint32Array.from(rows, fingerprintOf),
    });
  }
}
