/**
 * Anomalies of order: what one process polled or sent from one operation to the next, and inside
 * one operation. Adjacent records of a key should be at distance 1; more is a skip, less went back.
 */
import { canonicalJson } from '../base/json.ts';
import type { LogAnomalyName, LogFinding, LogOperation, LogRecord } from './operation.ts';
import { distance, type Versions } from './version-order.ts';

interface Last {
  readonly record: LogRecord;
  readonly operation: number;
}

export function orderAnomalies(
  operations: readonly LogOperation[],
  versions: Versions,
): LogFinding[] {
  return [
    ...inside(operations, versions),
    ...polls(operations, versions),
    ...sends(operations, versions),
  ];
}

/** Consecutive records of a key inside one operation. */
function inside(operations: readonly LogOperation[], versions: Versions): LogFinding[] {
  const findings: LogFinding[] = [];
  for (const operation of operations) {
    // What an operation that failed saw of its own records says nothing about the log.
    if (!versions.committed.has(operation.index)) continue;
    for (const kind of ['poll', 'send'] as const) {
      const last = new Map<string, LogRecord>();
      for (const record of operation.records) {
        if (record.kind !== kind) continue;
        const before = last.get(record.key);
        last.set(record.key, record);
        const isExcused = kind === 'poll' && operation.rebalanced.includes(record.key);
        if (before === undefined || isExcused) continue;
        const delta = distance(versions, before, record);
        const at = [operation.index];
        if (delta > 1) findings.push(finding(`int-${kind}-skip`, [before, record], { at, delta }));
        if (delta < 1) {
          findings.push(finding(`int-nonmonotonic-${kind}`, [before, record], { at, delta }));
        }
      }
    }
  }
  return findings;
}

/**
 * The last record of a process's poll against the first of its next poll of that key. Positions are
 * those after the last poll that succeeded: a client goes back to them when an operation did not.
 */
function polls(operations: readonly LogOperation[], versions: Versions): LogFinding[] {
  const findings: LogFinding[] = [];
  const perProcess = new Map<string, Map<string, Last>>();
  for (const operation of operations) {
    const last = perProcess.get(operation.process) ?? new Map<string, Last>();
    perProcess.set(operation.process, last);
    if (operation.kind !== 'transact') {
      forget(last, operation);
      continue;
    }
    for (const record of firsts(operation, 'poll')) {
      const before = last.get(record.key);
      if (before === undefined || operation.rebalanced.includes(record.key)) continue;
      const delta = distance(versions, before.record, record);
      const at = [before.operation, operation.index];
      if (delta > 1) findings.push(finding('poll-skip', [before.record, record], { at, delta }));
      if (delta < 1) {
        findings.push(finding('nonmonotonic-poll', [before.record, record], { at, delta }));
      }
    }
    if (operation.type === 'ok') remember(last, operation, 'poll');
  }
  return findings;
}

/** Keys that stay assigned keep their position. Where nobody knows, the others may have lost it. */
function forget(last: Map<string, Last>, { type, keys }: LogOperation): void {
  if (type === 'fail') return;
  for (const key of last.keys()) if (!keys.includes(key)) last.delete(key);
}

function sends(operations: readonly LogOperation[], versions: Versions): LogFinding[] {
  const findings: LogFinding[] = [];
  const perProcess = new Map<string, Map<string, Last>>();
  for (const operation of operations) {
    if (!versions.committed.has(operation.index) || operation.kind !== 'transact') continue;
    const last = perProcess.get(operation.process) ?? new Map<string, Last>();
    perProcess.set(operation.process, last);
    for (const record of firsts(operation, 'send')) {
      const before = last.get(record.key);
      if (before === undefined) continue;
      const delta = distance(versions, before.record, record);
      const at = [before.operation, operation.index];
      if (delta < 1) {
        findings.push(finding('nonmonotonic-send', [before.record, record], { at, delta }));
      }
    }
    remember(last, operation, 'send');
  }
  return findings;
}

function firsts(operation: LogOperation, kind: LogRecord['kind']): LogRecord[] {
  const first = new Map<string, LogRecord>();
  for (const record of operation.records) {
    if (record.kind === kind && !first.has(record.key)) first.set(record.key, record);
  }
  return [...first.values()];
}

function remember(last: Map<string, Last>, operation: LogOperation, kind: LogRecord['kind']): void {
  for (const record of operation.records) {
    if (record.kind === kind) last.set(record.key, { record, operation: operation.index });
  }
}

function finding(
  name: LogAnomalyName,
  [from, to]: readonly [LogRecord, LogRecord],
  where: { readonly at: readonly number[]; readonly delta: number },
): LogFinding {
  const { at, delta } = where;
  const verb = from.kind === 'poll' ? 'polled' : 'sent';
  const step = delta > 1 ? `skips ${delta - 1}` : `goes back by ${-delta}`;
  return {
    name,
    key: from.key,
    operations: at,
    values: [from.value, to.value],
    text: `${canonicalJson(from.value)} then ${canonicalJson(to.value)} of ${from.key} were ${verb}: that ${step}`,
    badness: Math.abs(delta - 1),
  };
}
