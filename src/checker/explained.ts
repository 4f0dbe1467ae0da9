/**
 * What becomes of a verdict whose explanations were looked up. A claim that does not hold is a defect
 * of Tidemark, not of the subject: nothing was shown about that.
 */
import type { Guarantee } from '../model/guarantee.ts';
import type { Status, Verdict } from '../model/verdict.ts';
import type { ClaimFault, Verification } from './claims-verifier/verification.ts';
import { claimText } from './claims/text.ts';

/** The verdict as it is; or unknown, without the anomalies that were not shown. */
export function looked(verdict: Verdict, { faults }: Verification): Verdict {
  const refuted = faults.filter(({ isRefuted }) => isRefuted);
  if (refuted.length === 0) return verdict;
  const guarantees = Object.fromEntries(
    Object.entries(verdict.guarantees).map(([guarantee, status]) => [
      guarantee,
      status === 'invalid' ? 'unknown' : status,
    ]),
  ) as Record<Guarantee, Status | 'not-checked'>;
  return {
    ...verdict,
    status: 'unknown',
    guarantees,
    anomalies: [],
    refuted: [],
    possible: [...verdict.possible, ...verdict.refuted],
    unknowns: [...verdict.unknowns, ...refuted.map(defectText)],
  };
}

function defectText({ anomaly, claim }: ClaimFault): string {
  return `defect of Tidemark: it explains ${anomaly} by what does not hold: "${claimText(claim)}"`;
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
