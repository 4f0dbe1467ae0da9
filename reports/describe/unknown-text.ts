/**
 * Why a verdict or a campaign is unknown, in words: too little happened (vacuous), or something
 * could not be decided. The kind of a reason decides, never its text. Pure.
 */
import type { Unknown, UnknownKind } from '../../src/model/verdict/unknown.ts';
import type { RunResult, ScenarioResult } from '../result.ts';

const sentences: Readonly<Record<UnknownKind, string>> = {
  undecided: 'Something could not be decided.',
  limit: 'A limit was reached before something was decided.',
  error: 'A run ended in an error.',
  expectation: 'What held is not what the scenario says.',
  vacuous: 'Not enough happened to say more.',
};

/** One line: what it is about, and the reason. */
export function unknownLine({ kind, guarantee, text }: Unknown): string {
  if (guarantee !== null) return `${guarantee}: ${text}`;
  return kind === 'vacuous' ? `vacuous: ${text}` : text;
}

/** One sentence per kind of reason, e.g. `Something could not be decided.` */
export function unknownText({ scenarios }: Pick<RunResult, 'scenarios'>): string {
  const reasons = scenarios.flatMap(({ unknowns }) => unknowns);
  const kinds = new Set<string>(
    reasons.length === 0 ? ['vacuous'] : reasons.map(({ kind }) => kind),
  );
  const told = Object.entries(sentences).filter(([kind]) => kinds.has(kind));
  return told.map(([, sentence]) => sentence).join(' ');
}

/** The reasons that no kept case of the scenario tells already, one line each. */
export function reasonsLeft({ unknowns, cases }: ScenarioResult): string[] {
  const told = cases.flatMap(({ open }) => open ?? []);
  const left = unknowns.filter((reason) => !told.some((other) => isSame(reason, other)));
  return [...new Set(left.map(unknownLine))];
}

function isSame(a: Unknown, b: Unknown): boolean {
  return a.kind === b.kind && a.guarantee === b.guarantee && a.text === b.text;
}
