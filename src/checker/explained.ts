/**
 * What becomes of a verdict whose explanations were looked up. A claim that does not hold is a
 * defect of Tidemark, not of the subject: nothing was shown about that.
 */
import { anomalies, type Guarantee } from '../model/guarantee.ts';
import type { Unknown } from '../model/verdict/unknown.ts';
import { mergeStatus, type Status, type Verdict } from '../model/verdict/verdict.ts';
import type { ClaimFault, Verification } from '../claims-verifier/verification.ts';
import { claimText } from '../judgement/words/text.ts';
import { unknownFor } from '../judgement/words/unknown-texts.ts';
import { closureOf } from '../judgement/judge.ts';

/**
 * The verdict without the anomalies that were not shown: what only they refute is unknown. Those
 * that were shown stand, whatever was said beside them.
 */
export function looked(verdict: Verdict, { faults }: Verification): Verdict {
  const refuted = faults.filter(({ isRefuted }) => isRefuted);
  if (refuted.length === 0) return verdict;
  const shown = verdict.anomalies.filter((_, at) => !refuted.some((fault) => fault.at === at));
  const still = new Set(
    shown.flatMap(({ name }) => closureOf(name)).flatMap((name) => anomalies[name].refutes),
  );
  const isOpen = (guarantee: Guarantee): boolean => !still.has(guarantee);
  const guarantees = { ...verdict.guarantees };
  for (const guarantee of verdict.refuted) {
    if (isOpen(guarantee)) guarantees[guarantee] = 'unknown';
  }
  const promised = verdict.promises.map((guarantee) => guarantees[guarantee]);
  const status = promised.reduce<Status>(
    (all, one) => (one === 'not-checked' ? all : mergeStatus(all, one)),
    'unknown',
  );
  return {
    ...verdict,
    status,
    guarantees,
    anomalies: shown,
    refuted: verdict.refuted.filter((guarantee) => !isOpen(guarantee)),
    possible: [...verdict.possible, ...verdict.refuted.filter(isOpen)],
    unknowns: [...verdict.unknowns, ...refuted.map(defectIn)],
  };
}

function defectIn({ anomaly, claim }: ClaimFault): Unknown {
  return unknownFor({ reason: 'claim-refuted', anomaly, claim: claimText(claim) });
}

/** How many claims were looked up, in a sentence. */
export function verificationText({ verified, faults }: Verification): string {
  const refuted = faults.filter(({ isRefuted }) => isRefuted).length;
  const open = faults.length - refuted;
  if (verified + faults.length === 0) return 'There is no explanation to verify.';
  const parts = [
    `${verified} ${verified === 1 ? 'claim' : 'claims'} of the explanations verified`,
    ...(open > 0 ? [`${open} too large to look up`] : []),
    ...(refuted > 0 ? [`${refuted} refuted`] : []),
  ];
  return `${parts.join(', ')}.`;
}
