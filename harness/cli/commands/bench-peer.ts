/**
 * `tidemark bench --peer NAME PATH`: the checker beside another one, on the same files in one run.
 */
import { join } from 'node:path';

import { measurePorcupine } from '../../bench/peer.ts';
import { peerFiguresText } from '../../bench/peer-figures.ts';
import { writeAtomically } from '../../store/atomic-file.ts';
import { displayPath } from '../../store/run-folder.ts';
import type { CommandContext } from '../frame/command.ts';
import { exitCodes } from '../frame/exit-codes.ts';
import { ProgressLine } from '../frame/progress.ts';

/** Exit code 1 when the two disagree on a verdict: one of them is wrong. */
export async function benchPeer({ args, options, io }: CommandContext): Promise<number> {
  const progress = new ProgressLine(io);
  const show = (text: string): void => progress.show(`bench: ${text}`);
  const figures = await measurePorcupine(args[0], show).finally(() => progress.clear());
  const document = `${JSON.stringify(figures, null, 2)}\n`;
  const path = join(options.outputDir, 'bench-porcupine.json');
  writeAtomically(path, document);
  io.out(options.json ? document : `${peerFiguresText(figures)}\nfigures: ${displayPath(path)}\n`);
  const disagreements = figures.suites.flatMap((suite) => suite.disagreements);
  return disagreements.length === 0 ? exitCodes.valid : exitCodes.violation;
}
