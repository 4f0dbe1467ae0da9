/**
 * What a decision procedure without search is given, and what it answers.
 */
import type { RegisterScratch } from '../compile/compile-register.ts';
import type { Certificate } from '../history/certificate.ts';
import type { OperationHistory } from '../history/history.ts';
import type { SequentialModel } from '../history/model.ts';
import type { Partition } from '../history/partitions.ts';

export interface PreCheck {
  readonly method: string;
  readonly certificate: Certificate;
}

export interface PreCheckInput {
  readonly history: OperationHistory;
  readonly partition: Partition;
  readonly model: SequentialModel;
  readonly scratch: RegisterScratch;
}
