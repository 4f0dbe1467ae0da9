import { describe, expect, it } from 'vitest';

import { simulate } from '../../../harness/subjects/simulate.ts';
import { catalog } from '../../../scenarios/catalog/index.ts';
import { present } from '../../../src/base/assert.ts';
import { checkHistory } from '../../support/checker/verified.ts';
import type { Case } from '../../../src/model/case.ts';
import type { History, HistoryEvent, WatermarkEvent } from '../../../src/model/history.ts';
import { WATERMARK_MAX } from '../../../src/model/value.ts';

/** Sources with idleness whose splits are never silent: only a starved reader could look idle. */
function busyCase(): Case {
  const scenario = present(
    catalog.find(({ id }) => id === 'backpressure'),
    'the scenario',
  );
  return { ...scenario.generate(1, 0), schedule: [] };
}

/** A window operator that announces from the start what it may announce last before the end. */
function overtaking(history: History): HistoryEvent[] {
  const own = (event: HistoryEvent): event is WatermarkEvent =>
    event.kind === 'watermark' &&
    event.operator === 'per-key' &&
    event.subtask === 0 &&
    event.watermark < WATERMARK_MAX;
  const last = present(history.filter(own).at(-1), 'a report').watermark;
  return history.map((event) => (own(event) ? { ...event, watermark: last } : event));
}

function withClock(history: History, clock: 'virtual' | 'machine'): HistoryEvent[] {
  return history.map((event) => (event.kind === 'header' ? { ...event, clock } : event));
}

describe('a source that looks idle', () => {
  const kase = busyCase();
  const history = overtaking(simulate(kase).history);

  it('needs a reason in virtual time, where nothing is slow by itself', () => {
    const verdict = checkHistory(kase, withClock(history, 'virtual'));
    expect(verdict.anomalies.map(({ name }) => name)).toEqual(['watermark-overtake']);
  });

  it('needs none on a machine, where a reader may be starved (a real run showed it)', () => {
    const verdict = checkHistory(kase, withClock(history, 'machine'));
    expect([verdict.status, verdict.anomalies]).toEqual(['valid', []]);
  });
});
