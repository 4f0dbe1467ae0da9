/**
 * A case as tables: faults, records, the job, and the options that are not at their defaults. Pure.
 */
import type { Case } from '../../src/model/case.ts';
import { defaultOptions } from '../../src/model/options.ts';
import { inputsOf } from '../../src/model/operator-kinds.ts';
import type { OperatorSpec } from '../../src/model/pipeline.ts';
import { actionText, timeText } from '../describe/fault-text.ts';
import { html, nothing, type Markup } from '../markup/markup.ts';

/** Records shown of one case, and how many are shown without asking. */
const recordsShownMax = 60;
const recordsOpenMax = 24;

export function caseTables(kase: Case, witnesses: ReadonlySet<number>): Markup {
  return html`<div class="two">
    <div>
      <h3>Faults</h3>
      ${faultTable(kase)}
      <h3>Job</h3>
      ${jobTable(kase)}
      <h3>Options that differ from the defaults</h3>
      ${optionTable(kase)}
    </div>
    <div>
      <h3>Records</h3>
      ${recordPart(kase, witnesses)}
    </div>
  </div>`;
}

function faultTable({ schedule }: Case): Markup {
  if (schedule.length === 0) return html`<p class="soft">None.</p>`;
  return html`<table>
    ${schedule.map(
      ({ action, when }, index) =>
        html`<tr>
          <td class="num soft">${index + 1}</td>
          <td>${actionText(action)}</td>
          <td>${timeText(when)}</td>
        </tr>`,
    )}
  </table>`;
}

/** Long tables are folded away. */
function recordPart(kase: Case, witnesses: ReadonlySet<number>): Markup {
  const table = recordTable(kase, witnesses);
  const count = kase.workload.splits.reduce((sum, { records }) => sum + records.length, 0);
  if (count <= recordsOpenMax) return table;
  return html`<details>
    <summary>${count} records</summary>
    ${table}
  </details>`;
}

function recordTable({ workload }: Case, witnesses: ReadonlySet<number>): Markup {
  const all = workload.splits.flatMap(({ split, records }) =>
    records.map((record, offset) => ({ split, offset, record })),
  );
  const shown = all.slice(0, recordsShownMax);
  const rest = all.length - shown.length;
  const mark = (id: number): string => (witnesses.has(id) ? 'witness' : '');
  const rows = shown.map(
    ({ split, offset, record }) =>
      html`<tr>
        <td class="mono nowrap ${mark(record.id)}">${split}/${offset}</td>
        <td class="num ${mark(record.id)}">${record.id}</td>
        <td class="mono nowrap">${record.key}</td>
        <td class="num">${record.ts}</td>
        <td class="num">${record.at}</td>
        <td class="mono value">${shorten(JSON.stringify(record.value))}</td>
      </tr>`,
  );
  return html`<div class="scroll">
      <table>
        <tr>
          <th>split/offset</th>
          <th class="num">id</th>
          <th>key</th>
          <th class="num">event time</th>
          <th class="num">arrives</th>
          <th>value</th>
        </tr>
        ${rows}
      </table>
    </div>
    ${rest > 0 ? html`<p class="soft">… and ${rest} more records in the case file.</p>` : nothing}`;
}

function shorten(text: string): string {
  return text.length > 70 ? `${text.slice(0, 69)}…` : text;
}

function jobTable({ pipeline }: Case): Markup {
  return html`<table>
    ${pipeline.operators.map(
      (operator) =>
        html`<tr>
          <td class="mono">${operator.id}</td>
          <td>${operator.kind}${'parallelism' in operator ? ` × ${operator.parallelism}` : ''}</td>
          <td class="soft">${inputText(operator)}</td>
        </tr>`,
    )}
  </table>`;
}

function inputText(operator: OperatorSpec): string {
  if (operator.kind === 'source') return `reads ${operator.splits.join(', ')}`;
  return `from ${inputsOf(operator).join(', ')}`;
}

function optionTable({ options }: Case): Markup {
  const rows = differences(options, defaultOptions, '');
  if (rows.length === 0) return html`<p class="soft">None.</p>`;
  return html`<table>
    ${rows.map(
      ([path, value]) =>
        html`<tr>
          <td class="mono">${path}</td>
          <td class="mono">${value}</td>
        </tr>`,
    )}
  </table>`;
}

/** Path and value of each leaf of `value` that `base` has otherwise. */
function differences(value: unknown, base: unknown, path: string): [string, string][] {
  if (typeof value !== 'object' || value === null) {
    return value === base ? [] : [[path, JSON.stringify(value)]];
  }
  const bases = (typeof base === 'object' && base !== null ? base : {}) as Record<string, unknown>;
  return Object.entries(value).flatMap(([name, member]) =>
    differences(member, bases[name], path === '' ? name : `${path}.${name}`),
  );
}
