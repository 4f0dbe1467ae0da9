/** Simulated runs for tests: their history as text, and what was committed in them. */
import { canonicalJson } from '../../../src/base/json.ts';
import type { Case } from '../../../src/model/case.ts';
import type { History, HistoryEvent } from '../../../src/model/history.ts';
import { simulate } from '../../../harness/subjects/simulate.ts';

/** The whole history as JSON Lines. */
export function historyText(kase: Case): string {
  return linesOf(simulate(kase).history).join('\n');
}

export function linesOf(history: History): string[] {
  return history.map((event) => JSON.stringify(event));
}

/** Everything that became visible, sink by sink, sorted: equal for equal multisets. */
export function committed(history: History): string[] {
  return eventsOf(history, 'visible')
    .flatMap(({ sink, rows }) => rows.map((row) => `${sink} ${canonicalJson(row)}`))
    .sort();
}

export function eventsOf<K extends HistoryEvent['kind']>(
  history: History,
  kind: K,
): Extract<HistoryEvent, { kind: K }>[] {
  return history.filter(
    (event): event is Extract<HistoryEvent, { kind: K }> => event.kind === kind,
  );
}
