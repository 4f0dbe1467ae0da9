/**
 * One stage behind another, with built-in functions between them and behind them that change or
 * show any member of their rows: a legal run is never refuted, also where keys or lists depend on
 * the order in which records happened to come, and where nothing is left open a lost row is found.
 */
import { describe, expect, test } from 'vitest';
import { checkHistory } from '../../../src/checker/check.ts';
import type { Case } from '../../../src/model/case.ts';
import type { HistoryEvent } from '../../../src/model/history.ts';
import type { FunctionRef, OperatorSpec, SinkSpec } from '../../../src/model/pipeline.ts';
import { validateCase } from '../../../src/model/validate/validate-case.ts';
import type { Verdict } from '../../../src/model/verdict/verdict.ts';
import { legalRun, makeCase, makeLogs } from './legal-run.ts';
import { sink, source, window } from './pipelines.ts';

const rounds = Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1);

const keyBy = (id: string, input: string, key: FunctionRef): OperatorSpec => ({
  kind: 'key-by',
  id,
  input,
  key,
});

const fields = ['n', 'ids', 'result', 'start', 'id', 'sum', 'amount', 'bucket'];
const keys: readonly FunctionRef[] = [
  { fn: 'key' },
  { fn: 'constant' },
  { fn: 'bucket', buckets: 2 },
  ...fields.map((name) => ({ fn: 'field', field: name })),
];

type Step = Pick<Extract<OperatorSpec, { kind: 'map' | 'filter' | 'flat-map' }>, 'kind' | 'fn'>;

const steps: readonly Step[] = [
  ...['n', 'start', 'ids', 'sum', 'id'].map(
    (name) => ({ kind: 'map', fn: { fn: 'add', field: name, amount: 3 } }) as const,
  ),
  ...['n', 'start', 'ids', 'result', 'id', 'q'].map(
    (name) => ({ kind: 'map', fn: { fn: 'set', field: name, to: 7 } }) as const,
  ),
  { kind: 'map', fn: { fn: 'set', field: 'ids', to: [1, 2] } },
  { kind: 'filter', fn: { fn: 'at-least', field: 'n', minimum: 2 } },
  { kind: 'filter', fn: { fn: 'at-least', field: 'start', minimum: 20 } },
  { kind: 'filter', fn: { fn: 'result-at-least', field: 'n', minimum: 2 } },
  { kind: 'filter', fn: { fn: 'modulo-not', field: 'id', divisor: 2, remainder: 1 } },
  { kind: 'flat-map', fn: { fn: 'repeat', times: 2 } },
  { kind: 'flat-map', fn: { fn: 'words', field: 'result' } },
  { kind: 'flat-map', fn: { fn: 'words', field: 'id' } },
];

/** From the first stage to the one behind it. */
const paths: readonly (readonly OperatorSpec[])[] = [
  ...keys.map((key) => [keyBy('k2', 'a', key)]),
  ...steps.map((step) => [
    { id: 'step', input: 'a', parallelism: 2, ...step },
    keyBy('k2', 'step', { fn: 'key' }),
  ]),
];

function stages(id: string, input: string): readonly OperatorSpec[] {
  const tumbling = { kind: 'tumbling', sizeMs: 20, offsetMs: 0 } as const;
  const sliding = { kind: 'sliding', sizeMs: 20, slideMs: 10, offsetMs: 0 } as const;
  const at = { id, input, parallelism: 2 };
  const reduce = (fn: string): OperatorSpec => ({
    kind: 'reduce',
    ...at,
    aggregate: { fn, field: 'amount' },
  });
  return [
    window(tumbling, 'collect', at),
    window(sliding, 'collect', { ...at, allowedLatenessMs: 5 }),
    window({ kind: 'session', gapMs: 8 }, 'collect', at),
    window(tumbling, 'trace', at),
    window(tumbling, 'sum', at),
    { kind: 'process', ...at, fn: { fn: 'bucket-timer', sizeMs: 20 } },
    { kind: 'process', ...at, fn: { fn: 'processing-batch', delayMs: 20 } },
    ...['collect', 'trace', 'max'].map(reduce),
    { kind: 'sort', ...at, lateOutput: false },
    { kind: 'dedup', ...at, field: 'id' },
  ];
}

/** From the second stage to the sink: a step, and sometimes another key. */
function tailOf(number: number): readonly OperatorSpec[] {
  const step = steps[(number * 7) % steps.length] as Step;
  const key = keys[number % keys.length] as FunctionRef;
  const tail: OperatorSpec = { id: 'tail', input: 'b', parallelism: 1 + (number % 2), ...step };
  return number % 3 === 0 ? [tail, keyBy('k3', 'tail', key)] : [tail];
}

interface Recorded {
  readonly kase: Case;
  readonly history: readonly HistoryEvent[];
}

function record(operators: readonly OperatorSpec[], seed: number): Recorded {
  const connector = (['two-phase', 'append', 'upsert'] as const)[seed % 3] as SinkSpec['connector'];
  const kase = makeCase({
    operators: [...operators, sink(operators.at(-1)?.id ?? '', connector)],
    splits: makeLogs(seed, { splits: 2, records: 8, keys: 2, disorder: seed % 2 === 0 ? 0 : 30 }),
    promises: connector === 'two-phase' ? ['exactly-once', 'validity'] : ['validity'],
  });
  validateCase(kase);
  return { kase, history: legalRun(kase, seed) };
}

/** Legal runs with the stage first, and every path and stage behind it. */
function* runsBehind(first: OperatorSpec): Generator<Recorded> {
  const start = [source(['s0', 's1'], 20), keyBy('k1', 'source', { fn: 'key' }), first];
  const seconds = stages('b', 'k2');
  for (let round = 0; round < rounds; round++) {
    let number = round * 1_009;
    for (const path of paths) {
      yield record([...start, ...path], number++);
      for (const second of seconds) {
        const tail = number % 2 === 0 ? [] : tailOf(number);
        yield record([...start, ...path, second, ...tail], number++);
      }
    }
  }
}

const judge = ({ kase, history }: Recorded): Verdict =>
  checkHistory(kase, history, { stepsMax: 20_000 });

/** The same without the last row that shows; null: none shows. */
function short({ kase, history }: Recorded): Recorded | null {
  const at = history.findLastIndex((event) => event.kind === 'visible' && event.rows.length > 0);
  if (at < 0) return null;
  const rest = history.map((event, i) =>
    i === at && event.kind === 'visible' ? { ...event, rows: event.rows.slice(1) } : event,
  );
  return { kase, history: rest };
}

const isCommitted = ({ kase }: Recorded): boolean =>
  kase.pipeline.operators.some((spec) => spec.kind === 'sink' && spec.connector === 'two-phase');

/** Which rows are behind a running aggregate or a batch is nobody's to tell. */
function leastDecided(first: OperatorSpec): number {
  const isOpen = first.kind === 'reduce';
  return isOpen || (first.kind === 'process' && first.fn.fn === 'processing-batch') ? 0 : 10;
}

const labelOf = ({ kase }: Recorded): string => JSON.stringify(kase.pipeline.operators.slice(2));

describe('two stages', { timeout: 120_000 * rounds }, () => {
  test.each(stages('a', 'k1').map((first, i) => [i, first.kind, first] as const))(
    'raise no alarm, and hide no loss, behind stage %i, a %s',
    (_, __, first) => {
      const wrong: string[] = [];
      let decided = 0;
      for (const run of runsBehind(first)) {
        const { status, anomalies, guarantees } = judge(run);
        if (status === 'invalid') {
          wrong.push(`${anomalies.map(({ name }) => name).join(', ')}: ${labelOf(run)}`);
        }
        const isDecided = isCommitted(run) && guarantees['exactly-once'] === 'valid';
        const less = isDecided ? short(run) : null;
        if (less === null) continue;
        decided++;
        if (judge(less).guarantees['exactly-once'] !== 'invalid') {
          wrong.push(`lost: ${labelOf(run)}`);
        }
      }
      expect(wrong).toEqual([]);
      expect(decided).toBeGreaterThanOrEqual(leastDecided(first) * rounds);
    },
  );
});
