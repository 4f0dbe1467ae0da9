/**
 * Runs a whole pipeline on an explicit sequence of steps: the failure-free sequential run that a
 * faulty one is measured against. One subtask per operator, depth first, watermarks per record.
 * Not an engine: no channels, no barriers, no state on disk. A restart can be asked for; it keeps
 * the state and forgets event time, as recovery from a checkpoint does.
 * Deterministic: the steps are the only input.
 */
import { present } from '../base/assert.ts';
import { builtinFunctions, type FunctionCatalog } from '../model/functions.ts';
import { inputsOf } from '../model/operator-kinds.ts';
import type { OperatorSpec, Pipeline, SourceSpec } from '../model/pipeline.ts';
import { WATERMARK_MIN } from '../model/value.ts';
import type { Workload } from '../model/workload.ts';
import { createSequential } from './specification/create.ts';
import type { Outputs, SequentialOperator, TracedRow } from './specification/sequential.ts';
import { rowFunction } from './specification/stateless.ts';
import { SplitClock, WatermarkMinimum } from './specification/watermarks.ts';

export type Step =
  /** The next record of the split, then its watermark; at the end of the log, the end. */
  | { readonly kind: 'read'; readonly split: string }
  | { readonly kind: 'idle'; readonly split: string }
  | { readonly kind: 'time'; readonly ms: number };

/** A row that arrived at a sink. */
export interface SinkRow {
  readonly sink: string;
  readonly row: TracedRow;
}

interface Edge {
  readonly to: Node;
  readonly input: number;
}
interface Node {
  readonly spec: OperatorSpec;
  readonly step: SequentialOperator | null;
  readonly stateless: ((row: TracedRow) => readonly TracedRow[]) | null;
  time: WatermarkMinimum;
  readonly inputCount: number;
  readonly main: Edge[];
  readonly late: Edge[];
}
interface Split {
  readonly source: Node;
  readonly index: number;
  readonly spec: SourceSpec;
  readonly firstRecord: number;
  clock: SplitClock;
  offset: number;
  ended: boolean;
}

export class SequentialRun {
  private readonly workload: Workload;
  private readonly nodes = new Map<string, Node>();
  private readonly splits = new Map<string, Split>();
  private rows: SinkRow[] = [];

  constructor(pipeline: Pipeline, workload: Workload, catalog: FunctionCatalog = builtinFunctions) {
    this.workload = workload;
    for (const spec of pipeline.operators) this.addNode(spec, catalog);
    let firstRecord = 0;
    for (const log of workload.splits) {
      this.addSplit(log.split, firstRecord);
      firstRecord += log.records.length;
    }
  }

  /** Rows that arrived at sinks since the last call. */
  take(): readonly SinkRow[] {
    const taken = this.rows;
    this.rows = [];
    return taken;
  }

  /** Next offset to read of each split. */
  offsets(): Record<string, number> {
    return Object.fromEntries([...this.splits].map(([name, split]) => [name, split.offset]));
  }

  /** Whether every split was read to its end. */
  finished(): boolean {
    return [...this.splits.values()].every((split) => split.ended);
  }

  step(step: Step): void {
    if (step.kind === 'time') {
      for (const node of this.nodes.values()) node.step?.processingTime(step.ms);
      return;
    }
    const split = present(this.splits.get(step.split), `split ${step.split}`);
    if (step.kind === 'idle') this.markIdle(split);
    else this.read(split, step.split);
  }

  /** State as it is, event time unknown: what an attempt that restores a checkpoint starts from. */
  restart(): void {
    for (const node of this.nodes.values()) {
      node.time = new WatermarkMinimum(Math.max(1, node.inputCount));
      node.step?.restart();
    }
    for (const split of this.splits.values()) {
      split.clock = new SplitClock(split.spec.watermark);
      if (split.ended) this.end(split);
    }
  }

  private addNode(spec: OperatorSpec, catalog: FunctionCatalog): void {
    const outputs: Outputs = {
      main: (row) => this.send(node.main, row),
      late: (row) => this.send(node.late, row),
    };
    const inputs = inputsOf(spec);
    const inputCount = spec.kind === 'source' ? spec.splits.length : inputs.length;
    const node: Node = {
      spec,
      ...bodyOf(spec, catalog, outputs),
      time: new WatermarkMinimum(Math.max(1, inputCount)),
      inputCount,
      main: [],
      late: [],
    };
    inputs.forEach((ref, input) => {
      const [id, output] = ref.split('.') as [string, string | undefined];
      const from = present(this.nodes.get(id), `operator ${id}`);
      from[output === 'late' ? 'late' : 'main'].push({ to: node, input });
    });
    this.nodes.set(spec.id, node);
  }

  private addSplit(name: string, firstRecord: number): void {
    for (const source of this.nodes.values()) {
      if (source.spec.kind !== 'source') continue;
      const index = source.spec.splits.indexOf(name);
      if (index < 0) continue;
      const { spec } = source;
      const clock = new SplitClock(spec.watermark);
      const split = { source, index, spec, firstRecord, clock, offset: 0, ended: false };
      this.splits.set(name, split);
    }
  }

  private read(split: Split, name: string): void {
    const log = present(
      this.workload.splits.find((l) => l.split === name),
      `log of ${name}`,
    );
    const record = log.records[split.offset];
    if (record === undefined) {
      split.ended = true;
      this.end(split);
      return;
    }
    const from = [split.firstRecord + split.offset++];
    const row = { key: record.key, ts: record.ts, value: record.value, from };
    this.send(split.source.main, row);
    split.clock.record(record.ts);
    this.advance(split.source, split.index, split.clock.watermark());
  }

  private end(split: Split): void {
    split.clock.end();
    this.advance(split.source, split.index, split.clock.watermark());
  }

  private markIdle(split: Split): void {
    const risen = split.source.time.markIdle(split.index);
    if (risen !== null) this.forward(split.source, risen);
    if (split.source.time.idle()) this.forwardIdle(split.source);
  }

  private send(edges: readonly Edge[], row: TracedRow): void {
    for (const { to, input } of edges) {
      if (to.spec.kind === 'sink') this.rows.push({ sink: to.spec.id, row });
      else if (to.step !== null) to.step.row(row, input === 1 ? 1 : 0);
      else for (const next of to.stateless?.(row) ?? [row]) this.send(to.main, next);
    }
  }

  private advance(node: Node, input: number, watermark: number): void {
    if (watermark === WATERMARK_MIN) return;
    const risen = node.time.advance(input, watermark);
    if (risen === null) return;
    node.step?.watermark(risen);
    this.forward(node, risen);
  }

  private forward(node: Node, watermark: number): void {
    for (const edge of edgesOf(node)) this.advance(edge.to, edge.input, watermark);
  }

  private forwardIdle(node: Node): void {
    for (const { to, input } of edgesOf(node)) {
      const risen = to.time.markIdle(input);
      if (risen !== null) {
        to.step?.watermark(risen);
        this.forward(to, risen);
      }
      if (to.time.idle()) this.forwardIdle(to);
    }
  }
}

/** Each operator once per input, though main and late output may lead to the same one. */
function edgesOf(node: Node): readonly Edge[] {
  return [...node.main, ...node.late];
}

function bodyOf(
  spec: OperatorSpec,
  catalog: FunctionCatalog,
  outputs: Outputs,
): Pick<Node, 'step' | 'stateless'> {
  switch (spec.kind) {
    case 'source':
    case 'sink':
    case 'union':
    case 'rebalance':
      return { step: null, stateless: null };
    case 'map':
    case 'filter':
    case 'flat-map':
    case 'key-by':
      return { step: null, stateless: rowFunction(spec, catalog) };
    case 'reduce':
    case 'window':
    case 'process':
    case 'interval-join':
    case 'sort':
    case 'dedup':
      return { step: createSequential(spec, catalog, outputs), stateless: null };
  }
}
