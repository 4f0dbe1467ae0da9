/**
 * `tidemark bench`: speed and memory on this machine.
 */
import { join } from 'node:path';

import { figuresText } from '../../bench/figures.ts';
import { linearizabilityText, measureLinearizability } from '../../bench/linearizability.ts';
import { measure } from '../../bench/measure.ts';
import { writeAtomically } from '../../store/atomic-file.ts';
import { defaultSubject } from '../../store/saved-failure.ts';
import { refusal } from '../../store/refusal.ts';
import { displayPath } from '../../store/run-folder.ts';
import { subjectUrl } from '../../subjects/subjects.ts';
import type { CommandContext } from '../frame/command.ts';
import { exitCodes } from '../frame/exit-codes.ts';
import { ProgressLine } from '../frame/progress.ts';

const loopMs = 8000;
const memoryRuns = 10_000;

export async function bench(context: CommandContext): Promise<number> {
  const { args, options } = context;
  // Only where asked for: these modules bring the database driver and more.
  if (options.peer !== null) return (await import('./bench-peer.ts')).benchPeer(context);
  if (args.length > 0) throw refusal('argument', args[0], '--peer before a checkout');
  const subject = context.options.subject ?? defaultSubject;
  subjectUrl(subject);
  return subject === 'processes'
    ? (await import('./bench-processes.ts')).benchProcesses(context)
    : benchHere(context);
}

function benchHere({ options, io }: CommandContext): number {
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
  return exitCodes.valid;
}
