/** The flags `tidemark check FILE…` has for operation histories: their values and defaults. */
import type { Format } from './formats.ts';

export interface OperationFlags {
  /**
   * A model's name (`register:0` sets a register's initial value) or a module; null: by functions.
   */
  readonly model: string | null;
  readonly format: Format;
  /**
   * `key`: by the event's key; `tuple`: values are [key, value], as Jepsen's independent; `none`.
   */
  readonly partitionBy: 'key' | 'tuple' | 'none';
  /** Steps of the search over all objects of a file. */
  readonly budget: number;
  readonly verify: boolean;
  readonly failedCas: 'ignored' | 'observed';
  /** In histories of a log: follow write-write dependencies between neighbours. */
  readonly wwDeps: boolean;
  readonly json: boolean;
}

export const defaultOperationFlags: OperationFlags = {
  model: null,
  format: 'auto',
  partitionBy: 'key',
  budget: 1_000_000_000,
  verify: false,
  failedCas: 'ignored',
  wwDeps: false,
  json: false,
};

/** Bad flags or arguments. Exit code 64. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
