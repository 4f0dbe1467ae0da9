import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { simulate } from '../../../../harness/subjects/simulate.ts';
import { canonicalJson } from '../../../../src/base/json.ts';
import { checkHistory } from '../../../support/checker/verified.ts';
import type { FaultAction, Schedule } from '../../../../src/model/fault.ts';
import type { History, HistoryEvent } from '../../../../src/model/history.ts';
import { CaseRig, type Judged, postgresIsHere } from './case-rig.ts';
import { smallCase } from './small-case.ts';

const hasPostgres = await postgresIsHere();

const rig = new CaseRig();
beforeAll(() => rig.open());
afterAll(() => rig.close());

function committed(history: History): string[] {
  return history
    .flatMap((event) => (event.kind === 'visible' ? event.rows : []))
    .map((row) => canonicalJson(row))
    .sort();
}

const judge = (schedule: Schedule): Promise<Judged> => rig.judge(schedule);

function nodeEvents(history: History): string[] {
  return history
    .filter((event): event is Extract<HistoryEvent, { kind: 'node' }> => event.kind === 'node')
    .map(({ node, event }) => `${node} ${event}`);
}

describe('a case on processes', () => {
  it('commits without faults what the simulator commits', async () => {
    const kase = smallCase();
    const history = await rig.historyOf(kase);
    expect(checkHistory(kase, history).status).toBe('valid');
    expect(committed(history)).toEqual(committed(simulate(kase).history));
    const times = history.slice(1).map((event) => ('t' in event ? event.t : 0));
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('leaves nothing behind but the listed folders of the bench', () => {
    const left = readdirSync(rig.folder).filter((name) => name !== 'children');
    expect(left).toEqual([]);
  });
});

describe('A6 faults on processes take effect and heal', () => {
  const both = (from: string, to: string) => ({ from: [from], to: [to], bothWays: true });

  it('SIGKILL exactly between pre-commit and commit', async () => {
    const { history, complaints } = await judge([
      {
        when: {
          point: 'pre-commit',
          phase: 'after',
          checkpoint: null,
          operator: 'out',
          subtask: null,
          occurrence: 1,
        },
        action: { kind: 'crash', node: 'here', restartAfterMs: 50 },
      },
    ]);
    expect(complaints).toEqual([]);
    const index = history.findIndex((e) => e.kind === 'node' && e.event === 'crashed');
    const { node } = history[index] as Extract<HistoryEvent, { kind: 'node' }>;
    const last = history.slice(0, index).findLast((e) => e.kind === 'point' && e.node === node);
    // Nothing passes a point between the one it waited at and its end.
    expect(last).toMatchObject({ point: 'pre-commit', phase: 'after' });
  });

  it('SIGSTOP past the heartbeat timeout, then SIGCONT: the zombie commits nothing', async () => {
    const { history, complaints } = await judge([
      {
        when: {
          point: 'commit-call',
          phase: 'before',
          checkpoint: null,
          operator: null,
          subtask: null,
          occurrence: 1,
        },
        action: { kind: 'pause', node: 'here', durationMs: 900 },
      },
    ]);
    expect(complaints).toEqual([]);
    expect(nodeEvents(history).some((text) => text.endsWith('resumed'))).toBe(true);
    expect(history.filter((event) => event.kind === 'attempt').length).toBeGreaterThan(1);
  });

  it('the JobManager dies at the store write that completes a checkpoint', async () => {
    expect(
      (
        await judge([
          {
            when: {
              point: 'completed-store-write',
              phase: 'after',
              checkpoint: null,
              operator: null,
              subtask: null,
              occurrence: 1,
            },
            action: { kind: 'crash', node: 'jm', restartAfterMs: 30 },
          },
        ])
      ).complaints,
    ).toEqual([]);
  });

  it('partition, latency, slow link and reset of links', async () => {
    expect(
      (
        await judge([
          {
            when: { at: 200 },
            action: { kind: 'delay', links: both('tm0', 'tm1'), delayMs: 40, durationMs: 300 },
          },
          {
            when: { at: 250 },
            action: {
              kind: 'slow-link',
              links: both('tm0', 'jm'),
              messagesPerSecond: 40,
              durationMs: 300,
            },
          },
          {
            when: { at: 600 },
            action: { kind: 'partition', links: both('tm1', 'jm'), durationMs: 300 },
          },
        ])
      ).complaints,
    ).toEqual([]);
    expect(
      (await judge([{ when: { at: 400 }, action: { kind: 'reset', links: both('tm0', 'tm1') } }]))
        .complaints,
    ).toEqual([]);
  });

  it('disks that refuse, tear and lose', async () => {
    const disk = (effect: Extract<FaultAction, { kind: 'disk' }>['effect'], node = 'tm0') =>
      ({ kind: 'disk', effect, node, durationMs: 250 }) as const;
    expect(
      (
        await judge([
          { when: { at: 150 }, action: disk('io-error') },
          { when: { at: 150 }, action: disk('no-space', 'tm1') },
        ])
      ).complaints,
    ).toEqual([]);
    expect(
      (
        await judge([
          {
            when: {
              point: 'state-upload',
              phase: 'before',
              checkpoint: null,
              operator: null,
              subtask: null,
              occurrence: 2,
            },
            action: disk('torn-write', 'here'),
          },
        ])
      ).complaints,
    ).toEqual([]);
  });

  it('a clock that jumps and a split that is held back', async () => {
    expect(
      (
        await judge([
          { when: { at: 200 }, action: { kind: 'clock-jump', node: 'tm0', byMs: -5_000 } },
          { when: { at: 300 }, action: { kind: 'source-hold', split: 'a', durationMs: 300 } },
        ])
      ).complaints,
    ).toEqual([]);
  });

  it.skipIf(!hasPostgres)('a database that is down, or does not answer a commit', async () => {
    expect(
      (
        await judge([
          {
            when: {
              point: 'commit-call',
              phase: 'before',
              checkpoint: null,
              operator: null,
              subtask: null,
              occurrence: 1,
            },
            action: { kind: 'store', effect: 'reply-lost', durationMs: 150 },
          },
          { when: { at: 700 }, action: { kind: 'store', effect: 'unavailable', durationMs: 200 } },
        ])
      ).complaints,
    ).toEqual([]);
  });
});
