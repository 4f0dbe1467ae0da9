/**
 * The command line as Markdown, made of the tables. REFERENCE.md beside this file is its output; a
 * test keeps the two equal.
 */
import { commandTable } from './command-table.ts';
import type { CommandSpec } from './frame/command.ts';
import { flagOf, optionTable, type OptionName } from './frame/option-table.ts';

/** All commands with their flags, with a final line feed. */
export function cliReference(): string {
  const sections = commandTable.map(commandSection);
  return `# Command line\n\nMade of the tables in this folder; do not edit.\n\n${sections.join('\n')}`;
}

function commandSection(spec: CommandSpec): string {
  const argument = spec.argument === null ? '' : ` ${spec.argument}`;
  const lines = [
    `## tidemark ${spec.name}${argument}`,
    '',
    `${capital(spec.describes)}.`,
    '',
    ...(spec.argument === null ? [] : [`- \`${spec.argument}\`: ${spec.argumentDescribes}`]),
    ...spec.options.map(optionLine),
    '',
    '```sh',
    `npx ${spec.example}`,
    '```',
    '',
  ];
  return lines.join('\n');
}

function optionLine(name: OptionName): string {
  const { value, describes, absentText } = optionTable[name];
  const flag = value === null ? flagOf(name) : `${flagOf(name)} ${value}`;
  return `- \`${flag}\`: ${describes}${absentText === undefined ? '' : ` (default: ${absentText})`}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
