/**
 * The shape of a command: its description is loaded at start-up, its code only when it runs.
 */
import type { OptionName, OptionValues } from './option-table.ts';

/** Where a command reads and writes. Tests pass their own. */
export interface CommandIo {
  /** Results. */
  out(text: string): void;
  /** Progress and errors. */
  err(text: string): void;
  /** Whether standard error is a terminal: a live line may be drawn on it. */
  readonly liveErrors: boolean;
  /** Whether results may carry colours. */
  readonly colors: boolean;
  /** Columns of the terminal. */
  readonly columns: number;
}

export interface CommandContext {
  readonly args: readonly string[];
  readonly options: OptionValues;
  readonly io: CommandIo;
}

/** Returns the exit code. Throws InputError or FlagError on bad input. */
export type CommandCode = (context: CommandContext) => Promise<number>;

export interface CommandSpec {
  readonly name: string;
  readonly describes: string;
  /** Positional arguments, as commander writes them: `[scenario...]`, `<case>`. */
  readonly argument: string | null;
  readonly argumentDescribes: string;
  readonly options: readonly OptionName[];
  /** An example line for the help, without `npx`. */
  readonly example: string;
  readonly load: () => Promise<CommandCode>;
}
