/**
 * `tidemark check`: judges a recorded history offline. With `--case` the history is that of a
 * stream processor; without it the file holds operations of a data structure.
 */
import { digestValue } from '../../../src/base/digest.ts';
import { checkHistory } from '../../../src/checker/check.ts';
import type { Case } from '../../../src/model/case.ts';
import type { History } from '../../../src/model/history.ts';
import { ansiPaint, noPaint } from '../../../reports/terminal/paint.ts';
import { verdictText } from '../../../reports/terminal/verdict-text.ts';
import { readInput } from '../../store/atomic-file.ts';
import { headerOf, parseHistory } from '../../store/history-file.ts';
import { refusal } from '../../store/refusal.ts';
import { readFailure } from '../../store/saved-failure.ts';
import type { CommandContext } from '../command.ts';
import { exitCodeOf } from '../exit-codes.ts';

export async function check({ args, options, io }: CommandContext): Promise<number> {
  if (options.case === null) {
    throw refusal('command', 'check without --case', {
      expectation: '--case <file>',
      suggestion: 'name the case the history was recorded from',
    });
  }
  const { case: kase } = readFailure(options.case);
  const history = parseHistory(readInput(args[0] ?? '', 'history'));
  refuseForeign(kase, history);
  const verdict = checkHistory(kase, history);
  if (options.json) io.out(`${JSON.stringify(verdict, null, 2)}\n`);
  else io.out(verdictText(verdict, io.colors ? ansiPaint : noPaint));
  return Promise.resolve(exitCodeOf(verdict.status));
}

/** A history of another case would be judged by the wrong promises. */
function refuseForeign(kase: Case, history: History): void {
  const { caseDigest, scenario, seed } = headerOf(history);
  const expected = digestValue(kase);
  if (caseDigest === expected) return;
  throw refusal('history', caseDigest, {
    expectation: `the history of this case (digest ${expected})`,
    suggestion: `it was recorded from another case: scenario ${scenario}, seed ${seed}`,
  });
}
