/**
 * A report with a violation whose texts are hostile: markup, control characters, commands of CI
 * systems. A renderer that lets any of it through fails its test.
 */
import type { CaseEvidence, RealEvidence, Report, ScenarioResult } from '../../reports/result.ts';
import { guarantees } from '../../src/model/guarantee.ts';
import type { HistoryEvent } from '../../src/model/history.ts';
import type { Anomaly, Verdict, Witness } from '../../src/model/verdict/verdict.ts';
import { smallCase, withRecords } from '../harness/fake/cases.ts';
import { subject } from '../harness/fake/subject.ts';

const hostile: string =
  '<script>alert("x")</script>&"\'`|*_ ]]>\u001B[31m\u0000\n::error::injected';

const kase = withRecords(smallCase('hostile', 1), 3, (id) => id === 1);
const hostileCase = {
  ...kase,
  workload: {
    splits: kase.workload.splits.map((log) => ({
      ...log,
      records: log.records.map((record) => ({ ...record, key: hostile })),
    })),
  },
};
const base = subject.check(kase, []);

const witness: Witness = {
  role: hostile,
  key: hostile,
  split: 's0',
  offset: 1,
  id: 1,
  value: hostile,
  t: 900,
  attempt: 2,
  checkpoint: 1,
  transaction: hostile,
};

function hostileAnomaly(anomaly: Anomaly): Anomaly {
  return {
    ...anomaly,
    key: hostile,
    witnesses: [witness],
    blame: { ...anomaly.blame, forensics: hostile },
    explanation: {
      sentence: hostile,
      let: [hostile],
      // oxlint-disable-next-line unicorn/no-thenable
      then: [hostile],
      however: [hostile],
      why: [hostile],
      nearest: hostile,
      expected: [hostile],
      observed: [hostile],
      claims: [],
    },
  };
}

export const hostileVerdict: Verdict = { ...base, anomalies: base.anomalies.map(hostileAnomaly) };

/** A short run with everything a timeline can show. */
export const eventfulHistory: readonly HistoryEvent[] = [
  ...subject.run(kase).history.slice(0, 1),
  { kind: 'node', t: 0, node: 'jm', event: 'started', incarnation: 1 },
  { kind: 'node', t: 0, node: 'tm1', event: 'started', incarnation: 1 },
  { kind: 'attempt', t: 5, attempt: 1, leader: 1, restored: null, cause: hostile },
  {
    kind: 'checkpoint',
    t: 100,
    checkpoint: 1,
    attempt: 1,
    event: 'triggered',
    offsets: null,
    reason: null,
  },
  point(110),
  transaction(120, 'opened'),
  { kind: 'watermark', t: 130, attempt: 1, operator: 'sum', subtask: 0, watermark: 1000 },
  { kind: 'watermark', t: 160, attempt: 1, operator: 'sum', subtask: 0, watermark: 1400 },
  {
    kind: 'checkpoint',
    t: 170,
    checkpoint: 1,
    attempt: 1,
    event: 'completed',
    offsets: {},
    reason: null,
  },
  {
    kind: 'checkpoint',
    t: 400,
    checkpoint: 2,
    attempt: 1,
    event: 'triggered',
    offsets: null,
    reason: null,
  },
  { kind: 'fault', t: 437, fault: 0, event: 'injected', detail: hostile },
  { kind: 'node', t: 437, node: 'tm1', event: 'crashed', incarnation: 1 },
  { kind: 'node', t: 557, node: 'tm1', event: 'started', incarnation: 2 },
  { kind: 'fault', t: 557, fault: 0, event: 'healed', detail: '' },
  { kind: 'attempt', t: 600, attempt: 2, leader: 1, restored: 1, cause: 'tm1 was lost' },
  { kind: 'node', t: 812, node: 'jm', event: 'paused', incarnation: 1 },
  { kind: 'node', t: 850, node: 'jm', event: 'resumed', incarnation: 1 },
  transaction(899, 'committed'),
  ...subject.run(kase).history.slice(1),
];

function point(t: number): HistoryEvent {
  return {
    kind: 'point',
    t,
    point: 'sync-snapshot',
    phase: 'after',
    node: 'tm1',
    attempt: 1,
    checkpoint: 1,
    operator: 'sum',
    subtask: 0,
  };
}

function transaction(t: number, event: 'opened' | 'committed'): HistoryEvent {
  return {
    kind: 'transaction',
    t,
    sink: 'out',
    subtask: 0,
    attempt: 1,
    checkpoint: 1,
    transaction: hostile,
    event,
  };
}

const real: RealEvidence = {
  subject: hostile,
  rate: { shown: 3, of: 5, failed: 1 },
  rateAsFound: { shown: 4, of: 5, failed: 0 },
  shrunkOn: 'subject',
  triesMax: 2,
  showsInSimulator: false,
  anomaliesInSimulator: [],
};

export const evidence: CaseEvidence = {
  scenario: 'hostile',
  run: 4,
  file: hostile,
  folder: null,
  replay: `npx tidemark replay ${hostile}`,
  shrunkFrom: { events: 90, faults: 3 },
  real,
  case: hostileCase,
  history: eventfulHistory,
  verdict: hostileVerdict,
};

const stats = { wallMs: 1500, virtualMs: 90_000, messages: 1_234_567, runsPerSecond: 66.7 };

export const hostileScenario: ScenarioResult = {
  id: 'hostile',
  title: hostile,
  verdict: 'invalid',
  strongestGuarantee: 'at-least-once, not exactly-once',
  runs: 100,
  vacuousRuns: 2,
  guarantees: Object.fromEntries(
    guarantees.map((name) => [name, name === 'exactly-once' ? 'invalid' : 'valid']),
  ) as ScenarioResult['guarantees'],
  promises: ['exactly-once', 'progress'],
  anomalies: ['loss'],
  cases: [
    {
      file: hostile,
      run: 4,
      status: 'invalid',
      anomalies: ['loss'],
      sentence: hostile,
      open: null,
      events: 3,
      faults: 2,
      shrunkFrom: { events: 90, faults: 3 },
      replay: `npx tidemark replay ${hostile}`,
      real,
    },
  ],
  coverage: { restores: 12, 'checkpoints-completed': 200 },
  sometimes: [
    { name: 'a restore', runs: 60 },
    { name: hostile, runs: 0 },
  ],
  unknowns: [{ kind: 'undecided', guarantee: null, text: hostile }],
  historyDigest: '0123456789abcdef',
  statement: '3 of 100 runs unexplained',
  stats,
};

export const calmScenario: ScenarioResult = {
  ...hostileScenario,
  id: 'calm',
  title: 'A calm one',
  verdict: 'valid',
  strongestGuarantee: 'exactly-once',
  guarantees: Object.fromEntries(
    guarantees.map((name) => [name, 'valid']),
  ) as ScenarioResult['guarantees'],
  anomalies: [],
  cases: [],
  sometimes: [{ name: 'a restore', runs: 60 }],
  unknowns: [],
};

export const hostileReport: Report = {
  result: {
    schemaVersion: 2,
    tool: 'tidemark test',
    runId: 'test-run',
    subject: 'fake',
    seed: 7,
    verdict: 'invalid',
    statement: '3 of 200 runs unexplained',
    interrupted: true,
    scenarios: [hostileScenario, calmScenario],
    limits: [{ limit: 'shrink-runs', value: 400, detail: hostile }],
    skipped: [hostile],
    stats,
  },
  evidence: [evidence],
};
