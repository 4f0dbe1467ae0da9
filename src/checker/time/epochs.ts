/**
 * Which stretch of the run processed a record for good: the chain of completed checkpoints that no
 * later restore gave up, with the offsets each attempt started from.
 */
import type { Checkpoint, Observation } from '../evidence/observe.ts';
import type { RecordTable } from '../plan/records.ts';

export interface Epoch {
  readonly checkpoint: number | null;
  /** The attempt that processed it. */
  readonly attempt: number;
  /** Next offset per split at its beginning and end; null: unknown. */
  readonly from: readonly number[] | null;
  readonly to: readonly number[] | null;
  /** Next offset per split at which its attempt began. */
  readonly attemptFrom: readonly number[] | null;
}

/** Offsets by split name as numbers by split; a split that is not named has read nothing. */
export function cutOf(table: RecordTable, offsets: Readonly<Record<string, number>>): number[] {
  return table.splits.map((split) => offsets[split.name] ?? 0);
}

/** Checkpoints of the surviving line, in order. */
export function survivingCheckpoints(seen: Observation): readonly Checkpoint[] {
  const all = [...seen.checkpoints.values()].sort(
    (a, b) => (a.completedAt ?? 0) - (b.completedAt ?? 0),
  );
  const line: Checkpoint[] = [];
  const attempts = [...seen.attempts];
  for (const checkpoint of all) {
    while (attempts[0] !== undefined && attempts[0].event < (checkpoint.completedAt ?? 0)) {
      dropAfter(line, attempts.shift()?.restored ?? null);
    }
    line.push(checkpoint);
  }
  for (const attempt of attempts) dropAfter(line, attempt.restored);
  return line;
}

/** An attempt that restores an older checkpoint gives up what came after it. */
function dropAfter(line: Checkpoint[], restored: number | null): void {
  if (restored === null) {
    line.length = 0;
    return;
  }
  const at = line.findIndex((checkpoint) => checkpoint.checkpoint === restored);
  if (at >= 0) line.length = at + 1;
}

/** The epochs of the surviving line; the last one is what no checkpoint covers. */
export function epochsOf(seen: Observation, table: RecordTable): readonly Epoch[] {
  const epochs: Epoch[] = [];
  const line = survivingCheckpoints(seen);
  let from: readonly number[] | null = table.splits.map(() => 0);
  for (const checkpoint of line) {
    const to: readonly number[] | null =
      checkpoint.offsets === null ? null : cutOf(table, checkpoint.offsets);
    const attemptFrom = startOf(seen, table, checkpoint.attempt);
    epochs.push({
      checkpoint: checkpoint.checkpoint,
      attempt: checkpoint.attempt,
      from,
      to,
      attemptFrom,
    });
    from = to;
  }
  const last = seen.attempts.at(-1);
  const attemptFrom = last === undefined ? from : startOf(seen, table, last.attempt);
  epochs.push({ checkpoint: null, attempt: last?.attempt ?? 1, from, to: null, attemptFrom });
  return epochs;
}

function startOf(seen: Observation, table: RecordTable, attempt: number): readonly number[] | null {
  const event = seen.attempts.find((candidate) => candidate.attempt === attempt);
  if (event === undefined) return null;
  if (event.restored === null) return table.splits.map(() => 0);
  const offsets = seen.checkpoints.get(event.restored)?.offsets ?? null;
  return offsets === null ? null : cutOf(table, offsets);
}

/** The attempt that processed a record for good; null: unknown. */
export function attemptOf(
  epochs: readonly Epoch[],
  table: RecordTable,
  record: number,
): number | null {
  const split = table.splitOf[record] as number;
  const offset = record - (table.splits[split]?.first ?? 0);
  for (const { to, attempt } of epochs) {
    if (to !== null && offset < (to[split] ?? 0)) return attempt;
  }
  return null;
}
