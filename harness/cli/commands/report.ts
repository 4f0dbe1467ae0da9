/**
 * `tidemark report`: renders the reports of an earlier run again, from its files.
 */
import { loadReport } from '../../store/evidence-index.ts';
import { RunFolder } from '../../store/run-folder.ts';
import type { CommandContext } from '../frame/command.ts';
import { exitCodeOf } from '../frame/exit-codes.ts';
import { defaultReporters, writeReports } from '../frame/write-reports.ts';

export async function report({ args, options, io }: CommandContext): Promise<number> {
  const folder = RunFolder.open(options.outputDir, args[0] ?? 'latest');
  const loaded = loadReport(folder);
  const reporters = options.reporter ?? defaultReporters;
  await writeReports({ report: loaded, reporters, folder, json: options.json }, io);
  return exitCodeOf(loaded.result.verdict);
}
