/**
 * Running aggregates with version vectors at append sinks: a reader misses a value that does not
 * show, though later ones contain it; one that shows twice it takes out.
 */
import { describe, expect, test } from 'vitest';
import { simulate } from '../../../../../harness/subjects/simulate.ts';
import type { Case } from '../../../../../src/model/case.ts';
import type { History, VisibleEvent } from '../../../../../src/model/history.ts';
import { checkHistory } from '../../../../support/checker/verified.ts';
import { plainCases } from '../../../../harness/stream-history/plain-cases.ts';

interface Run {
  readonly kase: Case;
  readonly history: History;
}

/** Runs of one attempt, which show each value once. */
const runs = Array.from({ length: 60 }, (_, run): Run => {
  const kase = plainCases.generate(11, run);
  return { kase, history: simulate(kase).history };
}).filter(({ kase, history }) => {
  const { operators } = kase.pipeline;
  const isDirect = operators.some((own) => own.kind === 'sink' && own.connector === 'append');
  const end = history.at(-1);
  return (
    isDirect &&
    operators.some(({ kind }) => kind === 'reduce') &&
    end?.kind === 'end' &&
    end.outcome === 'finished' &&
    history.filter(({ kind }) => kind === 'attempt').length === 1
  );
});

const isVisible = (event: History[number]): event is VisibleEvent => event.kind === 'visible';

/** Every first row of a key that has a later one becomes `times` rows. */
function firstRow(history: History, times: number): History {
  const shown = history.filter(isVisible).flatMap(({ rows }) => rows);
  const key = shown.find((row, i) => shown.slice(i + 1).some((own) => own.key === row.key))?.key;
  let isDone = false;
  return history.map((event) => {
    if (!isVisible(event)) return event;
    const rows = event.rows.flatMap((row) => {
      if (isDone || row.key !== key) return [row];
      isDone = true;
      return Array.from({ length: times }, () => row);
    });
    return { ...event, rows };
  });
}

describe.each(runs)('a run that shows each value once', ({ kase, history }) => {
  const statuses = (changed: History): string[] => {
    const { guarantees } = checkHistory(kase, changed);
    return (['at-least-once', 'effectively-once', 'exactly-once'] as const).map(
      (guarantee) => guarantees[guarantee],
    );
  };

  test('is the output of one run', () => {
    expect(statuses(history)).toEqual(['valid', 'valid', 'valid']);
  });

  test('is that of none if a value is missing, though nothing is lost', () => {
    expect(statuses(firstRow(history, 0))).toEqual(['valid', 'unknown', 'unknown']);
  });

  test('is what it was to a reader who takes out what shows twice', () => {
    expect(statuses(firstRow(history, 2))).toEqual(['valid', 'valid', 'invalid']);
  });
});

test('there are such runs', () => {
  expect(runs.length).toBeGreaterThan(1);
});
