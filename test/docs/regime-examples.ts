/**
 * The worked examples of `src/checker/README.md`: five records, the operators between them and the
 * sink, and rows that show; run through the checker.
 */
import { checkHistory } from '../../src/checker/check.ts';
import type { Case } from '../../src/model/case.ts';
import type { AnomalyName } from '../../src/model/guarantee.ts';
import type { OperatorSpec } from '../../src/model/pipeline.ts';
import { traceFields } from '../../src/model/trace.ts';
import type { Status } from '../../src/model/verdict/verdict.ts';
import type { Row, Value } from '../../src/model/value.ts';
import type { SplitLog } from '../../src/model/workload.ts';
import { validateCase } from '../../src/model/validate/validate-case.ts';
import { history } from '../src/checker/by-hand.ts';
import { makeCase } from '../src/checker/legal-run.ts';
import { keyBy, sink, source } from '../src/checker/pipelines.ts';

/** What a fenced block of the document holds. */
export interface Example {
  /** Bound of disorder in ms; 20 unless given. */
  readonly bound?: number;
  /** Splits that are read; both unless given. */
  readonly splits?: readonly string[];
  /** Values carry version digits and fingerprints. */
  readonly traced?: boolean;
  /** Behind `keyed`; a sink called `sink` reads the last one. */
  readonly operators: readonly OperatorSpec[];
  /** A sink called `late` reads this output as well. */
  readonly lateOf?: string;
  readonly shows: readonly Shown[];
}

/** Rows `[time, value]` of key k, and what the checker says of them. */
interface Shown {
  readonly rows: readonly (readonly [ts: number, value: Value])[];
  readonly late?: readonly (readonly [ts: number, value: Value])[];
  readonly status: Status;
  readonly found: readonly AnomalyName[];
}

interface Judged {
  readonly regimes: readonly string[];
  readonly status: Status;
  readonly found: readonly AnomalyName[];
}

/** Id, time and amount of the records of each split, as the document lists them. */
export const logs: Readonly<Record<string, readonly (readonly [number, number, number])[]>> = {
  s0: [
    [1, 10, 5],
    [3, 31, 1],
    [2, 14, 7],
  ],
  s1: [
    [11, 12, 2],
    [12, 26, 4],
  ],
};

export function judge(example: Example): readonly Judged[] {
  const kase = caseOf(example);
  const rowsOf = (rows: Shown['rows']): Row[] =>
    rows.map(([ts, value]) => ({ key: 'k', ts, value }));
  return example.shows.map(({ rows, late }) => {
    const commits = [
      { rows: rowsOf(rows) },
      ...(late === undefined ? [] : [{ sink: 'late', rows: rowsOf(late) }]),
    ];
    const regimes: string[] = [];
    const { status, anomalies } = checkHistory(kase, history(kase, commits), {
      listsRuns: false,
      onRegime: ({ regime }) => void regimes.push(regime),
    });
    return { regimes, status, found: anomalies.map(({ name }) => name) };
  });
}

function caseOf({ operators, bound = 20, splits = ['s0', 's1'], ...more }: Example): Case {
  const last = operators.at(-1)?.id ?? 'keyed';
  const kase = makeCase({
    operators: [
      source(splits, bound),
      keyBy('source'),
      ...operators,
      sink(last),
      ...(more.lateOf === undefined ? [] : [sink(more.lateOf, 'two-phase', 'late')]),
    ],
    splits: splits.map((split, number) => logOf(split, number, more.traced === true)),
    promises: ['exactly-once', 'validity'],
  });
  return validateCase(kase);
}

function logOf(split: string, number: number, isTraced: boolean): SplitLog {
  const records = logs[split] ?? [];
  return {
    split,
    records: records.map(([id, ts, amount], i) => ({
      id,
      at: i,
      ts,
      key: 'k',
      value: { ...(isTraced ? traceFields(id, number, 2) : { id }), amount },
    })),
  };
}
