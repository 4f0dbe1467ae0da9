/**
 * One case in full: what contradicts what, expected against observed, the smallest case, how to run
 * it again, and its timeline. Pure.
 */
import type { Anomaly, Verdict } from '../../src/model/verdict/verdict.ts';
import type { CaseEvidence, RealEvidence } from '../result.ts';
import { caseSize } from '../result.ts';
import { strengthText } from '../describe/strength-text.ts';
import { plural } from '../describe/plural.ts';
import { shownText, simulatorText } from '../describe/real-text.ts';
import { unknownLine } from '../describe/unknown-text.ts';
import { witnessText } from '../describe/witness-text.ts';
import { caseTables } from './case-tables.ts';
import { html, nothing, type Markup } from '../markup/markup.ts';
import { pill } from './scenario-list.ts';
import { timelineModel } from './timeline/timeline-model.ts';
import { timelineSvg } from './timeline/timeline-svg.ts';

/** Anomalies of one case shown in full. */
const anomaliesShownMax = 4;

export function caseSection(evidence: CaseEvidence): Markup {
  const { verdict } = evidence;
  // An anomaly that breaks no promise is no contradiction to prove.
  const anomalies = verdict.status === 'invalid' ? verdict.anomalies : [];
  const shown = anomalies.slice(0, anomaliesShownMax);
  const rest = anomalies.length - shown.length;
  return html`<section class="card">
    <h2 style="margin-top:0">${titleOf(evidence)} ${pill(verdict.status, verdict.status)}</h2>
    ${verdict.unknowns.map((reason) => html`<p class="note">${unknownLine(reason)}</p>`)}
    ${shown.map(anomalyPart)}
    ${rest > 0 ? html`<p class="soft">… and ${rest} more anomalies in this run.</p>` : nothing}
    ${refutedPart(verdict)} ${casePart(evidence)}
  </section>`;
}

/** A run in which nothing is wrong, folded away. */
export function exampleItem(evidence: CaseEvidence): Markup {
  const { events, faults } = caseSize(evidence.case);
  return html`<details>
    <summary>
      ${pill(evidence.verdict.status, evidence.verdict.status)}
      <span class="name">${evidence.scenario}</span>
      <span class="fill">run ${evidence.run ?? 0}</span>
      <span class="num soft">${plural(events, 'record')}, ${plural(faults, 'fault')}</span>
    </summary>
    <div class="inside">${casePart(evidence)}</div>
  </details>`;
}

function casePart(evidence: CaseEvidence): Markup {
  const witnesses = witnessIds(evidence.verdict);
  return html`<h3>${evidence.shrunkFrom === null ? 'The case' : 'The smallest case'}</h3>
    <p class="soft">${sizeText(evidence)}</p>
    <div class="command mono">${evidence.replay}</div>
    ${evidence.real === null ? nothing : realPart(evidence.real, evidence.replay)}
    ${timelinePart(evidence)} ${caseTables(evidence.case, witnesses)}`;
}

function realPart(real: RealEvidence, replay: string): Markup {
  const { sentence, command } = simulatorText(real, replay);
  return html`<p class="soft">On a real subject: ${shownText(real)}.</p>
    <p class="soft">${sentence}</p>
    ${command === null ? nothing : html`<div class="command mono">${command}</div>`}`;
}

function titleOf({ scenario, run, verdict }: CaseEvidence): string {
  const anomalies = [...new Set(verdict.anomalies.map(({ name }) => name))];
  const place = run === null ? scenario : `${scenario}, run ${run}`;
  return verdict.status === 'invalid' ? `${anomalies.join(', ')} in ${place}` : place;
}

function sizeText(evidence: CaseEvidence): string {
  const { events, faults } = caseSize(evidence.case);
  const size = `${plural(events, 'record')} and ${plural(faults, 'fault')}`;
  const from = evidence.shrunkFrom;
  if (from === null) return `${size}. Run it again:`;
  const before = `${plural(from.events, 'record')} and ${plural(from.faults, 'fault')}`;
  return `${size}, shrunk from ${before}. Run it again:`;
}

function witnessIds(verdict: Verdict): ReadonlySet<number> {
  const ids = verdict.anomalies.flatMap(({ witnesses }) => witnesses.map(({ id }) => id));
  return new Set(ids.filter((id) => id !== null));
}

function anomalyPart(anomaly: Anomaly): Markup {
  const { explanation, blame } = anomaly;
  return html`<p><span class="witness">${anomaly.name}</span> ${explanation.sentence}</p>
    <dl class="proof">
      ${proofRow('Let', explanation.let)} ${proofRow('Then', explanation.then)}
      ${
        explanation.however.length === 0
          ? nothing
          : html`<dt class="however">However</dt>
              <dd>${lines(explanation.however)}</dd>`
      }
      ${proofRow('Why', explanation.why)}
      ${proofRow('Nearest', explanation.nearest === null ? [] : [explanation.nearest])}
      ${proofRow('Witness', anomaly.witnesses.map(witnessText))}
      ${proofRow('Tied to', blame.forensics === null ? [] : [blame.forensics])}
    </dl>
    ${comparePart(explanation.expected, explanation.observed)}`;
}

function proofRow(label: string, texts: readonly string[]): Markup {
  if (texts.length === 0) return nothing;
  return html`<dt>${label}</dt>
    <dd>${lines(texts)}</dd>`;
}

function lines(texts: readonly string[]): Markup {
  return html`${texts.map((text) => html`<div>${text}</div>`)}`;
}

function comparePart(expected: readonly string[], observed: readonly string[]): Markup {
  if (expected.length === 0 && observed.length === 0) return nothing;
  return html`<div class="compare">
    <section class="expected">
      <h4>Expected</h4>
      ${codeLines(expected)}
    </section>
    <section class="observed">
      <h4>Observed</h4>
      ${codeLines(observed)}
    </section>
  </div>`;
}

function codeLines(texts: readonly string[]): Markup {
  return html`${texts.length === 0 ? html`<code>nothing</code>` : nothing}${texts.map(
    (text) => html`<code>${text}</code>`,
  )}`;
}

function refutedPart({ refuted, possible, strongest, status }: Verdict): Markup {
  if (status !== 'invalid') return nothing;
  return html`<h3>What this refutes</h3>
    <p>
      ${refuted.map((name) => html`${pill('invalid', name)} `)}
      ${possible.map((name) => html`${pill('not-checked', `${name} possible`)} `)}
    </p>
    <p class="soft">${strengthText(strongest)}</p>`;
}

function timelinePart({ case: kase, history, verdict }: CaseEvidence): Markup {
  const model = timelineModel(kase, history, verdict);
  const dropped =
    model.dropped === 0
      ? nothing
      : html`<p class="note">Limit timeline-marks: ${model.dropped} marks were left out.</p>`;
  return html`<h3>Timeline</h3>
    <div class="timeline">${timelineSvg(model)}</div>
    ${legend()} ${dropped}`;
}

function legend(): Markup {
  const item = (look: string, text: string): Markup =>
    html`<span
      ><svg width="14" height="12"><rect class="${look}" y="1" width="14" height="10" rx="2" /></svg
      >${text}</span
    >`;
  return html`<div class="legend">
    ${item('band', 'fault until healed')} ${item('failed', 'node down')}
    ${item('paused', 'node paused')} ${item('completed', 'checkpoint completed')}
    ${item('aborted', 'checkpoint aborted')}
    <span
      ><svg width="10" height="12"><line class="barrier" x1="5" x2="5" y1="0" y2="12" /></svg>state
      copied at a barrier</span
    >
    <span
      ><svg width="14" height="12">
        <rect class="transaction" x="1" y="3" width="12" height="6" rx="2" /></svg
      >transaction</span
    >
    <span
      ><svg width="10" height="12"><circle class="visible" cx="5" cy="6" r="3.2" /></svg>rows became
      visible</span
    >
    <span
      ><svg width="14" height="12"><circle class="hit" cx="7" cy="6" r="5" /></svg>witness</span
    >
    <span
      ><svg width="10" height="12"><line class="attempt" x1="5" x2="5" y1="0" y2="12" /></svg>new
      attempt</span
    >
  </div>`;
}
