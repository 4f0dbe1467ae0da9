import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { loadBug, projectBugs } from '../../../../harness/planting/bug-file.ts';
import { ContainerBench } from '../../../../harness/subjects/containers/bench.ts';
import { ownerFilter } from '../../../../harness/subjects/containers/labels.ts';
import { findPostgres } from '../../../../harness/subjects/processes/postgres-binaries.ts';
import { runCase } from '../../../../harness/subjects/processes/run-case.ts';
import { simulate } from '../../../../harness/subjects/simulate.ts';
import { present } from '../../../../src/base/assert.ts';
import { canonicalJson } from '../../../../src/base/json.ts';
import { checkHistory } from '../../../support/checker/verified.ts';
import type {
  FaultTime,
  Links,
  PointName,
  PointPhase,
  Schedule,
} from '../../../../src/model/fault.ts';
import type { History, HistoryEvent } from '../../../../src/model/history.ts';
import { smallCase } from '../processes/small-case.ts';
import { docker } from './engine.ts';

const slow = { timeout: 60_000 };

const hasPostgres = await findPostgres().then(
  () => true,
  () => false,
);

let bench: ContainerBench | null = null;
let parent = '';
beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), 'containers-test-'));
  // The database may run as another user.
  chmodSync(parent, 0o711);
  if (docker !== null) bench = await ContainerBench.open(parent);
}, slow.timeout);
afterAll(async () => {
  await bench?.close();
  rmSync(parent, { recursive: true, force: true });
}, slow.timeout);

interface Judged {
  readonly history: History;
  /** What the checker found or left open, and faults without effect: nothing is expected. */
  readonly complaints: readonly string[];
}

async function judge(schedule: Schedule): Promise<Judged> {
  const kase = smallCase(schedule);
  const settings = { bench: present(bench, 'bench'), evidence: join(parent, 'evidence') };
  const { history } = await runCase(kase, settings);
  const { unknowns, anomalies } = checkHistory(kase, history);
  const effects = new Set(
    history.flatMap((e) => (e.kind === 'fault' && e.event === 'effect' ? [e.fault] : [])),
  );
  const vain = schedule.flatMap((_, index) => (effects.has(index) ? [] : [`no effect: ${index}`]));
  const found = anomalies.map(({ explanation }) => explanation.sentence);
  return { history, complaints: [...unknowns.map(({ text }) => text), ...found, ...vain] };
}

function committed(history: History): string[] {
  return history
    .flatMap((event) => (event.kind === 'visible' ? event.rows : []))
    .map((row) => canonicalJson(row))
    .sort();
}

function attempts(history: History): Extract<HistoryEvent, { kind: 'attempt' }>[] {
  return history.filter((event) => event.kind === 'attempt');
}

function at(point: PointName, phase: PointPhase, operator: string | null = null): FaultTime {
  return { point, phase, checkpoint: null, operator, subtask: null, occurrence: 1 };
}

function both(from: readonly string[], to: readonly string[]): Links {
  return { from, to, bothWays: true };
}

describe.skipIf(docker === null)('a case in containers', slow, () => {
  it('commits without faults what the simulator commits', async () => {
    const { history, complaints } = await judge([]);
    expect(complaints).toEqual([]);
    expect(committed(history)).toEqual(committed(simulate(smallCase()).history));
  });

  it('A6 a container is killed exactly between pre-commit and commit, and started again', async () => {
    const { history, complaints } = await judge([
      {
        when: at('pre-commit', 'after', 'out'),
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

  it('A6 a container is paused past the heartbeat timeout: the zombie commits nothing', async () => {
    const { history, complaints } = await judge([
      {
        when: at('commit-call', 'before'),
        action: { kind: 'pause', node: 'here', durationMs: 900 },
      },
    ]);
    expect(complaints).toEqual([]);
    expect(history.some((e) => e.kind === 'node' && e.event === 'resumed')).toBe(true);
    expect(attempts(history).length).toBeGreaterThan(1);
  });

  it('A6 a container is off the network past the heartbeat timeout, and back', async () => {
    const { history, complaints } = await judge([
      {
        // Not before the job runs, however slow the machine is.
        when: at('completed-store-write', 'after'),
        action: { kind: 'partition', links: both(['tm1'], ['jm', 'tm0']), durationMs: 2_000 },
      },
    ]);
    expect(complaints).toEqual([]);
    expect(attempts(history).map(({ cause }) => cause)).toContainEqual(
      expect.stringContaining('no heartbeat from tm1'),
    );
  });

  it('A6 latency, partition and reset of single links, through proxies', async () => {
    const { complaints } = await judge([
      {
        when: { at: 150 },
        action: { kind: 'delay', links: both(['tm0'], ['tm1']), delayMs: 40, durationMs: 250 },
      },
      {
        when: { at: 450 },
        action: { kind: 'partition', links: both(['tm1'], ['jm']), durationMs: 300 },
      },
      { when: { at: 850 }, action: { kind: 'reset', links: both(['tm0'], ['tm1']) } },
    ]);
    expect(complaints).toEqual([]);
  });

  it.skipIf(!hasPostgres)('A6 a database does not answer a commit', async () => {
    const { complaints } = await judge([
      {
        when: at('commit-call', 'before'),
        action: { kind: 'store', effect: 'reply-lost', durationMs: 150 },
      },
    ]);
    expect(complaints).toEqual([]);
  });

  it('with a planted bug is found out: rows are visible before their checkpoint', async () => {
    const kase = smallCase();
    const bug = loadBug(join(projectBugs(), 'commit-on-precommit.json'));
    const settings = { bench: present(bench, 'bench'), evidence: join(parent, 'evidence'), bug };
    const { history } = await runCase(kase, settings);
    const { status, anomalies } = checkHistory(kase, history);
    expect(status).toBe('invalid');
    expect(anomalies.map(({ name }) => name)).toContain('premature-visible');
  });

  it('leaves no container behind, and no folder', async () => {
    const { engine } = present(docker, 'engine');
    const { owner, workspace } = present(bench, 'bench');
    const filters = { label: [ownerFilter(owner)] };
    const containers = await engine.listContainers({ all: true, filters });
    expect(containers.map(({ Names }) => Names)).toEqual([[`/tidemark-${owner}-watchman`]]);
    const kept = new Set(['children', 'compile-cache', 'postgres', 'watchman']);
    expect(readdirSync(workspace.folder).filter((name) => !kept.has(name))).toEqual([]);
  });
});
