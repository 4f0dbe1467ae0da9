/**
 * Functions of a user's own, wherever they stand in a pipeline: a legal run is never refuted,
 * whatever the values look like, and where nothing was left open a lost row is found.
 */
import { describe, expect, test } from 'vitest';

import { checkHistory } from '../../../src/checker/check.ts';
import type { Case } from '../../../src/model/case.ts';
import type { Guarantee } from '../../../src/model/guarantee.ts';
import type { HistoryEvent } from '../../../src/model/history.ts';
import { catalogWith } from '../../../src/model/validate/own-functions.ts';
import type { SinkSpec } from '../../../src/model/pipeline.ts';
import { validateCase } from '../../../src/model/validate/validate-case.ts';
import type { Verdict } from '../../../src/model/verdict/verdict.ts';
import { legalRunWith, makeCase, makeLogs } from './legal-run.ts';
import { ownFunctions, ownPipelines, type OwnPipeline } from './own-pipelines.ts';
import { sink } from './pipelines.ts';

const rounds = Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1);
const functions = catalogWith(ownFunctions);
const pipelines = ownPipelines(['s0', 's1']);

const sound: readonly Guarantee[] = [
  'validity',
  'at-least-once',
  'checkpoint-sound',
  'watermark-sound',
  'watermark-live',
  'progress',
];
const promisesOf: Readonly<Record<SinkSpec['connector'], readonly Guarantee[]>> = {
  'two-phase': [...sound, 'at-most-once', 'exactly-once', 'effectively-once', 'ordered'],
  upsert: [...sound, 'effectively-once'],
  append: sound,
};

interface Recorded {
  readonly kase: Case;
  readonly history: readonly HistoryEvent[];
}

function record(
  { operators }: OwnPipeline,
  connector: SinkSpec['connector'],
  seed: number,
): Recorded {
  const disorder = [0, 20, 45][seed % 3] ?? 0;
  const last = operators.at(-1)?.id ?? '';
  const kase = makeCase({
    operators: [...operators, sink(last, connector)],
    splits: makeLogs(seed, { splits: 2, records: 12, keys: 2, disorder }),
    promises: promisesOf[connector],
  });
  validateCase(kase, functions);
  return { kase, history: legalRunWith(kase, seed, { crashes: 0.05, functions }) };
}

const judge = ({ kase, history }: Recorded): Verdict =>
  checkHistory(kase, history, { functions: ownFunctions, stepsMax: 20_000 });

/** Names and sentences of what was found, if anything breaks a promise. */
function alarmOf(recorded: Recorded): readonly string[] {
  const { status, anomalies } = judge(recorded);
  if (status !== 'invalid') return [];
  return anomalies.map(({ name, explanation }) => `${name}: ${explanation.sentence}`);
}

function everySeed<T>(each: (pipeline: OwnPipeline, seed: number) => T): T[] {
  return Array.from({ length: rounds }).flatMap((_, round) =>
    pipelines.map((pipeline, i) => each(pipeline, round * 1_000 + i)),
  );
}

describe('a pipeline with functions of the user’s own', { timeout: 120_000 * rounds }, () => {
  test.each(['two-phase', 'append', 'upsert'] as const)(
    'and a %s sink raises no alarm',
    (connector) => {
      const alarms = everySeed((pipeline, seed) => {
        const alarm = alarmOf(record(pipeline, connector, seed));
        return alarm.length === 0 ? [] : [[pipeline.name, seed, ...alarm]];
      });
      expect(alarms.flat()).toEqual([]);
    },
  );

  test('misses nothing where it leaves nothing open', () => {
    let decided = 0;
    const missed = everySeed((pipeline, seed) => {
      const recorded = record(pipeline, 'two-phase', seed);
      const { history } = recorded;
      if (judge(recorded).guarantees['exactly-once'] !== 'valid') return [];
      const shows = (event: HistoryEvent): boolean =>
        event.kind === 'visible' && event.rows.length > 0;
      const at = history.findLastIndex(shows);
      if (at < 0) return [];
      decided++;
      const short = history.flatMap((event, i) =>
        i === at && event.kind === 'visible' ? [{ ...event, rows: event.rows.slice(1) }] : [event],
      );
      const found = judge({ ...recorded, history: short }).guarantees['exactly-once'];
      return found === 'invalid' ? [] : [[pipeline.name, seed, found]];
    });
    expect(missed.flat()).toEqual([]);
    expect(decided).toBeGreaterThan(pipelines.length / 4);
  });
});
