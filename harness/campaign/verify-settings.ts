/**
 * What a verification is asked for, and what one scenario of it yields.
 */
import type { CaseEvidence, LimitHit, ScenarioResult } from '../../reports/result.ts';
import type { Regressions } from '../store/regressions.ts';
import type { CampaignSettings } from './campaign.ts';
import type { EvidenceStore } from '../store/evidence-store.ts';

export interface VerifySettings extends CampaignSettings {
  readonly regressions: Regressions;
  readonly store: EvidenceStore | null;
  /** Runs spent on shrinking one case; 0 keeps cases as they were found. */
  readonly shrinkRunsMax: number;
  /**
   * Wall time spent on shrinking what a real subject showed in one scenario; absent: the default of
   * a campaign.
   */
  readonly shrinkBudgetMs?: number;
  readonly runId: string;
  /** Name and version, for the result. */
  readonly tool: string;
  readonly subject: string;
  /** Planted bug the workers' engine carries; null: none. */
  readonly bug: string | null;
}

/** One scenario's result with its evidence and limits. */
export interface Concluded {
  readonly scenario: ScenarioResult;
  readonly evidence: readonly CaseEvidence[];
  readonly limits: readonly LimitHit[];
}
