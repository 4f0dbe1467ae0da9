/**
 * The operators of one subtask, wired head to tail: rows and watermarks go in at the head, come out
 * at the output gate. Sources and sinks are the ends of a chain, not links of it.
 */
import type { FunctionCatalog } from '../../model/functions.ts';
import type { Row } from '../../model/value.ts';
import { createOperator, type InnerSpec } from '../operators/create.ts';
import type { Operator, OperatorContext } from '../operators/operator.ts';
import type { OperatorState } from '../state/operator-state.ts';
import type { SinkOperator } from '../operators/sink.ts';
import type { PhysicalSpec } from '../../model/operator-kinds.ts';
import type { OutputGate } from './output-gate.ts';

export interface ChainSettings {
  readonly chain: readonly PhysicalSpec[];
  readonly maxParallelism: number;
  readonly catalog: FunctionCatalog;
  readonly output: OutputGate;
  createSink(id: string, connector: 'two-phase' | 'upsert' | 'append'): SinkOperator;
  now: OperatorContext['now'];
  timer: OperatorContext['timer'];
}

interface Link {
  readonly id: string;
  readonly operator: Operator;
}

export class Chain {
  private readonly links: Link[] = [];
  private readonly head: (row: Row, input: 0 | 1) => void;
  readonly sink: SinkOperator | null;

  constructor(settings: ChainSettings) {
    const { output } = settings;
    let next: (row: Row, input: 0 | 1) => void = (row) => output.emit(row);
    let sink: SinkOperator | null = null;
    for (const spec of [...settings.chain].reverse()) {
      if (spec.kind === 'source') continue;
      const operator =
        spec.kind === 'sink'
          ? (sink = settings.createSink(spec.id, spec.connector))
          : createLink(spec, settings, next);
      this.links.unshift({ id: spec.id, operator });
      next = (row, input) => operator.row(row, input);
    }
    this.head = next;
    this.sink = sink;
  }

  row(row: Row, input: 0 | 1): void {
    this.head(row, input);
  }

  /** Event time moves operator by operator, so what one emits is on time for the next. */
  advance(ts: number): void {
    for (const { operator } of this.links) operator.advance(ts);
  }

  end(): void {
    for (const { operator } of this.links) operator.end();
  }

  /** State by operator id. */
  snapshot(): Record<string, OperatorState> {
    return Object.fromEntries(this.links.map(({ id, operator }) => [id, operator.snapshot()]));
  }

  restore(states: Readonly<Record<string, OperatorState>>): void {
    for (const { id, operator } of this.links) {
      operator.restore(states[id] ?? null);
    }
  }
}

function createLink(
  spec: InnerSpec,
  settings: ChainSettings,
  next: (row: Row, input: 0 | 1) => void,
): Operator {
  const context: OperatorContext = {
    output: { emit: (row) => next(row, 0), late: (row) => settings.output.emitLate(row) },
    catalog: settings.catalog,
    now: settings.now,
    timer: settings.timer,
  };
  return createOperator(spec, context, settings.maxParallelism);
}
