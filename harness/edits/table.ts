/**
 * The table: a line per cell, a column per kind of edit.
 */
import { cellName } from './changes/draw-case.ts';
import { editKinds, type EditKind } from './changes/edits.ts';
import type { Count, Line, Mistake, Outcome } from './experiment.ts';

/** `flagged/wrong`, unknown ones behind a question mark, alarms at legal edits behind a cross. */
function cellText(count: Count | undefined): string {
  if (count === undefined) return '';
  const { wrong, flagged, unknown, legal, alarms } = count;
  const parts = [
    wrong > 0 ? `${flagged}/${wrong}` : '',
    unknown > 0 ? `?${unknown}` : '',
    alarms > 0 ? `✗${alarms}/${legal}` : '',
  ];
  return parts.filter((part) => part !== '').join(' ');
}

export function tableText({ lines }: Outcome): string {
  const header = ['cell', 'runs', ...editKinds];
  const rows = [...lines.map(rowOf), sumOf(lines)];
  const widths = header.map((name, i) =>
    Math.max(name.length, ...rows.map((row) => (row[i] ?? '').length)),
  );
  const text = (row: readonly string[]): string =>
    row
      .map((part, i) => part.padEnd(widths[i] as number))
      .join('  ')
      .trimEnd();
  return [header, ...rows].map(text).join('\n');
}

function rowOf(line: Line): string[] {
  const { valid, invalid, unknown } = line.runs;
  const runs = [`${valid}`, invalid > 0 ? `✗${invalid}` : '', unknown > 0 ? `?${unknown}` : ''];
  return [
    cellName(line.cell),
    runs.filter((part) => part !== '').join(' '),
    ...editKinds.map((kind) => cellText(line.counts.get(kind))),
  ];
}

function sumOf(lines: readonly Line[]): string[] {
  const valid = lines.reduce((sum, line) => sum + line.runs.valid, 0);
  return ['all', `${valid}`, ...editKinds.map((kind) => cellText(total(lines, kind)))];
}

function total(lines: readonly Line[], kind: EditKind): Count {
  const sum: Count = { wrong: 0, flagged: 0, unknown: 0, legal: 0, alarms: 0, open: 0 };
  for (const { counts } of lines) {
    const own = counts.get(kind);
    if (own === undefined) continue;
    for (const name of Object.keys(sum) as (keyof Count)[]) sum[name] += own[name];
  }
  return sum;
}

/** One line on an edit that was judged otherwise than the rules say. */
export function mistakeText({ cell, run, edit, culprit, ruling, verdict }: Mistake): string {
  const said = verdict.anomalies.map(({ name }) => name).join(', ');
  const what = JSON.stringify(edit);
  return `${cell} run ${run}: ${ruling.is} (${ruling.why}), ${verdict.status} ${said}: ${what} by ${culprit}`;
}
