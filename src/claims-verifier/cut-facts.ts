/** What the cuts of checkpoints had read, looked up. */
import type { RecordName, Records } from '../model/verdict/places.ts';
import type { Scope } from './scope.ts';

/** The checkpoint that was completed, or restored, last. */
export function isLast({ facts }: Scope, checkpoint: number): boolean {
  return facts.completions.at(-1)?.checkpoint === checkpoint;
}

/** Whether rows that were committed with it are visible. */
export function isShown({ facts }: Scope, checkpoint: number): boolean {
  return facts.history.some((e) => e.kind === 'visible' && e.checkpoint === checkpoint);
}

export function isRead(
  { facts }: Scope,
  checkpoint: number,
  { split, offset }: RecordName,
): boolean {
  return offset < (facts.offsetIn(checkpoint, split) ?? 0);
}

export function areRead(scope: Scope, checkpoint: number, records: Records): boolean {
  return records.every((record) => isRead(scope, checkpoint, record));
}

export function isUnread(scope: Scope, checkpoint: number, records: Records): boolean {
  const { completions } = scope.facts;
  if (!completions.some((known) => known.checkpoint === checkpoint)) return false;
  return !records.some((name) => isRead(scope, checkpoint, name));
}
