/**
 * `tidemark replay`: runs a saved case again, with the planted bug it names, and explains it.
 */
import { ansiPaint, noPaint } from '../../../reports/terminal/paint.ts';
import { verdictText } from '../../../reports/terminal/verdict-text.ts';
import { poolFor } from '../../known-bugs/bug-pool.ts';
import { replayCase, type Replay } from '../../replay/replay-case.ts';
import { readFailure, type SavedFailure } from '../../store/saved-failure.ts';
import type { CommandContext } from '../command.ts';
import { exitCodeOf, exitCodes } from '../exit-codes.ts';

export async function replay({ args, options, io }: CommandContext): Promise<number> {
  const failure = readFailure(args[0] ?? '');
  const pool = poolFor({ bug: failure.bug, dir: options.dir, workers: 1 });
  try {
    const result = await replayCase(pool, failure);
    if (options.json) io.out(`${JSON.stringify(replayDocument(failure, result), null, 2)}\n`);
    else {
      io.out(verdictText(result.execution.verdict, io.colors ? ansiPaint : noPaint));
      io.out(`\n${replaySentence(failure, result)}\n`);
    }
    if (!result.deterministic || !result.reproduced) return exitCodes.notReproducible;
    return exitCodeOf(result.execution.verdict.status);
  } finally {
    await pool.end();
  }
}

function replaySentence(failure: SavedFailure, result: Replay): string {
  if (!result.deterministic) return 'NOT REPRODUCIBLE: two replays of this case differ.';
  const bug = failure.bug === null ? '' : ` with the planted bug "${failure.bug}"`;
  if (failure.anomalies.length === 0) return `Replayed${bug}: history ${result.execution.digest}.`;
  if (!result.reproduced) {
    return `NOT REPRODUCED${bug}: the case was saved for ${failure.anomalies.join(', ')}.`;
  }
  const bytes = result.sameBytes === true ? ', with the very same history' : '';
  return `Reproduced${bug}${bytes}: history ${result.execution.digest}.`;
}

function replayDocument(failure: SavedFailure, result: Replay): unknown {
  return {
    schemaVersion: 1,
    verdict: result.execution.verdict.status,
    reproduced: result.reproduced,
    deterministic: result.deterministic,
    sameBytes: result.sameBytes,
    savedFor: failure.anomalies,
    anomalies: result.anomalies,
    bug: failure.bug,
    historyDigest: result.execution.digest,
    detail: result.execution.verdict,
  };
}
