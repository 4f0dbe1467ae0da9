/**
 * The scenarios of a run: a line each, opening to guarantees, coverage and cases. Pure.
 */
import { guarantees } from '../../src/model/guarantee.ts';
import type { GuaranteeStatus, ScenarioResult } from '../result.ts';
import { caseName } from '../describe/case-name.ts';
import { plural } from '../describe/plural.ts';
import { reasonsLeft } from '../describe/unknown-text.ts';
import { html, nothing, type Markup } from '../markup/markup.ts';

export function scenarioList(scenarios: readonly ScenarioResult[]): Markup {
  if (scenarios.length === 0) return html`<p class="card">No scenario was run.</p>`;
  return html`<section class="card">${scenarios.map(scenarioItem)}</section>`;
}

function scenarioItem(scenario: ScenarioResult): Markup {
  return html`<details>
    <summary>
      ${pill(scenario.verdict, scenario.verdict)}<span class="name">${scenario.id}</span>
      <span class="fill">${scenario.title}</span>
      <span class="pill plain">${scenario.strongestGuarantee}</span>
      <span class="num soft">${plural(scenario.runs, 'run')}</span>
    </summary>
    <div class="inside">
      ${reasonsLeft(scenario).map((reason) => html`<p class="note">${reason}</p>`)}
      <p class="soft">${scenario.statement}.${vacuousText(scenario)}</p>
      <div class="two">
        <div>
          <h3>Guarantees</h3>
          ${guaranteeTable(scenario)}
        </div>
        <div>
          <h3>What happened, in how many runs</h3>
          ${sometimesTable(scenario)}
          <h3>Coverage, summed over all runs</h3>
          ${coverageTable(scenario)}
        </div>
      </div>
      ${casesTable(scenario)}
    </div>
  </details>`;
}

function vacuousText(scenario: ScenarioResult): string {
  if (scenario.vacuousRuns === 0) return '';
  const { vacuousRuns: runs } = scenario;
  return ` ${plural(runs, 'run')} ${runs === 1 ? 'does' : 'do'} not count: too little happened.`;
}

export function pill(look: GuaranteeStatus, text: string): Markup {
  return html`<span class="pill ${look}">${text}</span>`;
}

function guaranteeTable(scenario: ScenarioResult): Markup {
  const rows = guarantees.map(
    (name) =>
      html`<tr>
        <td>${name}</td>
        <td class="soft">${scenario.promises.includes(name) ? 'promised' : ''}</td>
        <td>${pill(scenario.guarantees[name], scenario.guarantees[name].replace('-', ' '))}</td>
      </tr>`,
  );
  return html`<table>
    ${rows}
  </table>`;
}

function sometimesTable({ sometimes }: ScenarioResult): Markup {
  if (sometimes.length === 0) return html`<p class="soft">Nothing was asked for.</p>`;
  return html`<table>
    ${sometimes.map(
      ({ name, runs }) =>
        html`<tr>
          <td>${name}</td>
          <td class="num">${runs === 0 ? pill('unknown', 'never') : runs}</td>
        </tr>`,
    )}
  </table>`;
}

function coverageTable({ coverage }: ScenarioResult): Markup {
  const rows = Object.entries(coverage).map(
    ([name, count]) =>
      html`<tr>
        <td>${name.replaceAll('-', ' ')}</td>
        <td class="num">${count.toLocaleString('en-US')}</td>
      </tr>`,
  );
  return rows.length === 0
    ? html`<p class="soft">Nothing was counted.</p>`
    : html`<table>
        ${rows}
      </table>`;
}

function casesTable({ cases }: ScenarioResult): Markup {
  if (cases.length === 0) return nothing;
  return html`<h3>Cases</h3>
    <div class="scroll">
      <table>
        ${cases.map(
          (kept) =>
            html`<tr>
              <td>${pill(kept.status, caseName(kept))}</td>
              <td>${kept.sentence}</td>
              <td class="num">${plural(kept.events, 'record')}, ${plural(kept.faults, 'fault')}</td>
              <td class="mono">${kept.file ?? ''}</td>
            </tr>`,
        )}
      </table>
    </div>`;
}
