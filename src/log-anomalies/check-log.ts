/**
 * Jepsen's Kafka anomalies over a history of sends and polls: all of them named, and which of them
 * the store's contract allows. Linear but for the cycles' shortest paths.
 */
import type { Status } from '../model/verdict/verdict.ts';
import { cycleAnomalies } from './cycles.ts';
import {
  type LogAnomalyName,
  type LogFinding,
  logAnomalyNames,
  type LogOperation,
} from './operation.ts';
import { logMetrics, type LogMetrics } from './metrics.ts';
import { orderAnomalies } from './order-anomalies.ts';
import { valueAnomalies } from './value-anomalies.ts';
import { versionsOf } from './version-order.ts';

export interface LogSettings {
  /**
   * Follow write-write dependencies between neighbours in a log; makes G0 visible and G1c allowed.
   */
  readonly wwDeps?: boolean;
  /**
   * Whether consumers subscribe, so that they may be rebalanced; absent: if an operation says so.
   */
  readonly subscribe?: boolean;
}

export interface LogAnomaly {
  readonly name: LogAnomalyName;
  /** Whether the contract allows it: then it does not refute. */
  readonly isAllowed: boolean;
  readonly count: number;
  /** The worst ones, at most {@link findingsMax}. */
  readonly findings: readonly LogFinding[];
}

export interface LogVerdict {
  readonly verdict: Status;
  readonly anomalies: readonly LogAnomaly[];
  readonly metrics: LogMetrics;
}

/** Findings kept per anomaly; the count tells how many there were. */
const findingsMax = 32;

export function checkLog(
  operations: readonly LogOperation[],
  settings: LogSettings = {},
): LogVerdict {
  const versions = versionsOf(operations);
  const findings = [
    ...valueAnomalies(operations, versions),
    ...orderAnomalies(operations, versions),
    ...cycleAnomalies(operations, versions, settings.wwDeps === true),
  ];
  const allowed = allowedNames(operations, settings);
  const anomalies = logAnomalyNames.flatMap((name) => {
    const own = findings.filter((finding) => finding.name === name);
    if (own.length === 0) return [];
    const worst = own.toSorted((a, b) => b.badness - a.badness).slice(0, findingsMax);
    return [{ name, isAllowed: allowed.has(name), count: own.length, findings: worst }];
  });
  const isRefuted = anomalies.some((anomaly) => !anomaly.isAllowed);
  // A history that polled nothing has shown nothing.
  const isVacuous = versions.read.size === 0;
  const otherwise = isVacuous ? 'unknown' : 'valid';
  return { verdict: isRefuted ? 'invalid' : otherwise, anomalies, metrics: logMetrics(operations) };
}

/** Kafka does not isolate writes; a subscription may rebalance at any time. */
function allowedNames(operations: readonly LogOperation[], settings: LogSettings): Set<string> {
  const { subscribe = operations.some(({ kind }) => kind === 'subscribe') } = settings;
  return new Set([
    'int-send-skip',
    'G0',
    'G0-process',
    'G0-realtime',
    ...(settings.wwDeps === true ? ['G1c', 'G1c-process', 'G1c-realtime'] : []),
    ...(subscribe ? ['poll-skip', 'nonmonotonic-poll'] : []),
  ]);
}
