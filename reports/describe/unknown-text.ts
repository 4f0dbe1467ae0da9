/**
 * Why a campaign is unknown: too little happened (vacuous), or something could not be decided. Pure.
 */
import type { RunResult, ScenarioResult } from '../result.ts';

type Cause = 'vacuous' | 'error' | 'expectation' | 'undecided';

const sentences: Readonly<Record<Cause, string>> = {
  undecided: 'Something could not be decided.',
  error: 'A run ended in an error.',
  expectation: 'What held is not what the scenario says.',
  vacuous: 'Not enough happened to say more.',
};

/** The texts are those of the checker and of `harness/campaign/conclude.ts`. */
function causeOf(reason: string): Cause {
  if (reason.startsWith('vacuous') || reason === 'no run was made') return 'vacuous';
  if (reason.startsWith('the run ended in an error')) return 'error';
  return reason.startsWith('the strongest guarantee should be') ? 'expectation' : 'undecided';
}

/** One sentence per cause, e.g. `Something could not be decided.` */
export function unknownText({ scenarios }: Pick<RunResult, 'scenarios'>): string {
  const reasons = scenarios.flatMap(({ unknowns }) => unknowns);
  const causes = new Set(reasons.length === 0 ? ['vacuous'] : reasons.map(causeOf));
  const told = Object.entries(sentences).filter(([cause]) => causes.has(cause));
  return told.map(([, sentence]) => sentence).join(' ');
}

/** The reasons that no kept case of the scenario tells already. */
export function reasonsLeft({ unknowns, cases }: ScenarioResult): string[] {
  const told = new Set(cases.map(({ sentence }) => sentence));
  return [...new Set(unknowns)].filter((reason) => !told.has(reason));
}
