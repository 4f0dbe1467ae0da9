/**
 * The HTML report: one self-contained file, made of the result and its evidence alone. No script,
 * no request, everything from the data escaped. Pure.
 */
import { limitText } from '../describe/limit-text.ts';
import { ranOnText } from '../describe/ran-on.ts';
import { unknownText } from '../describe/unknown-text.ts';
import { amount, duration } from '../describe/amounts.ts';
import type { CaseEvidence, Report, RunResult } from '../result.ts';
import type { Status } from '../../src/model/verdict/verdict.ts';
import { caseSection, exampleItem } from './case-section.ts';
import { html, nothing, type Markup } from '../markup/markup.ts';
import { scenarioList } from './scenario-list.ts';
import { styleSheet } from '../markup/style.ts';

/** Cases shown in full; the rest is in the list of scenarios. */
const findingsShownMax = 12;
const examplesShownMax = 12;

/** A whole page with a final line feed. */
export function htmlReport(report: Report): string {
  const { result, evidence } = report;
  const findings = evidence.filter(({ verdict }) => verdict.status !== 'valid');
  const examples = evidence.filter(({ verdict }) => verdict.status === 'valid');
  const rest = Math.max(0, findings.length - findingsShownMax);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Tidemark: ${result.verdict}</title>
<style>`;
  const body = html`</style>
</head>
<body><main>
${topLine(result)}
${banner(result)}
${findings.slice(0, findingsShownMax).map(caseSection)}
${rest > 0 ? html`<p class="note">${rest} more cases are in the run's folder.</p>` : nothing}
<h2>Scenarios</h2>
${scenarioList(result.scenarios)}
${examplesPart(examples.slice(0, examplesShownMax))}
<footer>${result.tool} · run ${result.runId}</footer>
</main></body>
</html>
`;
  // The style sheet is ours and holds no data: it goes in as it is.
  return `${page.text}${styleSheet}${body.text}`;
}

function examplesPart(examples: readonly CaseEvidence[]): Markup {
  if (examples.length === 0) return nothing;
  return html`<h2>Example runs</h2>
    <p class="soft">
      Of each scenario the run that exercised most. Every visible record in it is explained.
    </p>
    <section class="card">${examples.map(exampleItem)}</section>`;
}

function topLine(result: RunResult): Markup {
  return html`<div class="top">
    <svg class="wave" width="26" height="18" viewBox="0 0 26 18" aria-hidden="true">
      <path
        d="M1 6c3-4 6-4 9 0s6 4 9 0 4-3 6-2M1 13c3-4 6-4 9 0s6 4 9 0 4-3 6-2"
        fill="none"
        stroke="currentColor"
        stroke-width="2.2"
        stroke-linecap="round"
      />
    </svg>
    <b>Tidemark</b><span>verification report</span><span>·</span
    ><span>subject: ${result.subject}</span><span>·</span><span>seed ${result.seed}</span>
  </div>`;
}

const headlines: Readonly<Record<Status, string>> = {
  valid: 'Valid',
  invalid: 'A promise is broken',
  unknown: 'Unknown',
};
const subtitles: Readonly<Record<Status, (result: RunResult) => string>> = {
  valid: () => 'Everything that became visible is explained by a run without failures.',
  invalid: () => 'Something became visible that no run without failures explains.',
  unknown: unknownText,
};

function banner(result: RunResult): Markup {
  const { stats } = result;
  const runs = result.scenarios.reduce((sum, scenario) => sum + scenario.runs, 0);
  const where = ranOnText(result);
  const notes = [
    ...(where === null ? [] : [`${capital(where)}.`]),
    ...(result.interrupted ? ['The campaign was interrupted: this is a part of it.'] : []),
    ...result.limits.map((hit) => capital(limitText(hit))),
    ...result.skipped.map((file) => `Skipped: ${file}`),
  ];
  return html`<section class="card banner ${result.verdict}">
    <h1>${headlines[result.verdict]}</h1>
    <p>${subtitles[result.verdict](result)}</p>
    <p class="soft">${result.statement}.</p>
    <div class="tiles">
      ${tile(amount(runs), runs === 1 ? 'run under faults' : 'runs under faults')}
      ${tile(`${result.scenarios.length}`, result.scenarios.length === 1 ? 'scenario' : 'scenarios')}
      ${tile(amount(stats.messages), 'messages delivered')}
      ${tile(duration(stats.virtualMs), 'cluster time')}
      ${tile(duration(stats.wallMs), 'wall time')}
      ${tile(`${stats.runsPerSecond}`, 'runs per second')}
    </div>
    ${notes.map((note) => html`<p class="note">${note}</p>`)}
  </section>`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function tile(value: string, label: string): Markup {
  return html`<div class="tile"><b>${value}</b><span>${label}</span></div>`;
}
