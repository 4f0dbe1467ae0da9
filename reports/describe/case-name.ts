/**
 * What a kept case is called: by its anomalies when it breaks a promise, by its status otherwise
 * (an anomaly that breaks no promise is no news).
 */
import type { CaseResult } from '../result.ts';

export function caseName({ status, anomalies }: Pick<CaseResult, 'status' | 'anomalies'>): string {
  return status === 'invalid' && anomalies.length > 0 ? anomalies.join(', ') : status;
}
