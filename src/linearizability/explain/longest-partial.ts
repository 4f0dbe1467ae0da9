/**
 * The longest part of a refuted history that some order still explains: everything before one
 * return. For explanations; verdicts do not rest on it. Deterministic: steps, not clocks.
 */
import type { Certificate } from '../history/certificate.ts';
import { compilePartition, newScratch } from '../compile/compile-partition.ts';
import type { OperationHistory } from '../history/history.ts';
import { layoutOf } from '../search/layout.ts';
import type { SequentialModel } from '../history/model.ts';
import type { Partition } from '../history/partitions.ts';
import { Portfolio } from '../search/portfolio.ts';
import { allReductions } from '../history/reductions.ts';

export interface Partial {
  /** Rows in an order that the model allows. */
  readonly order: readonly number[];
  /** The row whose return nothing survives. */
  readonly death: number;
}

const bytesMax = 500_000_000;

/**
 * Decides ever shorter parts: where one is refuted its death, which comes earlier, ends the next.
 * Null when that takes more than `stepsMax` steps.
 */
export function longestPartial(
  scene: {
    readonly history: OperationHistory;
    readonly model: SequentialModel;
    readonly partition: Partition;
  },
  certificate: Certificate,
  stepsMax: number,
): Partial | null {
  const { history, model, partition } = scene;
  const context = { history, model, scratch: newScratch(history) };
  const compiled = compilePartition(context, partition, allReductions);
  let death = certificate.kind === 'dead-frontier' ? partition.ops.indexOf(certificate.death) : -1;
  for (let left = stepsMax; left > 0;) {
    const part = death < 0 ? partition : before(partition, death);
    const layout = layoutOf(part, compiled, allReductions);
    const problem = { partition: part, compiled, layout };
    const searches = new Portfolio(problem, { reductions: allReductions, bytesMax });
    searches.run(left);
    left -= searches.steps;
    if (searches.status === 'found' && death >= 0) {
      const order = Array.from(searches.order, (op) => partition.ops[op] as number);
      return { order, death: partition.ops[death] as number };
    }
    if (searches.refuting === null) return null;
    death = layout.returnOp[searches.refuting.deepest] as number;
  }
  return null;
}

/** The partition up to the return of `op`: what is pending then never returns. */
function before(partition: Partition, op: number): Partition {
  const end = partition.events.indexOf(op * 2 + 1);
  const events = partition.events.slice(0, end);
  const returned = events.reduce((sum, event) => sum + (event & 1), 0);
  return { ...partition, events, indefinite: partition.ops.length - returned };
}
