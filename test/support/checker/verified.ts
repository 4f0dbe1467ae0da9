/**
 * The checker for tests: whatever a verdict explains, the verifier looks up every claim of it, and
 * a claim that does not hold fails the test.
 */
import { checkHistory as judge, type CheckSettings } from '../../../src/checker/check.ts';
import { claimText } from '../../../src/judgement/words/text.ts';
import { verifyExplanations } from '../../../src/claims-verifier/verify-case.ts';
import type { Case } from '../../../src/model/case.ts';
import type { History } from '../../../src/model/history.ts';
import { catalogWith } from '../../../src/model/validate/own-functions.ts';
import type { Verdict } from '../../../src/model/verdict/verdict.ts';

export function checkHistory(kase: Case, history: History, settings: CheckSettings = {}): Verdict {
  const verdict = judge(kase, history, settings);
  if (verdict.anomalies.length > 0) {
    expectTrue({ kase, history }, verdict, catalogWith(settings.functions));
  }
  return verdict;
}

function expectTrue(...explained: Parameters<typeof verifyExplanations>): void {
  const { faults } = verifyExplanations(...explained);
  const refuted = faults.filter(({ isRefuted }) => isRefuted);
  if (refuted.length === 0) return;
  const lines = refuted.map(
    ({ anomaly, claim }) => `${anomaly}: ${claimText(claim)} (${JSON.stringify(claim)})`,
  );
  throw new Error(`claims that do not hold:\n${lines.join('\n')}`);
}
