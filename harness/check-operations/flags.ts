/** The flags `tidemark check FILE…` has for operation histories: one table for parsing and help. */
import { type Format, formats } from './formats.ts';

export interface OperationFlags {
  /** A model's name (`register:0` sets a register's initial value) or a module; null: by functions. */
  readonly model: string | null;
  readonly format: Format;
  /** `key`: by the event's key; `tuple`: values are [key, value], as Jepsen's independent; `none`. */
  readonly partitionBy: 'key' | 'tuple' | 'none';
  /** Steps of the search over all objects of a file. */
  readonly budget: number;
  readonly verify: boolean;
  readonly failedCas: 'ignored' | 'observed';
  readonly json: boolean;
}

export const defaultOperationFlags: OperationFlags = {
  model: null,
  format: 'auto',
  partitionBy: 'key',
  budget: 1_000_000_000,
  verify: false,
  failedCas: 'ignored',
  json: false,
};

export interface FlagSpec {
  readonly name: keyof OperationFlags;
  readonly flag: string;
  readonly argument: string | null;
  readonly choices: readonly string[] | null;
  readonly fallback: string | null;
  readonly help: string;
}

export const operationFlagSpecs: readonly FlagSpec[] = [
  {
    name: 'model',
    flag: '--model',
    argument: 'NAME|MODULE',
    choices: null,
    fallback: null,
    help: 'what the object promises: register, cas-register, key-value, counter, set, append-log, list-append, queue, or a module that exports `model`; default: by the functions called',
  },
  {
    name: 'format',
    flag: '--format',
    argument: 'FORMAT',
    choices: formats,
    fallback: 'auto',
    help: 'how the file is written',
  },
  {
    name: 'partitionBy',
    flag: '--partition-by',
    argument: 'WHAT',
    choices: ['key', 'tuple', 'none'],
    fallback: 'key',
    help: 'what tells independent objects apart: the key, the first half of [key, value], nothing',
  },
  {
    name: 'budget',
    flag: '--budget',
    argument: 'STEPS',
    choices: null,
    fallback: String(defaultOperationFlags.budget),
    help: 'steps of search per file after which the verdict is unknown',
  },
  {
    name: 'verify',
    flag: '--verify',
    argument: null,
    choices: null,
    fallback: null,
    help: 'check every certificate with the independent verifier',
  },
  {
    name: 'failedCas',
    flag: '--failed-cas',
    argument: 'HOW',
    choices: ['ignored', 'observed'],
    fallback: 'ignored',
    help: 'whether a failed compare-and-set is dropped or states that the comparison did not hold',
  },
  {
    name: 'json',
    flag: '--json',
    argument: null,
    choices: null,
    fallback: null,
    help: 'print the report as JSON',
  },
];

/** Bad flags or arguments. Exit code 64. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
