/**
 * From arguments to an exit code: builds the parser from the tables, loads the command, and turns
 * whatever it throws into words and a code. Not here: what any command does.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';

import { terminalText } from '../../reports/describe/plain-text.ts';
import { InputError } from '../../src/model/input-error.ts';
import type { CommandIo, CommandSpec } from './frame/command.ts';
import { commandTable } from './command-table.ts';
import { exitCodes } from './frame/exit-codes.ts';
import { flagOf, optionTable, type OptionName, type OptionValues } from './frame/option-table.ts';
import { FlagError, type Parser } from './frame/option-values.ts';
import { toolVersion } from './frame/version.ts';

/** Runs the command line `argv` (without node and script). Never throws; returns the exit code. */
export async function runCli(argv: readonly string[], terminal: CommandIo): Promise<number> {
  const io = guarded(terminal);
  const state: CliState = { code: exitCodes.valid, verbose: argv.includes('--verbose') };
  const program = buildProgram(state, io);
  if (argv.length === 0) {
    io.out(program.helpInformation());
    return exitCodes.valid;
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return state.code;
  } catch (error) {
    return codeOfError(error, state, io);
  }
}

/** Whatever is written, no control character of what was read gets through. */
function guarded(io: CommandIo): CommandIo {
  return {
    ...io,
    out: (text) => io.out(terminalText(text, io.colors)),
    err: (text) => io.err(terminalText(text, io.liveErrors)),
  };
}

interface CliState {
  code: number;
  readonly verbose: boolean;
}

function buildProgram(state: CliState, io: CommandIo): Command {
  const program = new Command('tidemark')
    .description(
      'Verifies stream processors: runs them under faults and explains what became visible.',
    )
    .version(toolVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .showSuggestionAfterError(true)
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) })
    .exitOverride();
  program.addHelpText(
    'after',
    '\nExit codes: 0 valid, 1 violation, 2 unknown or vacuous, 3 not reproducible,\n' +
      '64 usage, 70 internal error, 130 interrupted.',
  );
  for (const spec of commandTable) addCommand(program, spec, { state, io });
  return program;
}

function addCommand(
  program: Command,
  spec: CommandSpec,
  shared: { state: CliState; io: CommandIo },
): void {
  const command = program
    .command(spec.name)
    .description(spec.describes)
    .helpOption('-h, --help', 'show help')
    .addHelpText('after', `\nExample:\n  ${spec.example}`);
  if (spec.argument !== null) command.argument(spec.argument, spec.argumentDescribes);
  else command.allowExcessArguments(false);
  for (const name of spec.options) command.addOption(commanderOption(name));
  command.action(async (...parameters: unknown[]) => {
    const args = spec.argument === null ? [] : [parameters[0]].flat();
    const code = await spec.load();
    shared.state.code = await code({
      args: args.filter((arg): arg is string => typeof arg === 'string'),
      options: valuesOf(command.opts()),
      io: shared.io,
    });
  });
}

function commanderOption(name: OptionName): Option {
  const spec = optionTable[name];
  const flag = flagOf(name);
  const absent = spec.absentText === undefined ? '' : ` (default: ${spec.absentText})`;
  const text = `${spec.describes}${absent}`;
  const { parse } = spec;
  // Commander reads "--no-x" as the negation of "--x"; here it is a switch with a name of its own.
  if (parse === null) return new Option(flag, text);
  return new Option(`${flag} ${spec.value}`, text).argParser(asCommanderParser(parse));
}

function asCommanderParser(parse: Parser<unknown>): (text: string) => unknown {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      if (error instanceof FlagError) throw new InvalidArgumentError(error.message);
      throw error;
    }
  };
}

/** What was given, over what holds when a flag is absent. */
function valuesOf(given: Readonly<Record<string, unknown>>): OptionValues {
  const absent = Object.entries(optionTable).map(([name, spec]) => [name, spec.absent]);
  const negated = given['shrink'] === false ? { noShrink: true } : {};
  return { ...Object.fromEntries(absent), ...given, ...negated } as OptionValues;
}

function codeOfError(error: unknown, state: CliState, io: CommandIo): number {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? exitCodes.valid : exitCodes.usage;
  }
  if (error instanceof InputError || error instanceof FlagError) {
    io.err(`${error.message}\n`);
    return exitCodes.usage;
  }
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  io.err(`internal error: ${text}\n`);
  if (state.verbose && error instanceof Error) io.err(`${error.stack ?? ''}\n`);
  else io.err('run it again with --verbose to see where it came from\n');
  return exitCodes.internal;
}
