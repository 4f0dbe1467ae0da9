/** The report of `tidemark check` on operation histories as text for a terminal. Pure. */
import { plural } from '../../reports/describe/plural.ts';
import { plainText } from '../../reports/describe/plain-text.ts';
import type { FileReport, OperationReport, ReportedCertificate } from './report.ts';

/** Lines of the last partial order and of illegal next steps that are printed. */
const partialShown = 6;
const nextShown = 6;
const anomaliesShown = 5;
const unprovenShown = 5;

export function renderOperationReport(report: OperationReport): string {
  const files = report.files.flatMap(fileLines);
  const errors = report.errors.map(({ error }) => `error: ${error}`);
  return `${[...files, ...errors, ...summary(report)].map(plainText).join('\n')}\n`;
}

function fileLines(file: FileReport): string[] {
  const { operations, indefinite, partitions, steps, wallMs } = file;
  const unsure = indefinite > 0 ? `, ${indefinite} without a reply` : '';
  const objects = partitions === 1 ? '' : `, ${partitions} objects`;
  const lines = [
    `${file.verdict.padEnd(7)}  ${file.file}  ${file.model}: ${plural(operations, 'operation')}${unsure}${objects}, ` +
      `${plural(steps, 'step')}, ${wallMs.toFixed(1)} ms${verification(file)}`,
  ];
  for (const { key, verification: status, fault } of unproven(file).slice(0, unprovenShown)) {
    const object = key === null ? '' : ` of key ${key}`;
    lines.push(`  certificate${object} ${status}: ${fault ?? 'no reason given'}`);
  }
  for (const reason of file.unknowns) {
    lines.push(`  unknown: ${reason}; a larger --budget may decide it`);
  }
  for (const anomaly of file.anomalies.slice(0, anomaliesShown)) {
    const key = anomaly.key === null ? '' : ` (key ${anomaly.key})`;
    const times = anomaly.count > 1 ? ` ×${anomaly.count}` : '';
    lines.push(`  ${anomaly.name}${key}${times}: ${anomaly.sentence}`);
    const { explanation } = anomaly;
    if (explanation === null) continue;
    if (explanation.unfinished !== null) lines.push(`    ${explanation.unfinished}`);
    if (explanation.partial.length === 0) continue;
    lines.push('    the longest order that works ends with');
    for (const step of explanation.partial.slice(-partialShown)) {
      lines.push(`      ${step.text}    ${step.before} → ${step.after}`);
    }
    lines.push('    and could go on with');
    for (const next of explanation.next.slice(0, nextShown)) {
      lines.push(`      ${next.text}: ${next.reason}`);
    }
  }
  lines.push(...logLines(file));
  const hidden = file.anomalies.length - anomaliesShown;
  if (hidden > 0) lines.push(`  and ${hidden} more`);
  return lines;
}

/** Figures of a log that are worth a line. */
function logLines({ log }: FileReport): string[] {
  const again = (log?.consumed ?? []).filter(({ times }) => times > 1);
  const values = again.reduce((sum, entry) => sum + entry.values, 0);
  const lag = log?.worstLag ?? null;
  return [
    ...(lag === null
      ? []
      : [`  lag: a poll of key ${lag.key} was at least ${plural(lag.events, 'event')} behind`]),
    ...(values === 0
      ? []
      : [`  consumed again by the same subscribed process: ${plural(values, 'value')}`]),
  ];
}

/** Certificates that were to be verified and were not. */
function unproven(file: FileReport): readonly ReportedCertificate[] {
  const proven = ['verified', 'not-asked'];
  return file.certificate.filter((c) => !proven.includes(c.verification));
}

function verification(file: FileReport): string {
  const asked = file.certificate.filter((c) => c.verification !== 'not-asked');
  if (asked.length === 0) return '';
  const good = asked.filter((c) => c.verification === 'verified').length;
  return good === asked.length
    ? `, ${good === 1 ? 'certificate' : 'certificates'} verified`
    : `, ${good} of ${asked.length} certificates verified`;
}

function summary(report: OperationReport): string[] {
  if (report.files.length < 2) return [];
  const count = (verdict: string): number =>
    report.files.filter((file) => file.verdict === verdict).length;
  return [
    `${report.files.length} files: ${count('valid')} valid, ${count('invalid')} invalid, ${count('unknown')} unknown`,
  ];
}
