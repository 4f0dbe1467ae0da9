/**
 * The page of `tidemark check` on operation histories: one self-contained file, light and dark.
 * Pure function of the report.
 */
import { html, Markup } from '../markup/markup.ts';
import { styleSheet } from '../markup/style.ts';
import type { OperationPage, PageAnomaly, PageExplanation, PageFile } from './page.ts';
import { timelineSvg } from './timeline.ts';

const ownStyle = `
svg.operations text { font:11px ui-monospace,Menlo,Consolas,monospace; fill:var(--ink); }
svg.operations .process, svg.operations .death-label { fill:var(--soft); font-size:11px; }
svg.operations .lane { stroke:var(--line); }
svg.operations .death { stroke:var(--bad); stroke-dasharray:4 3; }
svg.operations .death-label { fill:var(--bad); font-weight:600; }
svg.operations rect { fill:var(--well); stroke:var(--line); }
svg.operations .ordered rect { fill:var(--good-bg); stroke:var(--good); }
svg.operations .next rect { fill:var(--doubt-bg); stroke:var(--doubt); }
svg.operations .witness rect { fill:var(--bad-bg); stroke:var(--bad); stroke-width:2; }
svg.operations .open rect { stroke-dasharray:5 3; }
.legend span { margin-right:16px; } .swatch { display:inline-block; width:12px; height:12px;
  border-radius:3px; margin-right:6px; vertical-align:-1px; border:1px solid; }
.swatch.ordered { background:var(--good-bg); border-color:var(--good); }
.swatch.next { background:var(--doubt-bg); border-color:var(--doubt); }
.swatch.witness { background:var(--bad-bg); border-color:var(--bad); }
`;

/** Rows of the partial order that are shown; the last ones. */
const partialShown = 12;
/** Certificates that are not verified and said to be so. */
const unprovenShown = 10;

const titles = {
  valid: 'Linearizable',
  invalid: 'Not linearizable',
  unknown: 'Undecided',
} as const;

export function operationsHtml(page: OperationPage): string {
  const sheet = new Markup(styleSheet + ownStyle);
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>Tidemark: ${titles[page.verdict]}</title>
        <style>
          ${sheet}
        </style>
      </head>
      <body>
        <main>
          <div class="card banner ${page.verdict}">
            <h1>${headline(page)}</h1>
            <p class="soft">
              ${page.files.length} file(s)
              checked${page.errors.length > 0 ? `, ${page.errors.length} refused` : ''}
            </p>
          </div>
          ${page.errors.map(
            ({ error }) =>
              html`<div class="card">
                <b>Refused</b>
                <p>${error}</p>
              </div>`,
          )}
          ${page.files.map(fileSection)}
        </main>
      </body>
    </html>`;
  return `${document.text}\n`;
}

function headline(page: OperationPage): string {
  const logs = page.files.some((file) => file.model === 'kafka-log');
  if (!logs) return titles[page.verdict];
  return { valid: 'No anomaly', invalid: 'Anomalies found', unknown: 'Undecided' }[page.verdict];
}

function fileSection(file: PageFile): Markup {
  const replies = file.indefinite > 0 ? `, ${file.indefinite} without a reply` : '';
  return html`<h2>${file.file}</h2>
    <p>
      <span class="pill ${file.verdict}">${file.verdict}</span>
      <span class="soft"
        >${file.model}: ${file.operations} operations${replies}, ${file.partitions} object(s),
        ${file.steps} steps, ${file.wallMs.toFixed(1)} ms</span
      >
    </p>
    ${certificateLine(file)} ${file.unknowns.map((reason) => html`<p>Left open: ${reason}.</p>`)}
    ${file.anomalies.map(anomalySection)}`;
}

/** What the verifier said; nothing where it was not asked. */
function certificateLine({ certificate }: PageFile): Markup | string {
  const asked = certificate.filter((c) => c.verification !== 'not-asked');
  if (asked.length === 0) return '';
  const open = asked.filter((c) => c.verification !== 'verified');
  return html`<p>
    ${asked.length - open.length} of ${asked.length} certificate(s) verified.
    ${open.slice(0, unprovenShown).map(({ key, verification, fault }) => {
      const object = key === null ? '' : ` (key ${key})`;
      return html`<br />One${object} is ${verification}: ${fault ?? 'no reason given'}.`;
    })}
  </p>`;
}

function anomalySection(anomaly: PageAnomaly): Markup {
  const key = anomaly.key === null ? '' : html`, key <code>${anomaly.key}</code>`;
  const times = anomaly.count > 1 ? ` (${anomaly.count} times)` : '';
  const lines = anomaly.lines.filter((line) => line > 0);
  return html`<div class="card">
    <h3><code>${anomaly.name}</code>${key}${times}</h3>
    <p><b>${anomaly.sentence}</b></p>
    ${lines.length > 0 ? html`<p class="soft">Lines of the file: ${lines.join(', ')}</p>` : ''}
    ${anomaly.explanation === null ? '' : explanationSection(anomaly.explanation)}
  </div>`;
}

function explanationSection(explanation: PageExplanation): Markup {
  return html`${explanation.timeline.length > 0 ? html`${timelineSvg(explanation.timeline)}${legend}` : ''}
  ${explanation.unfinished === null ? '' : html`<p class="soft">${explanation.unfinished}.</p>`}
  ${explanation.partial.length > 0 ? partialTable(explanation) : ''}
  ${explanation.next.length > 0 ? nextTable(explanation) : ''}`;
}

const legend: Markup = html`<p class="legend soft">
  <span><i class="swatch witness"></i>the contradiction</span>
  <span><i class="swatch ordered"></i>in the longest order that works, numbered</span>
  <span><i class="swatch next"></i>pending, cannot help</span><span>dashed: no reply</span>
</p>`;

function partialTable({ partial, timeline }: PageExplanation): Markup {
  const shown = partial.slice(-partialShown);
  const places = new Map(timeline.map(({ row, place }) => [row, place]));
  return html`<h3>The longest order that works ends with</h3>
    <div class="scroll">
      <table>
        <tr>
          <th>place</th>
          <th>operation</th>
          <th>state before</th>
          <th>state after</th>
        </tr>
        ${shown.map(
          (step) =>
            html`<tr>
              <td>${String(places.get(step.row) ?? '')}</td>
              <td><code>${step.text}</code></td>
              <td class="value"><code>${step.before}</code></td>
              <td class="value"><code>${step.after}</code></td>
            </tr>`,
        )}
      </table>
    </div>`;
}

function nextTable({ next }: PageExplanation): Markup {
  return html`<h3>What could come next, and why it does not help</h3>
    <div class="scroll">
      <table>
        <tr>
          <th>operation</th>
          <th>why it does not help</th>
        </tr>
        ${next.map(
          (step) =>
            html`<tr>
              <td><code>${step.text}</code></td>
              <td class="value">${step.reason}</td>
            </tr>`,
        )}
      </table>
    </div>`;
}
