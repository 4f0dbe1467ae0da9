/**
 * One partition on its way to a verdict: pre-checks (R10), relaxed search (R7), full search. It runs
 * in turns of a given number of steps, so that many partitions share one budget.
 */
import type { Status } from '../../model/verdict.ts';
import type { AliveConfiguration, Certificate } from './certificate.ts';
import type { OperationCheckSettings, PartitionVerdict } from './check.ts';
import { compile } from './compile.ts';
import { compileRegister, type RegisterScratch } from './compile-register.ts';
import type { Compiled } from './compiled.ts';
import type { OperationHistory } from './history.ts';
import { type Layout, layoutOf } from './layout.ts';
import type { SequentialModel } from './model.ts';
import type { Partition } from './partitions.ts';
import { preCheck } from './pre-checks.ts';
import { respectsRealTime, spansOf } from './real-time.ts';
import { Search } from './search.ts';

export interface TaskContext {
  readonly history: OperationHistory;
  readonly model: SequentialModel;
  readonly settings: OperationCheckSettings;
  readonly scratch: RegisterScratch;
}

/** Steps after which a relaxed search (R7) is given up; linear, so that it never dominates. */
const relaxedStepsMax = (operations: number): number => 1024 + 64 * operations;

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
  private search: Search | null = null;

  constructor(context: TaskContext, partition: Partition) {
    this.context = context;
    this.partition = partition;
  }

  /** Goes on for about `stepsMax` steps; returns how many it took, at least 1. */
  run(stepsMax: number): number {
    if (this.isDone) return 1;
    if (this.search === null && this.decideWithoutSearch()) return 1;
    const before = this.steps;
    while (!this.isDone && this.steps - before < stepsMax) {
      const search = this.search ?? this.start();
      const from = search.steps;
      const left = stepsMax - (this.steps - before);
      search.run(
        search.relaxed ? Math.min(left, relaxedStepsMax(this.partition.ops.length)) : left,
      );
      this.steps += Math.max(1, search.steps - from);
      this.peakBytes = Math.max(this.peakBytes, search.bytes);
      this.conclude(search);
    }
    return Math.max(1, this.steps - before);
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

  private start(): Search {
    const { reductions, bytesMax } = this.context.settings;
    this.compiled = this.compilation();
    this.layout = layoutOf(this.partition, this.compiled, reductions);
    const relaxed = reductions.crashRelaxation && this.layout.classCount > 0;
    this.search = new Search(this.compiled, this.layout, { reductions, relaxed, bytesMax });
    return this.search;
  }

  private compilation(): Compiled {
    const { history, model, settings, scratch } = this.context;
    const { quotient } = settings.reductions;
    if (model.traceable === 'register') {
      return compileRegister(history, this.partition, {
        initial: model.initial,
        scratch,
        quotient,
      });
    }
    return compile(history, this.partition, { model, quotient });
  }

  private conclude(search: Search): void {
    if (search.relaxed && this.isFutile(search)) {
      this.search = this.fullSearch();
      return;
    }
    if (search.status === 'running') return;
    if (search.status === 'given-up') {
      this.unknown = 'the limit on remembered configurations was reached';
      this.isDone = true;
    } else if (search.status === 'refuted') {
      this.method = search.relaxed ? 'relaxed search' : 'search';
      this.settle(this.deadFrontier(search));
    } else {
      this.accept(search);
    }
  }

  private isFutile(search: Search): boolean {
    if (search.status === 'given-up') return true;
    return search.status === 'running' && search.steps > relaxedStepsMax(this.partition.ops.length);
  }

  private fullSearch(): Search {
    const { reductions, bytesMax } = this.context.settings;
    const options = { reductions, relaxed: false, bytesMax };
    return new Search(this.compiled as Compiled, this.layout as Layout, options);
  }

  private accept(search: Search): void {
    const order = search.linearization();
    if (search.relaxed && (search.overused || !respectsRealTime(spansOf(this.partition), order))) {
      this.search = this.fullSearch();
      return;
    }
    const rows = order.map((op) => this.partition.ops[op] as number);
    this.settle({ kind: 'linearization', order: rows });
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
    return { kind: 'dead-frontier', death, relaxed: search.relaxed, count, alive };
  }

  private settle(certificate: Certificate): void {
    this.certificate = certificate;
    this.verdict = certificate.kind === 'linearization' ? 'valid' : 'invalid';
    this.isDone = true;
    this.search = null;
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
