/**
 * Runs of a real subject do not repeat: a violation that is run again may not show. What was found is
 * kept here, by case, for whoever asks for its evidence. Runs that compute are simply made again.
 */
import { digestValue } from '../../src/base/digest.ts';
import type { Case } from '../../src/model/case.ts';
import type { Subject } from '../subjects/subject.ts';
import type { Execution } from './outcome.ts';

/** Histories can be large: only the last ones are kept. */
const keptMax = 20;

const kept = new WeakMap<Subject, Map<string, Execution>>();

/** Keeps a run that is not valid. */
export function remember(subject: Subject, kase: Case, execution: Execution): void {
  if (execution.verdict.status === 'valid') return;
  const executions = kept.get(subject) ?? new Map<string, Execution>();
  kept.set(subject, executions);
  executions.set(digestValue(kase), execution);
  const [oldest] = executions.keys();
  if (executions.size > keptMax && oldest !== undefined) executions.delete(oldest);
}

/** The run of this case that was kept, or null. */
export function recall(subject: Subject, kase: Case): Execution | null {
  return kept.get(subject)?.get(digestValue(kase)) ?? null;
}
