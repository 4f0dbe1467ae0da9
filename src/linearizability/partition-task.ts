/**
 * One partition on its way to a verdict: pre-checks (R10), relaxed search (R7), full search. It
 * runs in turns of a given number of steps, so that many partitions share one budget.
 */
import type { Status } from '../model/verdict/verdict.ts';
import type { AliveConfiguration, Certificate } from './history/certificate.ts';
import { type CompileContext, compilePartition } from './compile/compile-partition.ts';
import type { Compiled } from './compile/compiled.ts';
import { type Layout, layoutOf } from './search/layout.ts';
import type { FailedCas, Partition } from './history/partitions.ts';
import type { Reductions } from './history/reductions.ts';
import { Portfolio } from './search/portfolio.ts';
import { preCheck } from './exact/pre-checks.ts';
import type { Search } from './search/search.ts';

export interface OperationCheckSettings {
  /** Whether operations with different keys are different objects. */
  readonly byKey: boolean;
  readonly failedCas: FailedCas;
  /** Steps over all partitions. */
  readonly stepsMax: number;
  /** Bytes of remembered configurations per search. */
  readonly bytesMax: number;
  readonly reductions: Reductions;
}

export interface PartitionVerdict {
  readonly key: string | null;
  readonly verdict: Status;
  readonly operations: number;
  readonly indefinite: number;
  readonly steps: number;
  /** How it was decided, e.g. `search`, `unique-value zones`. */
  readonly method: string;
  readonly certificate: Certificate | null;
  /** Why it is unknown; null otherwise. */
  readonly unknown: string | null;
  readonly partition: Partition;
}

export interface TaskContext extends CompileContext {
  readonly settings: OperationCheckSettings;
}

/** Alive configurations kept in a dead-frontier certificate. */
const aliveMax = 16;

export class PartitionTask {
  readonly partition: Partition;
  verdict: Status = 'unknown';
  isDone = false;
  peakBytes = 0;
  private readonly context: TaskContext;
  private method = 'search';
  private steps = 0;
  private certificate: Certificate | null = null;
  private unknown: string | null = 'the budget of steps ran out';
  private compiled: Compiled | null = null;
  private layout: Layout | null = null;
  private searches: Portfolio | null = null;

  constructor(context: TaskContext, partition: Partition) {
    this.context = context;
    this.partition = partition;
  }

  /** Goes on for about `stepsMax` steps; returns how many it took, at least 1. */
  run(stepsMax: number): number {
    if (this.isDone) return 1;
    if (this.searches === null && this.decideWithoutSearch()) return 1;
    const searches = this.searches ?? this.start();
    const from = searches.steps;
    searches.run(stepsMax);
    const taken = Math.max(1, searches.steps - from);
    this.steps += taken;
    this.peakBytes = Math.max(this.peakBytes, searches.peakBytes);
    this.conclude(searches);
    return taken;
  }

  result(): PartitionVerdict {
    const { partition, verdict, steps, method, certificate } = this;
    return {
      key: partition.key,
      verdict,
      operations: partition.ops.length,
      indefinite: partition.indefinite,
      steps,
      method,
      certificate,
      unknown: verdict === 'unknown' ? this.unknown : null,
      partition,
    };
  }

  private decideWithoutSearch(): boolean {
    const { history, model, settings, scratch } = this.context;
    if (!settings.reductions.preChecks) return false;
    const found = preCheck({ history, partition: this.partition, model, scratch });
    if (found === null) return false;
    this.method = found.method;
    this.settle(found.certificate);
    return true;
  }

  private start(): Portfolio {
    const { reductions } = this.context.settings;
    const { partition } = this;
    this.compiled = compilePartition(this.context, partition, reductions);
    this.layout = layoutOf(partition, this.compiled, reductions);
    const problem = { partition, compiled: this.compiled, layout: this.layout };
    this.searches = new Portfolio(problem, this.context.settings);
    return this.searches;
  }

  private conclude(searches: Portfolio): void {
    if (searches.status === 'running') return;
    if (searches.status === 'given-up') {
      this.unknown = 'the limit on remembered configurations was reached';
      this.isDone = true;
    } else if (searches.refuting !== null) {
      this.method = searches.refuting.isRelaxed ? 'relaxed search' : 'search';
      this.settle(this.deadFrontier(searches.refuting));
    } else {
      const order = searches.order.map((op) => this.partition.ops[op] as number);
      this.settle({ kind: 'linearization', order });
    }
  }

  private deadFrontier(search: Search): Certificate {
    const { ops } = this.partition;
    const layout = this.layout as Layout;
    const compiled = this.compiled as Compiled;
    const r = search.deepest;
    const pending = pendingBefore(layout, r);
    const alive: AliveConfiguration[] = [];
    let count = 0;
    search.seen.at(r, (state, mask) => {
      count++;
      if (alive.length >= aliveMax) return;
      const linearized = pending.filter((op) => isSet(mask, layout.slot[op] as number));
      alive.push({
        state: compiled.describe(state),
        linearized: linearized.map((op) => ops[op] as number),
      });
    });
    const death = ops[layout.returnOp[r] as number] as number;
    const crashed = layout.crashOp.filter(
      (op) => search.counted[layout.classOf[op] as number] === 1,
    );
    const counted = Array.from(crashed, (op) => ops[op] as number);
    return { kind: 'dead-frontier', death, relaxed: search.isRelaxed, counted, count, alive };
  }

  private settle(certificate: Certificate): void {
    this.certificate = certificate;
    this.verdict = certificate.kind === 'linearization' ? 'valid' : 'invalid';
    this.isDone = true;
    this.searches = null;
    this.compiled = null;
    this.layout = null;
  }
}

function isSet(mask: Int32Array, bit: number): boolean {
  return ((mask[bit >> 5] as number) & (1 << (bit & 31))) !== 0;
}

/** Operations called before return `r` that have not returned before it. */
function pendingBefore(layout: Layout, r: number): number[] {
  const called = layout.callOp.subarray(0, layout.callEnd[r]);
  return Array.from(called).filter((op) => (layout.deadline[op] as number) >= r);
}
