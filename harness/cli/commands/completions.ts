/**
 * `tidemark completions`: completion scripts made of the command and option tables.
 */
import type { CommandCode, CommandSpec } from '../frame/command.ts';
import { exitCodes } from '../frame/exit-codes.ts';
import { flagOf, optionTable } from '../frame/option-table.ts';
import { choice } from '../frame/option-values.ts';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

export function completionsOf(commands: readonly CommandSpec[]): CommandCode {
  return ({ args, io }) => {
    io.out(completionScript(commands, choice(shells)(args[0] ?? '')));
    return Promise.resolve(exitCodes.valid);
  };
}

/** A script to be sourced by the shell. */
export function completionScript(commands: readonly CommandSpec[], shell: Shell): string {
  if (shell === 'fish') return fishScript(commands);
  const script = bashScript(commands);
  return shell === 'zsh' ? `autoload -U +X bashcompinit && bashcompinit\n${script}` : script;
}

function bashScript(commands: readonly CommandSpec[]): string {
  const cases = commands.map(
    ({ name, options }) => `    ${name}) words="${options.map(flagOf).join(' ')} --help" ;;`,
  );
  return [
    '_tidemark() {',
    '  local current="${COMP_WORDS[COMP_CWORD]}" words',
    '  case "${COMP_WORDS[1]}" in',
    ...cases,
    '  esac',
    `  if [ "$COMP_CWORD" -eq 1 ]; then words="${commands.map(({ name }) => name).join(' ')}"; fi`,
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '  if [ ${#COMPREPLY[@]} -eq 0 ]; then COMPREPLY=($(compgen -f -- "$current")); fi',
    '}',
    'complete -F _tidemark tidemark',
    '',
  ].join('\n');
}

function fishScript(commands: readonly CommandSpec[]): string {
  const quote = (text: string): string => `'${text.replaceAll("'", "\\'")}'`;
  const lines = commands.flatMap(({ name, describes, options }) => [
    `complete -c tidemark -n __fish_use_subcommand -a ${name} -d ${quote(describes)}`,
    ...options.map((option) => {
      const value = optionTable[option].value === null ? '' : ' -r';
      const flag = flagOf(option).slice(2);
      const when = `'__fish_seen_subcommand_from ${name}'`;
      return `complete -c tidemark -n ${when} -l ${flag}${value} -d ${quote(optionTable[option].describes)}`;
    }),
  ]);
  return `${lines.join('\n')}\n`;
}
