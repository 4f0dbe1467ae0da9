/**
 * `tidemark bench`: speed and memory on this machine.
 */
import { join } from 'node:path';

import { figuresText } from '../../bench/figures.ts';
import { linearizabilityText, measureLinearizability } from '../../bench/linearizability.ts';
import { measure } from '../../bench/measure.ts';
import { writeAtomically } from '../../store/atomic-file.ts';
import { displayPath } from '../../store/run-folder.ts';
import type { CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { ProgressLine } from '../progress.ts';

const loopMs = 8000;
const memoryRuns = 10_000;

export function bench({ options, io }: CommandContext): Promise<number> {
  const progress = new ProgressLine(io);
  const figures = measure({
    loopMs,
    memoryRuns,
    onStep: (text) => progress.show(`bench: ${text}`),
  });
  const operations = measureLinearizability((text) => progress.show(`bench: ${text}`));
  progress.clear();
  const document = `${JSON.stringify({ ...figures, operations }, null, 2)}\n`;
  const path = join(options.outputDir, 'bench.json');
  writeAtomically(path, document);
  const text = `${figuresText(figures)}\n${linearizabilityText(operations)}`;
  io.out(options.json ? document : `${text}\nfigures: ${displayPath(path)}\n`);
  return Promise.resolve(exitCodes.valid);
}
