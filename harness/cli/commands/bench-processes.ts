/**
 * `tidemark bench --subject processes`: the engine as operating-system processes, and what the time
 * between checkpoints does to it.
 */
import { join } from 'node:path';

import { measureProcesses } from '../../bench/processes-bench.ts';
import { processFiguresText } from '../../bench/processes-figures.ts';
import { processesHtml } from '../../bench/processes-html.ts';
import { intervalPlot } from '../../bench/processes-plot.ts';
import { writeAtomically } from '../../store/atomic-file.ts';
import { displayPath } from '../../store/run-folder.ts';
import type { CommandContext } from '../frame/command.ts';
import { exitCodes } from '../frame/exit-codes.ts';
import { ProgressLine } from '../frame/progress.ts';

/** Runs of one throughput measurement must be long against the start of a cluster. */
const processSettings = {
  records: 1_500_000,
  repeats: 5,
  intervalRecords: 800_000,
  intervalRepeats: 3,
  intervalsMs: [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000],
};

/** Exit code 2 when a run of the benchmark was not valid. */
export async function benchProcesses({ options, io }: CommandContext): Promise<number> {
  const progress = new ProgressLine(io);
  const figures = await measureProcesses({
    ...processSettings,
    evidence: join(options.outputDir, 'processes'),
    onStep: (text) => progress.show(`bench: ${text}`),
  });
  progress.clear();
  const document = `${JSON.stringify(figures, null, 2)}\n`;
  const path = join(options.outputDir, 'bench-processes.json');
  const plot = join(options.outputDir, 'bench-processes.svg');
  writeAtomically(path, document);
  const report = join(options.outputDir, 'bench-processes.html');
  writeAtomically(plot, `${intervalPlot(figures.intervals).text}\n`);
  writeAtomically(report, processesHtml(figures));
  const files = [
    `report: ${displayPath(report)}\n`,
    `figures: ${displayPath(path)}\n`,
    `plot: ${displayPath(plot)}\n`,
  ].join('');
  io.out(options.json ? document : `${processFiguresText(figures)}\n${files}`);
  return figures.allValid ? exitCodes.valid : exitCodes.unknown;
}
