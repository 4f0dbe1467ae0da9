/**
 * For GitHub Actions: a job summary in Markdown, and at most ten annotations as workflow commands.
 * Pure; the caller knows where they go.
 */
import { caseName } from '../describe/case-name.ts';
import { limitText } from '../describe/limit-text.ts';
import { realLines } from '../describe/real-text.ts';
import { plural } from '../describe/plural.ts';
import { unknownLine } from '../describe/unknown-text.ts';
import { plainText } from '../describe/plain-text.ts';
import type { CaseResult, RunResult, ScenarioResult } from '../result.ts';

/** GitHub shows ten per step and kind, and drops the rest without a word. */
export const annotationsMax = 10;

const marks = { valid: '✅', invalid: '❌', unknown: '❔' } as const;

/** Markdown with a final line feed. */
export function jobSummary(result: RunResult): string {
  const lines = [
    `## ${marks[result.verdict]} Tidemark: ${result.verdict}`,
    '',
    `${cell(result.statement)}. Seed ${result.seed}.`,
    '',
    '| | scenario | runs | strongest guarantee | anomalies |',
    '|---|---|---:|---|---|',
    ...result.scenarios.map(row),
    '',
    ...result.scenarios.flatMap((scenario) => scenario.cases.flatMap((kept) => caseLines(kept))),
    ...result.limits.map((hit) => `- ${cell(limitText(hit))}`),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function row(scenario: ScenarioResult): string {
  const anomalies = scenario.anomalies.map((name) => `\`${name}\``).join(', ');
  const notes =
    scenario.verdict === 'unknown'
      ? cell(scenario.unknowns.map(unknownLine).join('; '))
      : anomalies;
  return `| ${marks[scenario.verdict]} | ${cell(scenario.id)} | ${scenario.runs} | ${cell(scenario.strongestGuarantee)} | ${notes} |`;
}

function caseLines(kept: CaseResult): string[] {
  return [
    `### ${marks[kept.status]} ${caseName(kept)}`,
    '',
    cell(kept.sentence),
    '',
    `${plural(kept.events, 'record')}, ${plural(kept.faults, 'fault')}`,
    '',
    codeBlock(kept.replay),
    '',
    ...realLines(kept.real, kept.replay).flatMap((line) => [cell(line), '']),
  ];
}

/** A fence longer than any run of backticks inside. */
function codeBlock(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return `${fence}\n${plainText(text)}\n${fence}`;
}

/** Text from data, harmless inside a Markdown table: no markup, no line break. */
function cell(text: string): string {
  return plainText(text.replaceAll(/\s+/g, ' '))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_[\]|#]/g, (character) => `\\${character}`);
}

/** The verdict in a line, for a log in which nothing else may be printed. */
export function verdictLine(result: RunResult): string {
  return `${result.verdict.toUpperCase()}  ${plainText(result.statement)}; seed ${result.seed}\n`;
}

/**
 * One `::error` per violation, `::warning` per unknown scenario; the last says what was left out.
 */
export function annotations(result: RunResult): string {
  const all = result.scenarios.flatMap(annotationsOf);
  const shown = all.length > annotationsMax ? all.slice(0, annotationsMax - 1) : all;
  const rest = all.length - shown.length;
  const lines = rest > 0 ? [...shown, notice(`${rest} more findings are in the report`)] : shown;
  return lines.map((line) => `${line}\n`).join('');
}

function annotationsOf(scenario: ScenarioResult): string[] {
  const cases = scenario.cases.map((kept) => {
    const level = kept.status === 'invalid' ? 'error' : 'warning';
    const title = `${scenario.id}: ${caseName(kept)}`;
    return command(level, title, `${kept.sentence}\n${kept.replay}`);
  });
  if (cases.length > 0 || scenario.verdict === 'valid') return cases;
  const level = scenario.verdict === 'invalid' ? 'error' : 'warning';
  return [
    command(
      level,
      `${scenario.id}: ${scenario.verdict}`,
      scenario.unknowns.map(unknownLine).join('\n'),
    ),
  ];
}

function notice(text: string): string {
  return `::notice::${escapeData(text)}`;
}

function command(level: 'error' | 'warning', title: string, text: string): string {
  return `::${level} title=${escapeProperty(title)}::${escapeData(text)}`;
}

/** Escapes of workflow commands (actions/toolkit, `command.ts`). */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
