/**
 * Turns a report into files and text by the reporters asked for. Renderers are imported on use.
 */
import { appendFileSync } from 'node:fs';

import type { Report } from '../../../reports/result.ts';
import type { RunFolder } from '../../store/run-folder.ts';
import type { CommandIo } from './command.ts';
import type { ReporterName } from './option-table.ts';

export interface ReportRequest {
  readonly report: Report;
  readonly reporters: readonly ReporterName[];
  readonly folder: RunFolder;
  /** Standard output belongs to the JSON document. */
  readonly json: boolean;
}

export const defaultReporters: readonly ReporterName[] = ['terminal', 'html', 'json'];

/** Writes the files, prints what belongs on standard output. */
export async function writeReports(request: ReportRequest, io: CommandIo): Promise<void> {
  const files: string[] = [];
  for (const name of request.reporters) {
    const file = await writers[name](request, io);
    if (file !== null) files.push(file);
  }
  const { resultJson } = await import('../../../reports/json/result-json.ts');
  if (request.json) io.out(resultJson(request.report.result));
  else if (files.length > 0) io.out(`\n${files.map((file) => `report: ${file}`).join('\n')}\n`);
}

/** Each returns the path of its file, or null when it made none. */
const writers: Readonly<
  Record<ReporterName, (request: ReportRequest, io: CommandIo) => Promise<string | null>>
> = {
  terminal: async ({ report, json, folder }, io) => {
    const { terminalSummary } = await import('../../../reports/terminal/summary.ts');
    const { ansiPaint, noPaint } = await import('../../../reports/terminal/paint.ts');
    folder.write('summary.txt', terminalSummary(report.result, noPaint));
    if (!json) io.out(terminalSummary(report.result, io.colors ? ansiPaint : noPaint));
    return null;
  },
  json: async ({ report, folder }) => {
    const { resultJson } = await import('../../../reports/json/result-json.ts');
    return folder.write('result.json', resultJson(report.result));
  },
  junit: async ({ report, folder }) => {
    const { junitXml } = await import('../../../reports/junit/junit-xml.ts');
    return folder.write('junit.xml', junitXml(report.result));
  },
  github: async ({ report, reporters, folder, json }, io) => {
    const { jobSummary, annotations, verdictLine } =
      await import('../../../reports/github/job-summary.ts');
    const summary = jobSummary(report.result);
    const target = process.env['GITHUB_STEP_SUMMARY'] ?? '';
    if (target !== '') appendFileSync(target, summary);
    const text = annotations(report.result);
    if (json) io.err(text);
    else io.out(`${text}${reporters.includes('terminal') ? '' : verdictLine(report.result)}`);
    return folder.write('summary.md', summary);
  },
  html: async ({ report, folder }) => {
    const { htmlReport } = await import('../../../reports/html/html-report.ts');
    return folder.write('report.html', htmlReport(report));
  },
};
