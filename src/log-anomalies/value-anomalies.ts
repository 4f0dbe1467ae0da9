/** Anomalies of single values: what was sent, where it lies, who read it. */
import { canonicalJson } from '../base/json.ts';
import type { LogFinding, LogOperation } from './operation.ts';
import type { KeyLog, Versions } from './version-order.ts';

export function valueAnomalies(
  operations: readonly LogOperation[],
  versions: Versions,
): LogFinding[] {
  const findings: LogFinding[] = [];
  for (const log of versions.logs.values()) {
    findings.push(...inconsistentOffsets(log), ...duplicates(log));
  }
  findings.push(...abortedReads(operations), ...ownReads(operations));
  findings.push(...lostWrites(operations, versions), ...unseen(operations, versions));
  return findings;
}

function inconsistentOffsets(log: KeyLog): LogFinding[] {
  return [...log.at]
    .filter(([, values]) => values.size > 1)
    .map(([offset, values]) => ({
      name: 'inconsistent-offsets' as const,
      key: log.key,
      operations: [...values.values()],
      values: [...values.keys()].map((text) => log.values.get(text)?.value ?? null),
      text: `offset ${offset} of ${log.key} holds ${[...values.keys()].join(' and ')}`,
      badness: values.size,
    }));
}

function duplicates(log: KeyLog): LogFinding[] {
  return [...log.values.values()]
    .filter(({ indexes }) => indexes.length > 1)
    .map(({ value, text, indexes }) => {
      const offsets = indexes.map((index) => log.offsets[index] as number);
      return {
        name: 'duplicate' as const,
        key: log.key,
        operations: offsets.flatMap((offset) => log.at.get(offset)?.get(text) ?? []),
        values: [value],
        text: `${text} is in ${log.key} at offsets ${offsets.join(', ')}`,
        badness: indexes.length,
      };
    });
}

/** Keyed by key and value: who sent it. */
function sendersOf(operations: readonly LogOperation[]): Map<string, LogOperation> {
  const senders = new Map<string, LogOperation>();
  for (const operation of operations) {
    for (const { kind, key, value } of operation.records) {
      if (kind === 'send') senders.set(`${key}\n${canonicalJson(value)}`, operation);
    }
  }
  return senders;
}

function abortedReads(operations: readonly LogOperation[]): LogFinding[] {
  const senders = sendersOf(operations);
  return operations.flatMap((reader) => {
    if (reader.type !== 'ok') return [];
    return reader.records.flatMap(({ kind, key, value }) => {
      const writer = senders.get(`${key}\n${canonicalJson(value)}`);
      if (kind !== 'poll' || writer?.type !== 'fail') return [];
      const text = `operation ${reader.index} polled ${canonicalJson(value)} of ${key}, whose send failed`;
      const at = [writer.index, reader.index];
      return [{ name: 'G1a' as const, key, operations: at, values: [value], text, badness: 1 }];
    });
  });
}

function ownReads(operations: readonly LogOperation[]): LogFinding[] {
  return operations.flatMap((operation) => {
    const own = new Set<string>();
    for (const { kind, key, value } of operation.records) {
      if (kind === 'send') own.add(`${key}\n${canonicalJson(value)}`);
    }
    return operation.records.flatMap(({ kind, key, value }) => {
      if (kind !== 'poll' || !own.has(`${key}\n${canonicalJson(value)}`)) return [];
      const text = `operation ${operation.index} polled ${canonicalJson(value)} of ${key}, which it had sent itself`;
      const at = [operation.index];
      return [
        {
          name: 'precommitted-read' as const,
          key,
          operations: at,
          values: [value],
          text,
          badness: 1,
        },
      ];
    });
  });
}

/** Up to the highest value anybody read, everything that must have committed has to be read. */
function lostWrites(operations: readonly LogOperation[], versions: Versions): LogFinding[] {
  const bounds = new Map<string, number>();
  for (const [key, texts] of versions.read) {
    for (const text of texts.keys()) {
      const earliest = versions.logs.get(key)?.values.get(text)?.indexes[0] ?? -1;
      bounds.set(key, Math.max(bounds.get(key) ?? -1, earliest));
    }
  }
  return operations.flatMap((writer) => {
    if (!versions.committed.has(writer.index)) return [];
    return writer.records.flatMap(({ kind, key, value }) => {
      const text = canonicalJson(value);
      const last = versions.logs.get(key)?.values.get(text)?.indexes.at(-1);
      const bound = bounds.get(key) ?? -1;
      const isDue = kind === 'send' && last !== undefined && last <= bound;
      if (!isDue || versions.read.get(key)?.has(text) === true) return [];
      return [
        {
          name: 'lost-write' as const,
          key,
          operations: [writer.index],
          values: [value],
          text: `${text} of ${key} was never polled, though later records were`,
          badness: bound - last + 1,
        },
      ];
    });
  });
}

/**
 * Acknowledged sends nobody polled by the end. Those that lie below a record somebody polled are
 * lost writes, and named so.
 */
function unseen(operations: readonly LogOperation[], versions: Versions): LogFinding[] {
  const lost = new Set(
    lostWrites(operations, versions).map((f) => `${f.key}\n${canonicalJson(f.values[0] ?? null)}`),
  );
  const perKey = new Map<string, LogFinding>();
  for (const writer of operations) {
    if (writer.type !== 'ok') continue;
    for (const { kind, key, value } of writer.records) {
      const text = canonicalJson(value);
      if (kind !== 'send' || versions.read.get(key)?.has(text) === true) continue;
      if (lost.has(`${key}\n${text}`)) continue;
      const known = perKey.get(key);
      perKey.set(key, {
        name: 'unseen',
        key,
        operations: [...(known?.operations ?? []), writer.index],
        values: [...(known?.values ?? []), value],
        text: `${(known?.badness ?? 0) + 1} acknowledged records of ${key} were never polled`,
        badness: (known?.badness ?? 0) + 1,
      });
    }
  }
  return [...perKey.values()];
}
