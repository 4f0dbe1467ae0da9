/**
 * What a violation is tied to: the restore next to which the records lie, the attempt, the fault
 * before it. Cheap, and usually the explanation.
 */
import type { Blame } from '../../model/verdict.ts';
import type { Context } from '../context.ts';
import type { Attempt } from '../observation/observe.ts';
import { offsetOf, type RecordTable, type SplitInfo } from '../plan/records.ts';
import { cutOf } from '../time/epochs.ts';
import type { Found } from './findings.ts';

export function blameOf(context: Context, found: Found): Blame {
  const near = nearestRestore(context, found.records);
  const [first] = found.witnesses;
  const last = found.witnesses.at(-1);
  const attempt = near?.attempt ?? attemptBefore(context, last?.t ?? null);
  return {
    checkpoint: last?.checkpoint ?? first?.checkpoint ?? null,
    restoredFrom: attempt?.restored ?? null,
    attempt: last?.attempt ?? attempt?.attempt ?? null,
    fault: faultBefore(context, attempt?.t ?? last?.t ?? null),
    forensics: near?.text ?? null,
    claims: [],
  };
}

interface Near {
  readonly attempt: Attempt;
  readonly text: string;
}

/** A contiguous block of one split that ends or begins at the offset a restore went back to. */
function nearestRestore({ plan, seen }: Context, records: readonly number[]): Near | null {
  if (records.length === 0) return null;
  const { table } = plan;
  const block = blockOf(table, records);
  for (const attempt of seen.attempts) {
    const offsets =
      attempt.restored === null ? null : (seen.checkpoints.get(attempt.restored)?.offsets ?? null);
    const cut = offsets === null ? null : cutOf(table, offsets);
    if (cut === null) continue;
    const at = cut[block.split] ?? 0;
    const name = (table.splits[block.split] as SplitInfo).name;
    const range = `${name} [${block.from}, ${block.to})`;
    if (block.to === at || block.from === at) {
      const side = block.to === at ? 'ends' : 'begins';
      const text = `${range} ${side} exactly at offset ${at}, where attempt ${attempt.attempt} resumed from checkpoint ${attempt.restored}`;
      return { attempt, text };
    }
  }
  return null;
}

interface Block {
  readonly split: number;
  readonly from: number;
  readonly to: number;
}

/** The run of offsets around the first record, in its split. */
function blockOf(table: RecordTable, records: readonly number[]): Block {
  const [first] = records as [number];
  const split = table.splitOf[first] as number;
  const offsets = records
    .filter((record) => table.splitOf[record] === split)
    .map((record) => offsetOf(table, record))
    .sort((a, b) => a - b);
  let [from, to] = [offsetOf(table, first), offsetOf(table, first) + 1];
  for (const offset of offsets) if (offset === to) to = offset + 1;
  for (const offset of [...offsets].reverse()) if (offset === from - 1) from = offset;
  return { split, from, to };
}

function attemptBefore({ seen }: Context, t: number | null): Attempt | null {
  const started = seen.attempts.filter((attempt) => t === null || attempt.t <= t);
  return started.at(-1) ?? null;
}

function faultBefore({ seen }: Context, t: number | null): number | null {
  let best: { fault: number; t: number } | null = null;
  for (const [fault, at] of seen.effects) {
    if (t !== null && at > t) continue;
    if (best === null || at >= best.t) best = { fault, t: at };
  }
  return best?.fault ?? null;
}
