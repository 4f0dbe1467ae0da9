/** What an operator keeps in a checkpoint: JSON, whose shape only the operator knows. */
import type { Value } from '../../model/value.ts';

export type OperatorState = Value;
