/**
 * Sinks of a running aggregate: one output per record, in an order that is the engine's choice. The
 * explanation is read off the values: a collected list names the whole order (T2), version digits
 * and fingerprints name each step (T1); opaque values go to the frontier search (frontier.ts).
 */
import { field } from '../../../model/functions.ts';
import type { Key } from '../../../model/value.ts';
import type { SinkContext } from '../../context/context.ts';
import type { Seen } from '../../evidence/observe.ts';
import { type Branch, oneToOne, rekeys } from '../../plan/branches.ts';
import { arriving, type Item } from '../../plan/items.ts';
import { idListIn, idsIn } from '../../evidence/values.ts';
import { reportUnexplained } from '../anomalies/loss.ts';
import { checkListed } from './running-listed.ts';
import { checkOpaque } from './running-opaque.ts';
import { type KeyRun, leaveOpen, type RunningSink } from './running-reports.ts';
import { checkTraced } from './running-traced.ts';
import { isTraceable } from './vector-run.ts';

export function checkRunning(context: SinkContext, sink: RunningSink): void {
  const keys = new Map<Key, { key: Key; items: Item[]; rows: Seen[] }>();
  for (const item of sink.items) {
    const run = keys.get(item.key);
    if (run === undefined) keys.set(item.key, { key: item.key, items: [item], rows: [] });
    else run.items.push(item);
  }
  const { table } = context.plan;
  const keyOfId = rekeys(sink.branch) ? keysById(sink.items) : null;
  for (const seen of sink.rows) {
    const isRead = keyOfId !== null && sink.reads === 'ids';
    if (keyOfId !== null && !isRead) {
      leaveOpen(context, sink, 'the key of an opaque aggregate was replaced');
      return;
    }
    const key = keyOfId === null ? seen.row.key : keyOfId.get(lastId(seen));
    const run = key === undefined ? undefined : keys.get(key);
    if (run !== undefined) run.rows.push(seen);
    else if (keyOfId === null || lastId(seen) !== null || table.count === 0) {
      reportUnexplained(context, { sink: sink.sink, seen, name: 'phantom' });
    } else {
      leaveOpen(context, sink, 'the key of an opaque aggregate was replaced');
      return;
    }
  }
  for (const run of keys.values()) checkKey(context, sink, run);
  context.findings.cover('records-due', sink.items.length);
}

function checkKey(context: SinkContext, sink: RunningSink, run: KeyRun): void {
  const first = run.rows[0]?.row.value;
  if (sink.reads === 'ids' && (first === undefined || idListIn(first) !== null)) {
    checkListed(context, sink, run);
    return;
  }
  if (sink.reads === 'digits' && isTraceable(run.items) && keepsTrace(sink.branch)) {
    checkTraced(context, sink, run);
    return;
  }
  checkOpaque(context, sink, run);
}

/** Whether what the aggregate says of its records arrives as it was. */
function keepsTrace(branch: Branch): boolean {
  if (!oneToOne(branch)) return false;
  const value = { n: 3, sum: 5, q: 7, f: 11 };
  const [row] = arriving(branch, { key: '', ts: 0, value, from: [] });
  return ['n', 'q', 'f'].every((name) => field(row?.value ?? null, name) === field(value, name));
}

function lastId(seen: Seen): number | null {
  return idListIn(seen.row.value)?.at(-1) ?? null;
}

function keysById(items: readonly Item[]): ReadonlyMap<number | null, Key> {
  const keys = new Map<number | null, Key>();
  for (const item of items) {
    for (const id of idsIn(item.value) ?? []) keys.set(id, item.key);
  }
  return keys;
}
