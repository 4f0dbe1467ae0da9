/**
 * What every operator of the engine is: a synchronous state machine that receives rows and
 * watermarks and emits rows. Its subtask owns barriers, channels and threads of control.
 */
import type { OperatorState } from '../state/operator-state.ts';
import type { FunctionCatalog } from '../../model/functions.ts';
import type { Row } from '../../model/value.ts';
import type { TimerHandle } from '../world/world.ts';

export interface OperatorOutput {
  emit(row: Row): void;
  /** The late side output. */
  late(row: Row): void;
}

/** What an operator may ask of its subtask. */
export interface OperatorContext {
  readonly output: OperatorOutput;
  readonly catalog: FunctionCatalog;
  /** Wall clock, ms. */
  now(): number;
  /** Calls `action` after `delayMs` between two elements, unless the task is gone by then. */
  timer(delayMs: number, action: () => void): TimerHandle;
}

export interface Operator {
  /** `input` is 1 only for the right side of a join. */
  row(row: Row, input: 0 | 1): void;
  /** Event time has reached `ts`. Output made here goes out before the watermark itself. */
  advance(ts: number): void;
  /** All rows and the last watermark are through. */
  end(): void;
  /** A copy that later steps do not change. */
  snapshot(): OperatorState;
  restore(state: OperatorState): void;
}

/** An operator without event time, timers or state. */
export const stateless: Pick<Operator, 'advance' | 'end' | 'snapshot' | 'restore'> = {
  advance: () => undefined,
  end: () => undefined,
  snapshot: () => null,
  restore: () => undefined,
};
