/**
 * `tidemark completions`: completion scripts made of the command and option tables.
 */
import { commandTable } from '../command-table.ts';
import type { CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { flagOf, optionTable } from '../option-table.ts';
import { choice } from '../option-values.ts';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

export function completions({ args, io }: CommandContext): Promise<number> {
  io.out(completionScript(choice(shells)(args[0] ?? '')));
  return Promise.resolve(exitCodes.valid);
}

/** A script to be sourced by the shell. */
export function completionScript(shell: Shell): string {
  if (shell === 'fish') return fishScript();
  const script = bashScript();
  return shell === 'zsh' ? `autoload -U +X bashcompinit && bashcompinit\n${script}` : script;
}

function bashScript(): string {
  const cases = commandTable.map(
    ({ name, options }) => `    ${name}) words="${options.map(flagOf).join(' ')} --help" ;;`,
  );
  return [
    '_tidemark() {',
    '  local current="${COMP_WORDS[COMP_CWORD]}" words',
    '  case "${COMP_WORDS[1]}" in',
    ...cases,
    '  esac',
    `  if [ "$COMP_CWORD" -eq 1 ]; then words="${commandTable.map(({ name }) => name).join(' ')}"; fi`,
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '  if [ ${#COMPREPLY[@]} -eq 0 ]; then COMPREPLY=($(compgen -f -- "$current")); fi',
    '}',
    'complete -F _tidemark tidemark',
    '',
  ].join('\n');
}

function fishScript(): string {
  const quote = (text: string): string => `'${text.replaceAll("'", "\\'")}'`;
  const lines = commandTable.flatMap(({ name, describes, options }) => [
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
