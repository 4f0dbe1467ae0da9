/** Compiles a partition in the way that fits its model. Pure, but for the scratch it is given. */
import { compile } from './compile.ts';
import { compileRegister, type RegisterScratch } from './compile-register.ts';
import type { Compiled } from './compiled.ts';
import type { OperationHistory } from '../history/history.ts';
import type { SequentialModel } from '../history/model.ts';
import type { Partition } from '../history/partitions.ts';
import type { Reductions } from '../history/reductions.ts';

export interface CompileContext {
  readonly history: OperationHistory;
  readonly model: SequentialModel;
  readonly scratch: RegisterScratch;
}

export function newScratch(history: OperationHistory): RegisterScratch {
  return {
    table: history.table,
    observedBy: new Int32Array(0),
    stamp: 0,
    makerOf: new Int32Array(0),
  };
}

export function compilePartition(
  { history, model, scratch }: CompileContext,
  partition: Partition,
  { quotient }: Pick<Reductions, 'quotient'>,
): Compiled {
  if (model.traceable !== 'register') return compile(history, partition, { model, quotient });
  return compileRegister(history, partition, { initial: model.initial, scratch, quotient });
}
