/**
 * What a certificate is about.
 */
import type { OperationHistory } from '../history/history.ts';
import type { SequentialModel } from '../history/model.ts';

/** What a certificate is about: the operations of one object. */
export interface Claim {
  readonly history: OperationHistory;
  readonly model: SequentialModel;
  /** Rows of the operations of the object, failed ones left out unless they state something. */
  readonly rows: readonly number[];
}
