/**
 * A2 over whole runs. A fault that had no effect leaves nothing behind but its own events; a fault
 * or a record that is taken away changes nothing of what happened before its time. (After that time
 * everything may differ: another message is then the k-th on a link. It is the k-th latency of each
 * link that is fixed: network.test.ts.)
 */
import { describe, expect, test } from 'vitest';

import type { Case } from '../../../src/model/case.ts';
import type { History, HistoryEvent } from '../../../src/model/history.ts';
import { catalog } from '../../../scenarios/catalog/index.ts';
import { simulate } from '../../../harness/subjects/simulate.ts';
import { randomFaults } from '../../support/simulator/random-faults.ts';
import { eventsOf, linesOf } from '../../support/simulator/runs.ts';

const scale = Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1);

/** Cases of all scenarios, with random faults beside their own. */
function cases(count: number): Case[] {
  return Array.from({ length: Math.ceil(count * scale) }, (_, i) => {
    const scenario = catalog[i % catalog.length] as (typeof catalog)[number];
    const kase = scenario.generate(23, i);
    const extra = randomFaults(kase, 'keyed', { count: 3, spanMs: 4_000 });
    return { ...kase, schedule: [...kase.schedule, ...extra] };
  });
}

function withoutFault(kase: Case, index: number): Case {
  return { ...kase, schedule: kase.schedule.toSpliced(index, 1) };
}

/** The events without those of one fault; the faults behind it move up. */
function lessFault(history: History, index: number): HistoryEvent[] {
  return history.flatMap((event): HistoryEvent[] => {
    if (event.kind !== 'fault') return [event];
    if (event.fault === index) return [];
    return [{ ...event, fault: event.fault > index ? event.fault - 1 : event.fault }];
  });
}

/**
 * All but the header and what comes after the last event of the engine: behind the job's end the
 * run only waits until the last fault has healed, for a time that depends on every fault.
 */
function lawful(history: History): string[] {
  const end = history.findLastIndex(({ kind }) => kind !== 'end' && kind !== 'fault');
  return linesOf(history.slice(1, end + 1));
}

function outcomeOf(history: History): unknown {
  const end = history.at(-1);
  return end?.kind === 'end' ? [end.outcome, end.reason] : end;
}

function name(kase: Case, index: number): string {
  return `${kase.scenario} ${kase.seed}, ${JSON.stringify(kase.schedule[index])}`;
}

describe('A2', () => {
  test('a fault without effect leaves nothing behind but its own events', () => {
    let tried = 0;
    for (const kase of cases(90)) {
      const { history } = simulate(kase);
      const effects = eventsOf(history, 'fault').filter(({ event }) => event === 'effect');
      const seen = new Set(effects.map(({ fault }) => fault));
      for (const index of kase.schedule.keys()) {
        // Frames that waited and were not overtaken were late all the same.
        if (seen.has(index) || kase.schedule[index]?.action.kind === 'reorder') continue;
        tried++;
        const less = simulate(withoutFault(kase, index)).history;
        expect(outcomeOf(less), `${name(kase, index)}:`).toEqual(outcomeOf(history));
        expect(lawful(less), `${name(kase, index)}:`).toEqual(lawful(lessFault(history, index)));
      }
    }
    expect(tried).toBeGreaterThan(40);
  });

  test('before a fault strikes, everything is as without it', () => {
    let tried = 0;
    for (const kase of cases(30)) {
      const { history } = simulate(kase);
      for (const { fault } of eventsOf(history, 'fault').filter((e) => e.event === 'injected')) {
        tried++;
        const before = history.findIndex((e) => e.kind === 'fault' && e.fault === fault);
        const less = simulate(withoutFault(kase, fault)).history;
        const common = lessFault(history.slice(1, before), fault);
        expect(linesOf(less.slice(1, before)), `${name(kase, fault)}:`).toEqual(linesOf(common));
      }
    }
    expect(tried).toBeGreaterThan(40);
  });

  test('before a record is readable, everything is as without it', () => {
    for (const [i, kase] of cases(60).entries()) {
      // Without its last record a split would end earlier, which is seen before that record's time.
      const splits = kase.workload.splits.filter((log) => log.records.length > 1);
      const log = splits[i % Math.max(1, splits.length)];
      if (log === undefined) continue;
      const index = (i * 7) % (log.records.length - 1);
      const record = log.records[index];
      const thinner = { ...log, records: log.records.toSpliced(index, 1) };
      const workload = {
        splits: kase.workload.splits.with(kase.workload.splits.indexOf(log), thinner),
      };
      const before = (event: HistoryEvent): boolean => 't' in event && event.t < (record?.at ?? 0);
      const less = simulate({ ...kase, workload }).history.filter(before);
      const full = simulate(kase).history.filter(before);
      expect(linesOf(less), `${kase.scenario} ${kase.seed}, record ${record?.id}`).toEqual(
        linesOf(full),
      );
    }
  });
});
