/**
 * `tidemark bench`: speed and memory on this machine.
 */
import { join } from 'node:path';

import { figuresText } from '../../bench/figures.ts';
import { linearizabilityText, measureLinearizability } from '../../bench/linearizability.ts';
import { measure } from '../../bench/measure.ts';
import { processFiguresText } from '../../bench/processes-figures.ts';
import { intervalPlot } from '../../bench/processes-plot.ts';
import { writeAtomically } from '../../store/atomic-file.ts';
import { displayPath } from '../../store/run-folder.ts';
import { subjectUrl } from '../../subjects/subjects.ts';
import type { CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { ProgressLine } from '../progress.ts';

const loopMs = 8000;
const memoryRuns = 10_000;

export function bench(context: CommandContext): Promise<number> {
  subjectUrl(context.options.subject);
  return context.options.subject === 'processes' ? benchProcesses(context) : benchHere(context);
}

function benchHere({ options, io }: CommandContext): Promise<number> {
  const progress = new ProgressLine(io);
  // First, because it also measures the memory of the process.
  const operations = measureLinearizability((text) => progress.show(`bench: ${text}`));
  const figures = measure({
    loopMs,
    memoryRuns,
    onStep: (text) => progress.show(`bench: ${text}`),
  });
  progress.clear();
  const document = `${JSON.stringify({ ...figures, operations }, null, 2)}\n`;
  const path = join(options.outputDir, 'bench.json');
  writeAtomically(path, document);
  const text = `${figuresText(figures)}\n${linearizabilityText(operations)}`;
  io.out(options.json ? document : `${text}\nfigures: ${displayPath(path)}\n`);
  return Promise.resolve(exitCodes.valid);
}

/** Runs of one throughput measurement must be long against the start of a cluster. */
const processSettings = {
  records: 1_500_000,
  repeats: 5,
  intervalsMs: [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000],
};

/** The same engine on processes; exit code 2 when a run of the benchmark was not valid. */
async function benchProcesses({ options, io }: CommandContext): Promise<number> {
  // Only here: these modules bring the database driver and more.
  const { measureProcesses } = await import('../../bench/processes-bench.ts');
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
  writeAtomically(plot, intervalPlot(figures.intervals));
  const files = `figures: ${displayPath(path)}\nplot: ${displayPath(plot)}\n`;
  io.out(options.json ? document : `${processFiguresText(figures)}\n${files}`);
  return figures.allValid ? exitCodes.valid : exitCodes.unknown;
}
