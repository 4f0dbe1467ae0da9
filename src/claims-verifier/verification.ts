/**
 * What came out of verifying the explanations of a verdict.
 */
import type { Claim } from '../model/verdict/claim.ts';
import type { AnomalyName } from '../model/guarantee.ts';

export interface ClaimFault {
  readonly anomaly: AnomalyName;
  /** Its place among the anomalies of the verdict. */
  readonly at: number;
  readonly claim: Claim;
  /** False: it was not looked up, because it is too large or its history does not show it. */
  readonly isRefuted: boolean;
}

export interface Verification {
  /** Claims that hold. */
  readonly verified: number;
  readonly faults: readonly ClaimFault[];
}
