/**
 * The checkers on long histories: the checker of cases on the objects of a history, of a million
 * records that went from four splits to a transactional sink, over two hundred checkpoints, none
 * lost and none doubled; and the checker of streams on a soak, in a process of its own.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { checkHistory } from '../../src/checker/check.ts';
import { assert } from '../../src/base/assert.ts';
import { digestValue } from '../../src/base/digest.ts';
import { caseVersion, type Case } from '../../src/model/case.ts';
import { historyVersion, type HistoryEvent } from '../../src/model/history.ts';
import { defaultOptions } from '../../src/model/options.ts';
import { traceFields } from '../../src/model/trace.ts';
import type { SourceRecord, SplitLog } from '../../src/model/workload.ts';
import { siblingUrl } from '../workers/worker-setup.ts';
import type { BenchFigures } from './figures.ts';
import type { SoakFigures } from './soak-process.ts';

type CheckerFigures = Pick<BenchFigures, 'historyRecordsPerSecond' | 'checkerRecords' | 'soak'>;

const recordCount = 1_000_000;
const splitCount = 4;
const checkpoints = 200;
const repetitions = 5;
const soakRecords = 100_000_000;

/** The best of some repetitions: the others ran beside the garbage collector. */
export function measureChecker(records: number = recordCount): CheckerFigures {
  return {
    historyRecordsPerSecond: historyRate(records),
    checkerRecords: records,
    soak: measureSoak(),
  };
}

/** In a process of its own, so that the peak of memory is that of the checker. */
function measureSoak(): SoakFigures {
  const program = fileURLToPath(siblingUrl(import.meta.url, './soak-process'));
  const output = execFileSync(process.execPath, [program, `${soakRecords}`], { encoding: 'utf8' });
  return JSON.parse(output) as SoakFigures;
}

function historyRate(records: number): number {
  const kase = longCase(records);
  const history = longHistory(kase);
  return bestRate(records, () => {
    const { status } = checkHistory(kase, history);
    assert(status === 'valid', () => `the benchmark's history is ${status}`);
  });
}

function bestRate(records: number, check: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < repetitions; i++) {
    const startedAt = performance.now();
    check();
    best = Math.min(best, performance.now() - startedAt);
  }
  return Math.round((records * 1000) / best);
}

function longCase(records: number): Case {
  const splits = Array.from({ length: splitCount }, (_, index) => splitLog(index, records));
  return {
    version: caseVersion,
    scenario: 'checker-bench',
    seed: 1,
    pipeline: {
      name: 'copy',
      maxParallelism: 128,
      operators: [
        {
          kind: 'source',
          id: 'in',
          parallelism: splitCount,
          splits: splits.map(({ split }) => split),
          watermark: {
            strategy: 'bounded',
            outOfOrdernessMs: 0,
            emission: 'per-record',
            intervalMs: 50,
            idlenessMs: null,
          },
        },
        { kind: 'sink', id: 'out', input: 'in', parallelism: splitCount, connector: 'two-phase' },
      ],
    },
    workload: { splits },
    schedule: [],
    options: defaultOptions,
    promises: ['exactly-once', 'ordered', 'atomic-commit', 'progress'],
    deadlineMs: 10_000_000,
  };
}

function splitLog(index: number, records: number): SplitLog {
  const count = Math.floor(records / splitCount);
  return {
    split: `s${index}`,
    records: Array.from({ length: count }, (_, offset): SourceRecord => {
      const id = offset * splitCount + index;
      return {
        id,
        at: offset,
        ts: offset,
        key: `k${id % 1000}`,
        value: traceFields(id, index, splitCount),
      };
    }),
  };
}

function longHistory(kase: Case): HistoryEvent[] {
  const { splits } = kase.workload;
  const perCheckpoint = Math.ceil((splits[0]?.records.length ?? 0) / checkpoints);
  const events: HistoryEvent[] = [
    {
      kind: 'header',
      version: historyVersion,
      subject: 'bench',
      clock: 'virtual',
      scenario: kase.scenario,
      seed: kase.seed,
      caseDigest: digestValue(kase),
      options: kase.options,
    },
    { kind: 'attempt', t: 0, attempt: 1, leader: 1, restored: null, cause: 'start' },
  ];
  for (let checkpoint = 1; checkpoint <= checkpoints; checkpoint++) {
    const from = (checkpoint - 1) * perCheckpoint;
    events.push(...checkpointEvents(splits, { checkpoint, from, to: from + perCheckpoint }));
  }
  const t = checkpoints * 1000 + 1;
  events.push({
    kind: 'end',
    t,
    outcome: 'finished',
    reason: 'end of input',
    healedAt: 0,
    messages: 0,
  });
  return events;
}

interface Slice {
  readonly checkpoint: number;
  readonly from: number;
  readonly to: number;
}

function checkpointEvents(
  splits: readonly SplitLog[],
  { checkpoint, from, to }: Slice,
): HistoryEvent[] {
  const t = checkpoint * 1000;
  const base = { checkpoint, attempt: 1 } as const;
  const offsets = Object.fromEntries(
    splits.map(({ split, records }) => [split, Math.min(to, records.length)]),
  );
  const commits = splits.flatMap(({ records }, subtask): HistoryEvent[] => {
    const identity = { ...base, sink: 'out', subtask, transaction: `${subtask}/${checkpoint}` };
    const rows = records.slice(from, to).map(({ key, ts, value }) => ({ key, ts, value }));
    return [
      { kind: 'transaction', t, ...identity, event: 'committed' },
      { kind: 'visible', t, ...identity, rows },
    ];
  });
  return [
    { kind: 'checkpoint', t: t - 10, ...base, event: 'triggered', offsets: null, reason: null },
    { kind: 'checkpoint', t: t - 1, ...base, event: 'completed', offsets, reason: null },
    ...commits,
  ];
}
