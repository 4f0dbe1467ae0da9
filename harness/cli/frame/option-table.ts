/**
 * The one table of flags: parsing, help, documentation and completions are all made of it.
 */
import { availableParallelism } from 'node:os';

import { outputFolder } from '../../store/run-folder.ts';
import {
  choice,
  choices,
  duration,
  integer,
  nonEmpty,
  shard,
  type Parser,
} from './option-values.ts';

export const reporterNames = ['terminal', 'json', 'junit', 'github', 'html'] as const;
export type ReporterName = (typeof reporterNames)[number];

export const profileNames = ['quick', 'standard', 'thorough'] as const;
export type ProfileName = (typeof profileNames)[number];

export const historyFormats = [
  'auto',
  'jsonl',
  'binary',
  'jepsen',
  'porcupine-kv',
  'kafka',
] as const;
export const peerNames = ['porcupine'] as const;
export const partitionings = ['key', 'tuple', 'none'] as const;
export const failedCasReadings = ['ignored', 'observed'] as const;

/** `T` is the type of the parsed value. */
export interface OptionSpec<T> {
  /** What stands for the value in help, e.g. `<n>`; null for a switch. */
  readonly value: string | null;
  readonly describes: string;
  /** Value when the flag is absent. */
  readonly absent: T;
  /** The default in words, where it is not obvious. */
  readonly absentText?: string;
  /** Null for a switch, which is true when given. */
  readonly parse: Parser<T> | null;
}

function toggle(describes: string): OptionSpec<boolean> {
  return { value: null, describes, absent: false, parse: null };
}

/** Workers beyond this only wait for each other. */
const workersMax = 256;
const runsMax = 10_000_000;

/** What a command receives: each flag's value, or what holds without it. Durations in ms. */
export interface OptionValues {
  readonly seed: number;
  readonly runs: number | null;
  readonly profile: ProfileName;
  readonly timeBudget: number | null;
  readonly workers: number;
  readonly shard: { readonly index: number; readonly count: number } | null;
  readonly bail: boolean;
  readonly noShrink: boolean;
  readonly shrinkBudget: number | null;
  readonly reporter: readonly ReporterName[] | null;
  readonly outputDir: string;
  readonly json: boolean;
  /** Null: the simulator; for a saved case, what it was found on. */
  readonly subject: string | null;
  readonly config: string | null;
  readonly case: string | null;
  readonly dir: string | null;
  readonly cleanRuns: number;
  readonly port: number;
  readonly model: string | null;
  readonly format: (typeof historyFormats)[number];
  readonly partitionBy: (typeof partitionings)[number];
  readonly budget: number;
  readonly verify: boolean;
  readonly failedCas: (typeof failedCasReadings)[number];
  /** Null: none. */
  readonly peer: (typeof peerNames)[number] | null;
  readonly wwDeps: boolean;
  /** Server to use; null: our own. */
  readonly postgres: string | null;
  /** Page to write; null: none. */
  readonly html: string | null;
  readonly verbose: boolean;
}
export type OptionName = keyof OptionValues;
type OptionTable = { readonly [N in OptionName]: OptionSpec<OptionValues[N]> };

export const optionTable: OptionTable = {
  seed: {
    value: '<n>',
    describes: 'start of all randomness; the same seed gives the same runs',
    absent: 1,
    absentText: '1',
    parse: integer(0, 0xffff_ffff),
  },
  runs: {
    value: '<n>',
    describes:
      'runs per scenario; for replay, runs on a real subject; for shrink, runs in the simulator',
    absent: null,
    absentText: 'by profile',
    parse: integer(1, runsMax),
  },
  profile: {
    value: '<name>',
    describes: 'how much to run: quick (100 runs per scenario), standard (500), thorough (5000)',
    absent: 'standard',
    absentText: 'standard',
    parse: choice(profileNames),
  },
  timeBudget: {
    value: '<duration>',
    describes: 'start no new run after this time, e.g. 90s or 5m',
    absent: null,
    absentText: 'none',
    parse: duration,
  },
  workers: {
    value: '<n>',
    describes: 'runs at the same time; the result does not depend on it',
    absent: availableParallelism(),
    absentText: 'one per core',
    parse: integer(1, workersMax),
  },
  shard: {
    value: '<i/n>',
    describes: 'only the i-th of n parts of the campaign, for several machines',
    absent: null,
    absentText: 'everything',
    parse: shard,
  },
  bail: toggle('stop at the first violation'),
  noShrink: toggle('keep failing cases as they were found'),
  shrinkBudget: {
    value: '<duration>',
    describes: 'wall time for shrinking what a real subject showed in one scenario, e.g. 90s',
    absent: null,
    absentText: '60s in run, 5m in shrink',
    parse: duration,
  },
  reporter: {
    value: '<names>',
    describes: `reports to make, separated by commas: ${reporterNames.join(', ')}`,
    absent: null,
    absentText: 'terminal,html,json',
    parse: choices(reporterNames),
  },
  outputDir: {
    value: '<folder>',
    describes: 'where evidence and reports go',
    absent: outputFolder,
    absentText: outputFolder,
    parse: nonEmpty,
  },
  json: toggle('one JSON document on standard output instead of text'),
  subject: {
    value: '<name>',
    describes: 'what is verified; see `tidemark doctor`',
    absent: null,
    absentText: 'simulator; for a saved case what it was found on',
    parse: nonEmpty,
  },
  config: {
    value: '<file>',
    describes: 'configuration with scenarios of your own, and the functions of their cases',
    absent: null,
    absentText: 'tidemark.config.ts or .mts if there is one',
    parse: nonEmpty,
  },
  case: {
    value: '<file>',
    describes: 'the case the history belongs to',
    absent: null,
    parse: nonEmpty,
  },
  dir: {
    value: '<folder>',
    describes: 'folder of bug files, or to write to',
    absent: null,
    absentText: "the project's bugs; for init the working directory",
    parse: nonEmpty,
  },
  cleanRuns: {
    value: '<n>',
    describes: 'runs of the unmodified engine, for false alarms',
    absent: 5000,
    absentText: '5000',
    parse: integer(0, runsMax),
  },
  port: {
    value: '<n>',
    describes: 'port of the control API',
    absent: 8474,
    absentText: '8474',
    parse: integer(0, 65_535),
  },
  model: {
    value: '<name>',
    describes:
      'what the object promises: register, cas-register, key-value, counter, set, append-log, ' +
      'list-append, queue, or a module that exports `model`',
    absent: null,
    absentText: 'by the functions called',
    parse: nonEmpty,
  },
  format: {
    value: '<format>',
    describes: `how the file is written: ${historyFormats.join(', ')}`,
    absent: 'auto',
    absentText: 'auto',
    parse: choice(historyFormats),
  },
  partitionBy: {
    value: '<what>',
    describes: `what tells independent objects apart: ${partitionings.join(', ')}`,
    absent: 'key',
    absentText: 'key',
    parse: choice(partitionings),
  },
  budget: {
    value: '<steps>',
    describes: 'steps of search per file after which the verdict is unknown',
    absent: 1_000_000_000,
    absentText: '1000000000',
    parse: integer(1),
  },
  verify: toggle('check every certificate, and every claim of an explanation, independently'),
  failedCas: {
    value: '<how>',
    describes: 'a failed compare-and-set is dropped, or says that the comparison did not hold',
    absent: 'ignored',
    absentText: 'ignored',
    parse: choice(failedCasReadings),
  },
  wwDeps: toggle('in logs, follow also that one write lies right after another'),
  peer: {
    value: '<name>',
    describes: `another checker to measure on the same files: ${peerNames.join(', ')} (needs Go)`,
    absent: null,
    absentText: 'none',
    parse: choice(peerNames),
  },
  postgres: {
    value: '<url>',
    describes:
      'PostgreSQL server for the sinks of real subjects: asked first, then used by every run',
    absent: null,
    absentText: 'one started for runs with faults of the store',
    parse: nonEmpty,
  },
  html: {
    value: '<file>',
    describes: 'write the verdict on operations as a page, with its time lines',
    absent: null,
    absentText: 'none',
    parse: nonEmpty,
  },
  verbose: toggle('show where an internal error came from, and by which rules a case is judged'),
};

/** `timeBudget` as it is typed: `--time-budget`. */
export function flagOf(name: OptionName): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
