/**
 * R10: decision procedures that need no search, tried in order of cost. Each answers only where its
 * preconditions make it exact, and returns null otherwise.
 */
import type { Certificate } from './certificate.ts';
import type { RegisterScratch } from './compile-register.ts';
import type { OperationHistory } from './history.ts';
import type { SequentialModel } from './model.ts';
import type { Partition } from './partitions.ts';
import { checkRegister } from './register-checks.ts';
import { checkTraceable } from './traceable.ts';

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

export function preCheck(input: PreCheckInput): PreCheck | null {
  const { traceable } = input.model;
  if (traceable === undefined) return null;
  return traceable === 'register' ? checkRegister(input) : checkTraceable(input, traceable);
}
