/**
 * Send and poll histories in Jepsen's shape: a value is a list of `[send, key, [offset, value]]`
 * (the offset may be missing) and `[poll, {key: [[offset, value], …]}]`; `assign` and `subscribe`
 * carry keys.
 */
import { checkLog } from '../../src/log-anomalies/check-log.ts';
import type { LogOperation, LogRecord } from '../../src/log-anomalies/operation.ts';
import { operationAt, type OperationHistory } from '../../src/linearizability/history/history.ts';
import type { Value } from '../../src/model/value.ts';
import { isRounded, shownJson, textOfValue } from '../../src/model/exact/exact-value.ts';
import { keyOfName } from './edn.ts';
import { rebalanceStep } from './event-sink.ts';
import type { Format } from './formats.ts';
import { InputFileError } from './input-file.ts';
import type { FileReport } from './report.ts';

const consumerFunctions: readonly string[] = ['assign', 'subscribe'];
const recordFunctions: readonly string[] = ['send', 'poll', 'txn'];
/** Jepsen's own: a client that is taken down, and a look into the store. */
const otherFunctions: readonly string[] = ['crash', 'debug-topic-partitions'];
const types = { ok: 'ok', indefinite: 'info', failed: 'fail' } as const;

/** Whether a history is one of a log: by format, or by its functions. */
export function isLogHistory(history: OperationHistory, format: Format): boolean {
  if (format === 'kafka') return true;
  return format === 'auto' && history.functions.some((f) => f === 'poll' || f === 'send');
}

export function checkLogFile(
  history: OperationHistory,
  { file, started, wwDeps }: { file: string; started: number; wwDeps: boolean },
): FileReport {
  const operations = logOperations(history, file);
  const { verdict, anomalies, metrics } = checkLog(operations, { wwDeps });
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
      sentence: `${shownJson(findings[0]?.text ?? '')}${isAllowed ? ' (allowed by the contract)' : ''}`,
      lines: (findings[0]?.operations ?? []).map(lineOf),
      count,
      explanation: null,
    })),
    log: metrics,
    unknowns: verdict === 'unknown' ? ['nothing was polled successfully'] : [],
  };
}

/** Throws {@link InputFileError} at the first operation that has another shape. */
function logOperations(history: OperationHistory, file: string): LogOperation[] {
  const operations: LogOperation[] = [];
  for (let row = 0; row < history.count; row++) {
    const { f } = operationAt(history, row);
    if (otherFunctions.includes(f)) continue;
    const operation = logOperation(history, row);
    if (operation === null) {
      const { input, output } = operationAt(history, row);
      const found = shownJson(JSON.stringify(output ?? input)).slice(0, 80);
      const problem = `${f} is no send or poll with offsets that a double holds: ${found}`;
      throw new InputFileError(file, history.line[row] as number, problem);
    }
    operations.push(operation);
  }
  return operations;
}

function logOperation(history: OperationHistory, row: number): LogOperation | null {
  const { f, input, output, outcome } = operationAt(history, row);
  const isConsumer = consumerFunctions.includes(f);
  if (!isConsumer && !recordFunctions.includes(f)) return null;
  // What was asked for counts where the reply does not repeat it, but is missing or a reason.
  const value = isList(output) && (isConsumer || output.every(isList)) ? output : input;
  const records = isConsumer ? [] : recordsOf(value);
  if (records === null) return null;
  return {
    index: row,
    process: String(history.processes[history.process[row] as number]),
    type: types[outcome],
    call: history.call[row] as number,
    returns: history.returns[row] as number,
    kind: isConsumer ? (f as 'assign' | 'subscribe') : 'transact',
    records,
    keys: isConsumer && isList(value) ? value.map(keyText) : [],
    rebalanced: isConsumer || !isList(value) ? [] : value.flatMap(rebalancedKeys),
  };
}

function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

function recordsOf(value: Value): LogRecord[] | null {
  if (value === null) return [];
  if (!isList(value)) return null;
  const steps = value.map(stepRecords);
  return steps.some((records) => records === null)
    ? null
    : steps.flatMap((records) => records ?? []);
}

function stepRecords(step: Value): LogRecord[] | null {
  if (!isList(step)) return null;
  const [name, first = null, second = null] = step;
  const kind = typeof name === 'string' ? name.replace(/^:/, '') : '';
  if (kind === 'send' && step.length === 3) return sent(keyText(first), second);
  if (kind === rebalanceStep) return [];
  return kind === 'poll' ? polled(first) : null;
}

/**
 * The keys of `[rebalance-log, [{keys: […]}, …]]`: taken away or given, both may make a poll jump.
 */
function rebalancedKeys(step: Value): string[] {
  if (!isList(step) || step[0] !== rebalanceStep || !isList(step[1])) return [];
  return step[1].flatMap((entry) => {
    if (entry === null || typeof entry !== 'object' || isList(entry)) return [];
    const keys = entry[':keys'] ?? entry['keys'];
    return isList(keys) ? keys.map(keyText) : [];
  });
}

/** `[offset, value]` once the store replied; the bare value before. */
function sent(key: string, value: Value): LogRecord[] | null {
  const [offset = null, body] = isList(value) && value.length === 2 ? value : [null, value];
  // Offsets are reckoned with: one that a double rounds would be another one.
  if (isRounded(offset)) return null;
  const place = typeof offset === 'number' ? offset : null;
  return [{ kind: 'send', key, offset: place, value: body ?? null }];
}

function polled(value: Value): LogRecord[] | null {
  if (value === null) return [];
  if (typeof value !== 'object' || isList(value)) return null;
  const records: LogRecord[] = [];
  for (const [key, pairs] of Object.entries(value)) {
    if (!isList(pairs)) return null;
    for (const pair of pairs) {
      if (!isList(pair) || pair.length !== 2 || typeof pair[0] !== 'number') return null;
      records.push({ kind: 'poll', key: keyOfName(key), offset: pair[0], value: pair[1] ?? null });
    }
  }
  return records;
}

function keyText(key: Value): string {
  return textOfValue(key) ?? JSON.stringify(key);
}
