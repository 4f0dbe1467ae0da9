/**
 * A subject made for tests: it needs no engine. It "loses" a record with `poison: true` whenever
 * the schedule holds a crash, is vacuous on an empty workload, and throws on a key named `explode`.
 */
import { digestValue } from '../../../src/base/digest.ts';
import { guarantees } from '../../../src/model/guarantee.ts';
import type { Case } from '../../../src/model/case.ts';
import type { HistoryEvent } from '../../../src/model/history.ts';
import type { Anomaly, Status, Verdict } from '../../../src/model/verdict/verdict.ts';
import type { SourceRecord } from '../../../src/model/workload.ts';
import type { ImmediateSubject } from '../../../harness/subjects/port/subject.ts';
import { unknownFor } from '../../../src/judgement/words/unknown-texts.ts';

export const subject: ImmediateSubject = {
  id: 'fake',
  run: (kase) => ({ history: historyOf(kase), messages: 10, virtualMs: 1000 }),
  check: (kase) => verdictOf(kase),
};

function recordsOf(kase: Case): SourceRecord[] {
  return kase.workload.splits.flatMap((log) => [...log.records]);
}

function lostRecords(kase: Case): SourceRecord[] {
  if (!kase.schedule.some(({ action }) => action.kind === 'crash')) return [];
  return recordsOf(kase).filter(({ value }) => isPoison(value));
}

function isPoison(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'poison' in value;
}

function historyOf(kase: Case): HistoryEvent[] {
  if (recordsOf(kase).some(({ key }) => key === 'explode')) throw new Error('the engine exploded');
  const lost = new Set(lostRecords(kase).map(({ id }) => id));
  const rows = recordsOf(kase)
    .filter(({ id }) => !lost.has(id))
    .map(({ key, ts, value }) => ({ key, ts, value }));
  return [
    {
      kind: 'header',
      version: 1,
      subject: 'fake',
      clock: 'virtual',
      scenario: kase.scenario,
      seed: kase.seed,
      caseDigest: digestValue(kase),
      options: kase.options,
    },
    ...kase.schedule.map((_, fault): HistoryEvent => {
      return { kind: 'fault', t: 800, fault, event: 'effect', detail: '' };
    }),
    {
      kind: 'visible',
      t: 900,
      sink: 'out',
      subtask: 0,
      attempt: 1,
      transaction: 'tx-1',
      checkpoint: 1,
      rows,
    },
    { kind: 'end', t: 1000, outcome: 'finished', reason: 'done', healedAt: 500, messages: 10 },
  ];
}

function verdictOf(kase: Case): Verdict {
  const lost = lostRecords(kase);
  const empty = recordsOf(kase).length === 0;
  const status: Status = lost.length > 0 ? 'invalid' : statusOfEmpty(empty);
  return {
    schemaVersion: 2,
    status,
    guarantees: Object.fromEntries(
      guarantees.map((name) => [name, name === 'exactly-once' ? status : 'not-checked']),
    ) as Verdict['guarantees'],
    promises: kase.promises,
    strongest: lost.length > 0 ? 'at-most-once' : 'exactly-once',
    anomalies: lost.map(anomalyOf),
    refuted: lost.length > 0 ? ['exactly-once', 'at-least-once'] : [],
    possible: lost.length > 0 ? ['at-most-once'] : [],
    unknowns: empty ? [unknownFor({ reason: 'no-output' })] : [],
    coverage: {
      restores: kase.schedule.length,
      'checkpoints-completed': 2,
      records: recordsOf(kase).length,
    },
  };
}

function statusOfEmpty(empty: boolean): Status {
  return empty ? 'unknown' : 'valid';
}

function anomalyOf(record: SourceRecord): Anomaly {
  return {
    name: 'loss',
    operator: 'out',
    key: record.key,
    witnesses: [
      {
        role: 'missing',
        key: record.key,
        split: 's0',
        offset: 0,
        id: record.id,
        value: record.value,
        t: 900,
        attempt: 1,
        checkpoint: 1,
        transaction: 'tx-1',
      },
    ],
    count: 1,
    blame: { checkpoint: 1, restoredFrom: null, attempt: 1, fault: 0, forensics: null, claims: [] },
    explanation: {
      sentence: `record ${record.id} is in no visible output`,
      let: [`record ${record.id} was read`],
      // oxlint-disable-next-line unicorn/no-thenable
      then: ['it must be visible'],
      however: ['it is not'],
      why: [],
      nearest: null,
      expected: [`id ${record.id}`],
      observed: [],
      claims: [],
    },
  };
}
