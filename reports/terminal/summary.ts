/**
 * The summary for people: one line per scenario, what was found in a few lines each, and last the
 * sentence that says how much the runs prove. Pure.
 */
import type { Status } from '../../src/model/verdict/verdict.ts';
import { amount, duration } from '../describe/amounts.ts';
import { caseName } from '../describe/case-name.ts';
import type { CaseResult, RunResult, ScenarioResult } from '../result.ts';
import { isAskedFor, limitText } from '../describe/limit-text.ts';
import { ranOnText } from '../describe/ran-on.ts';
import { realLines } from '../describe/real-text.ts';
import { plural } from '../describe/plural.ts';
import { reasonsLeft, unknownText } from '../describe/unknown-text.ts';
import type { Paint, Tone } from './paint.ts';
import { plainText } from '../describe/plain-text.ts';

const tones: Readonly<Record<Status, Tone>> = { valid: 'good', invalid: 'bad', unknown: 'doubt' };
const marks: Readonly<Record<Status, string>> = { valid: '✓', invalid: '✗', unknown: '?' };

/** The whole summary, with a final line feed. */
export function terminalSummary(result: RunResult, paint: Paint): string {
  const width = widthsOf(result);
  const lines = [
    '',
    ...result.scenarios.flatMap((scenario) => scenarioLines(scenario, width, paint)),
    '',
    ...noteLines(result, paint),
    ...verdictLines(result, paint),
  ];
  return `${lines.join('\n')}\n`;
}

interface Widths {
  readonly id: number;
  readonly strongest: number;
}

function widthsOf({ scenarios }: RunResult): Widths {
  return {
    id: Math.max(12, ...scenarios.map(({ id }) => id.length)),
    strongest: Math.max(12, ...scenarios.map((scenario) => scenario.strongestGuarantee.length)),
  };
}

function scenarioLines(scenario: ScenarioResult, width: Widths, paint: Paint): string[] {
  const mark = paint(tones[scenario.verdict], marks[scenario.verdict]);
  const id = plainText(scenario.id).padEnd(width.id);
  const runs = plural(scenario.runs, 'run').padStart(10);
  const rate = `${Math.round(scenario.stats.runsPerSecond)}/s`.padStart(7);
  const strongest = scenario.strongestGuarantee.padEnd(width.strongest);
  const head = `${mark} ${id}${runs}${paint('dim', rate)}  ${strongest}`;
  return [
    `${head} ${paint('dim', plainText(scenario.title))}`,
    ...reasonsLeft(scenario).map((reason) => `    ${paint('doubt', plainText(reason))}`),
    ...scenario.cases.flatMap((kept) => caseLines(kept, paint)),
  ];
}

function caseLines(kept: CaseResult, paint: Paint): string[] {
  const names = caseName(kept);
  const from =
    kept.shrunkFrom === null
      ? ''
      : `, shrunk from ${kept.shrunkFrom.events} and ${kept.shrunkFrom.faults}`;
  const size = `${plural(kept.events, 'record')}, ${plural(kept.faults, 'fault')}${from}`;
  return [
    `    ${paint(tones[kept.status], names)}: ${plainText(kept.sentence)}`,
    `      ${paint('dim', size)}`,
    ...realLines(kept.real, kept.replay).map((line) => `      ${paint('dim', plainText(line))}`),
    `      ${plainText(kept.replay)}`,
  ];
}

function noteLines(result: RunResult, paint: Paint): string[] {
  const notes = [
    ...result.limits.map((hit) =>
      paint(isAskedFor(hit) ? 'dim' : 'doubt', plainText(limitText(hit))),
    ),
    ...result.skipped.map((file) => paint('doubt', `skipped: ${plainText(file)}`)),
  ];
  return notes.length === 0 ? [] : [...notes, ''];
}

const headlines: Readonly<Record<Status, (result: RunResult) => string>> = {
  valid: () => 'VALID    Every visible record is explained by a failure-free run.',
  invalid: () => 'INVALID  What became visible breaks a promise.',
  unknown: (result) => `UNKNOWN  ${unknownText(result)}`,
};

function verdictLines(result: RunResult, paint: Paint): string[] {
  const { stats } = result;
  const lines = [
    paint(tones[result.verdict], paint('strong', headlines[result.verdict](result))),
    `         ${result.statement}.`,
    `         ${amount(stats.messages)} messages and ${duration(stats.virtualMs)} of cluster time ` +
      `in ${duration(stats.wallMs)}; seed ${result.seed}.`,
  ];
  const where = ranOnText(result);
  if (where !== null) lines.push(`         ${plainText(where)}.`);
  if (result.interrupted) lines.push(paint('doubt', '         Interrupted: this is a part.'));
  return lines;
}
