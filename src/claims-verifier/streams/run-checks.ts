/**
 * Claims about the run of a stream history, looked up: its end, attempts, checkpoints,
 * transactions.
 */
import type { RecordName } from '../../model/verdict/places.ts';
import { rules } from '../../model/verdict/rule.ts';
import { isNameOf, isSaid } from '../scope.ts';
import { overSince } from './name-checks.ts';
import type { Shown, StreamFacts } from './stream-facts.ts';
import { exists, namedAt, type StreamChecks, type StreamScope } from './stream-scope.ts';

type RunKind =
  | 'due'
  | 'read'
  | 'unread'
  | 'ended'
  | 'newest-committed'
  | 'beyond-cut'
  | 'behind-cut'
  | 'over-before-all'
  | 'shown-at'
  | 'met-deadline'
  | 'worked-on'
  | 'did-work'
  | 'job-said'
  | 'without-records'
  | 'without-row'
  | 'next-to-restore'
  | 'began-from-nothing'
  | 'restored-older'
  | 'rule';

export const streamRunChecks: StreamChecks<RunKind> = {
  due: (scope, { records, checkpoint, name }) => {
    const { end } = scope.facts;
    if (!isNameOf(scope, name, records)) return false;
    if (checkpoint === null) return end?.outcome === 'finished' && exists(scope, records);
    return end?.outcome === 'suspended' && areRead(scope, checkpoint, records);
  },
  read: (scope, { records, checkpoint }) => areRead(scope, checkpoint, records),
  unread: (scope, { records, checkpoint }) => {
    const offsets = scope.facts.offsetsOf(checkpoint);
    return (
      offsets !== null &&
      exists(scope, records) &&
      records.every((name) => name.offset >= offsetIn(scope.facts, offsets, name.split))
    );
  },
  ended: ({ facts }, { outcome }) => facts.end?.outcome === outcome,
  'newest-committed': ({ facts }, { checkpoint }) =>
    facts.header.sink.subtasks === 1 &&
    Math.max(-1, ...facts.shows.map((shown) => shown.checkpoint ?? -1)) === checkpoint,
  'beyond-cut': (scope, { records, row, committed, checkpoint }) =>
    committed <= checkpoint &&
    namedAt(scope, row).shown.checkpoint === committed &&
    isSaid(scope, ['contains'], { rows: [row], records }) &&
    isSaid(scope, ['unread'], { records, checkpoint }),
  'behind-cut': (scope, { records, row, committed, checkpoint }) =>
    checkpoint < committed &&
    namedAt(scope, row).shown.checkpoint === committed &&
    isSaid(scope, ['contains'], { rows: [row], records }) &&
    isSaid(scope, ['read'], { records, checkpoint }),
  'over-before-all': (scope, { over, row }) =>
    overSince(scope.facts) === over && namedAt(scope, row).shown.t > over,
  'shown-at': (scope, { row, t }) => namedAt(scope, row).shown.t === t,
  'met-deadline': ({ facts }, { t }) => facts.end?.outcome === 'deadline' && facts.end.t === t,
  'worked-on': (scope, { attempt, work }) => isSaid(scope, ['did-work'], { attempt, work }),
  'did-work': ({ facts }, { attempt, work }) => {
    const over = overSince(facts);
    const began = facts.attempts.find((own) => own.attempt === attempt);
    return work.did === 'began' && over !== null && began?.t === work.t && began.t > over;
  },
  'job-said': ({ facts }, { t }) => overSince(facts) === t,
  'without-records': (scope, { records, isOnly }) =>
    exists(scope, records) && isOnly === scope.isOnly,
  'without-row': (scope, { row, isOnly }) =>
    namedAt(scope, row).rows.length > 0 && isOnly === scope.isOnly,
  'next-to-restore': ({ facts }, { split, from, to, at, attempt, checkpoint }) => {
    const log = facts.logs[facts.splitOf(split)];
    const began = facts.attempts.find((own) => own.attempt === attempt);
    const offsets = checkpoint === null ? null : facts.offsetsOf(checkpoint);
    const resumed = checkpoint === null ? 0 : offsets && offsetIn(facts, offsets, split);
    return (
      log !== undefined &&
      from < to &&
      to <= (log.offsets.at(-1) ?? -1) + 1 &&
      (at === from || at === to) &&
      began?.restored === checkpoint &&
      resumed === at
    );
  },
  'began-from-nothing': ({ facts }, { attempt, checkpoint }) =>
    hadCompleted(facts, { attempt, restored: null }, checkpoint),
  'restored-older': ({ facts }, { attempt, restored, checkpoint }) =>
    restored < checkpoint && hadCompleted(facts, { attempt, restored }, checkpoint),
  rule: (_scope, { rule }) => rule in rules,
};

function offsetIn(facts: StreamFacts, offsets: Int32Array, split: string): number {
  return offsets[facts.splitOf(split)] ?? 0;
}

function areRead(scope: StreamScope, checkpoint: number, records: readonly RecordName[]): boolean {
  const offsets = scope.facts.offsetsOf(checkpoint);
  return (
    offsets !== null &&
    exists(scope, records) &&
    records.every((name) => name.offset < offsetIn(scope.facts, offsets, name.split))
  );
}

/** Whether a checkpoint had completed when the attempt began with another one. */
function hadCompleted(
  { attempts, completions }: StreamFacts,
  { attempt, restored }: { readonly attempt: number; readonly restored: number | null },
  checkpoint: number,
): boolean {
  const began = attempts.find((own) => own.attempt === attempt && own.restored === restored);
  if (began === undefined) return false;
  return completions.some((known) => known.checkpoint === checkpoint && known.line < began.line);
}

/** Whether this or a later checkpoint was complete when the event showed. */
export function wasComplete(
  { completions }: StreamFacts,
  shown: Shown,
  checkpoint: number,
): boolean {
  return completions.some((known) => known.checkpoint >= checkpoint && known.line < shown.line);
}
