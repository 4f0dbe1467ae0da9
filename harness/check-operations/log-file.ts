/**
 * Send and poll histories in Jepsen's shape: a value is a list of `[send, key, [offset, value]]` (the
 * offset may be missing) and `[poll, {key: [[offset, value], …]}]`; `assign` and `subscribe` carry keys.
 */
import { checkLog } from '../../src/checker/log/check-log.ts';
import type { LogOperation, LogRecord } from '../../src/checker/log/operation.ts';
import { operationAt, type OperationHistory } from '../../src/checker/linearizability/history.ts';
import type { Value } from '../../src/model/value.ts';
import type { Format } from './formats.ts';
import { InputFileError } from './input-file.ts';
import type { FileReport } from './report.ts';

const consumerFunctions: readonly string[] = ['assign', 'subscribe'];
const recordFunctions: readonly string[] = ['send', 'poll', 'txn'];
const types = { ok: 'ok', indefinite: 'info', failed: 'fail' } as const;

/** Whether a history is one of a log: by format, or by its functions. */
export function isLogHistory(history: OperationHistory, format: Format): boolean {
  if (format === 'kafka') return true;
  return format === 'auto' && history.functions.some((f) => f === 'poll' || f === 'send');
}

export function checkLogFile(history: OperationHistory, file: string, started: number): FileReport {
  const operations = logOperations(history, file);
  const { verdict, anomalies } = checkLog(operations);
  const lineOf = (index: number): number => history.line[index] as number;
  return {
    file,
    verdict,
    model: 'kafka-log',
    operations: operations.length,
    indefinite: operations.filter((operation) => operation.type === 'info').length,
    partitions: new Set(operations.flatMap((o) => o.records.map((r) => r.key))).size,
    steps: 0,
    wallMs: performance.now() - started,
    peakBytes: 0,
    certificate: [],
    anomalies: anomalies.map(({ name, isAllowed, count, findings }) => ({
      name,
      key: findings[0]?.key ?? null,
      sentence: `${findings[0]?.text ?? ''}${isAllowed ? ' (allowed by the contract)' : ''}`,
      lines: (findings[0]?.operations ?? []).map(lineOf),
      count,
      explanation: null,
    })),
    unknowns: verdict === 'unknown' ? ['nothing was polled successfully'] : [],
  };
}

/** Throws {@link InputFileError} at the first operation that has another shape. */
function logOperations(history: OperationHistory, file: string): LogOperation[] {
  return Array.from({ length: history.count }, (_, row) => {
    const { f, input, output, outcome } = operationAt(history, row);
    // What was asked for counts where the reply does not repeat it.
    const value = Array.isArray(output) ? output : input;
    const isConsumer = consumerFunctions.includes(f);
    const records = recordFunctions.includes(f) ? recordsOf(value) : [];
    if (records === null || (!isConsumer && !recordFunctions.includes(f))) {
      const problem = `${f} is no send or poll as expected: ${JSON.stringify(value).slice(0, 80)}`;
      throw new InputFileError(file, history.line[row] as number, problem);
    }
    return {
      index: row,
      process: String(history.processes[history.process[row] as number]),
      type: types[outcome],
      kind: isConsumer ? (f as 'assign' | 'subscribe') : 'transact',
      records,
      keys: isConsumer && Array.isArray(value) ? (value as readonly Value[]).map(keyText) : [],
      rebalanced: [],
    };
  });
}

function recordsOf(value: Value): LogRecord[] | null {
  if (value === null) return [];
  if (!Array.isArray(value)) return null;
  const steps = (value as readonly Value[]).map(stepRecords);
  return steps.some((records) => records === null)
    ? null
    : steps.flatMap((records) => records ?? []);
}

function stepRecords(step: Value): LogRecord[] | null {
  if (!Array.isArray(step)) return null;
  const [name, first = null, second = null] = step as readonly Value[];
  const kind = typeof name === 'string' ? name.replace(/^:/, '') : '';
  if (kind === 'send' && step.length === 3) return sent(keyText(first), second);
  return kind === 'poll' ? polled(first) : null;
}

/** `[offset, value]` once the store replied; the bare value before. */
function sent(key: string, value: Value): LogRecord[] {
  const isPlaced = Array.isArray(value) && value.length === 2;
  const [offset, body] = isPlaced ? (value as readonly Value[]) : [null, value];
  const place = typeof offset === 'number' ? offset : null;
  return [{ kind: 'send', key, offset: place, value: body ?? null }];
}

function polled(value: Value): LogRecord[] | null {
  if (value === null) return [];
  if (typeof value !== 'object' || Array.isArray(value)) return null;
  const records: LogRecord[] = [];
  for (const [key, pairs] of Object.entries(value)) {
    if (!Array.isArray(pairs)) return null;
    for (const pair of pairs as readonly Value[]) {
      if (!Array.isArray(pair) || pair.length !== 2 || typeof pair[0] !== 'number') return null;
      records.push({ kind: 'poll', key, offset: pair[0], value: pair[1] as Value });
    }
  }
  return records;
}

function keyText(key: Value): string {
  return typeof key === 'string' ? key : JSON.stringify(key);
}
