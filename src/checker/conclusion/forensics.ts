/**
 * What a violation is tied to: the restore next to which the records lie, a restart from nothing, a
 * transaction that was never committed, the attempt, the fault before it. Cheap, and usually the
 * explanation.
 */
import type { Claim } from '../../model/verdict/claim.ts';
import type { AnomalyName } from '../../model/guarantee.ts';
import type { Blame } from '../../model/verdict/verdict.ts';
import { forensicsText } from '../../judgement/words/text.ts';
import type { Context } from '../context/context.ts';
import type { Attempt, Transaction } from '../evidence/observe.ts';
import { offsetOf, type RecordTable, type SplitInfo } from '../plan/records.ts';
import { cutOf } from '../time/epochs.ts';
import { idsIn } from '../evidence/values.ts';
import type { Found } from '../../judgement/findings.ts';

export function blameOf(context: Context, found: Found): Blame {
  const near = nearestRestore(context, found.records);
  const anew = isRepeated(found.name) ? beganFromNothing(context, found) : null;
  const [first] = found.witnesses;
  const last = found.witnesses.at(-1);
  const attempt = near?.attempt ?? anew?.attempt ?? attemptBefore(context, last?.t ?? null);
  const claims = [
    ...(anew === null ? [] : [anew.claim]),
    ...(isMissing(found.name) ? neverCommitted(context, found.records) : []),
    ...(near === null ? [] : [near.claim]),
  ];
  return {
    checkpoint: last?.checkpoint ?? first?.checkpoint ?? null,
    restoredFrom: attempt?.restored ?? null,
    attempt: last?.attempt ?? attempt?.attempt ?? null,
    fault: faultBefore(context, attempt?.t ?? last?.t ?? null),
    forensics: forensicsText(claims),
    claims,
  };
}

/** Anomalies of work that was done twice. */
function isRepeated(name: AnomalyName): boolean {
  const repeated: readonly AnomalyName[] = ['double-fire', 'forked-state', 'rollback', 'masked'];
  return name.startsWith('duplicate') || repeated.includes(name);
}

/** Anomalies of work that shows nowhere. */
function isMissing(name: AnomalyName): boolean {
  return missing.includes(name);
}

const missing: readonly AnomalyName[] = [
  'loss',
  'masked',
  'missing-fire',
  'lost-timer',
  'ontime-dropped',
  'side-output-loss',
  'torn-commit-permanent',
  'wrong-final',
];

interface Near {
  readonly attempt: Attempt;
  readonly claim: Claim;
}

/** A restart from the beginning of everything, though there was a checkpoint to go back to. */
function beganFromNothing({ seen }: Context, { witnesses }: Found): Near | null {
  const newest = Math.max(0, ...witnesses.map(({ attempt }) => attempt ?? 0));
  for (const attempt of seen.attempts) {
    if (attempt.restored !== null || attempt.attempt > newest) continue;
    const completed = [...seen.checkpoints.values()].findLast(
      ({ completedAt }) => (completedAt ?? Infinity) < attempt.event,
    );
    if (completed === undefined) continue;
    const { checkpoint } = completed;
    return {
      attempt,
      claim: { kind: 'began-from-nothing', attempt: attempt.attempt, checkpoint },
    };
  }
  return null;
}

/** The transaction that the records were written into, if a completed checkpoint covers it. */
function neverCommitted(context: Context, records: readonly number[]): readonly Claim[] {
  const { seen, plan } = context;
  const ids = new Set(records.map((record) => plan.table.recordAt[record]?.id));
  for (const transaction of seen.transactions.values()) {
    const { sink, id, checkpoint, written } = transaction;
    if (checkpoint === null || shows(transaction)) continue;
    const covering = [...seen.checkpoints.keys()].filter((known) => known >= checkpoint);
    if (covering.length === 0) continue;
    const isWritten = written.some(({ row }) => idsIn(row.value)?.some((own) => ids.has(own)));
    if (!isWritten) continue;
    const covered = Math.min(...covering);
    return [{ kind: 'never-committed', sink, transaction: id, checkpoint, covered }];
  }
  return [];
}

function shows({ visible }: Transaction): boolean {
  return visible.some(({ event }) => event.rows.length > 0);
}

/** A contiguous block of one split that ends or begins at the offset a restore went back to. */
function nearestRestore({ plan, seen }: Context, records: readonly number[]): Near | null {
  if (records.length === 0) return null;
  const { table } = plan;
  const block = blockOf(table, records);
  for (const attempt of seen.attempts) {
    const checkpoint = attempt.restored;
    const offsets =
      checkpoint === null ? null : (seen.checkpoints.get(checkpoint)?.offsets ?? null);
    if (checkpoint === null || offsets === null) continue;
    const at = cutOf(table, offsets)[block.split] ?? 0;
    if (block.to !== at && block.from !== at) continue;
    const split = (table.splits[block.split] as SplitInfo).name;
    const { from, to } = block;
    const { attempt: number } = attempt;
    return {
      attempt,
      claim: { kind: 'next-to-restore', split, from, to, at, attempt: number, checkpoint },
    };
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
