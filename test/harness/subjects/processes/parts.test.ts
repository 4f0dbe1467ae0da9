import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Feeder } from '../../../../harness/subjects/processes/feeder.ts';
import { Recorder } from '../../../../harness/subjects/processes/recorder.ts';
import { Registers } from '../../../../harness/subjects/processes/registers.ts';
import { RunClock } from '../../../../harness/subjects/processes/run-clock.ts';
import { subjectFailure } from '../../../../harness/subjects/processes/subject-failure.ts';
import { UnsyncedFiles } from '../../../../harness/subjects/processes/unsynced-files.ts';
import { createSplitFiles, splitFile } from '../../../../harness/process-world/split-files.ts';
import { parseHistory } from '../../../../harness/store/history-file.ts';
import type { HeaderEvent, HistoryEvent } from '../../../../src/model/history.ts';
import { defaultOptions } from '../../../../src/model/options.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-parts-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const header: HeaderEvent = {
  kind: 'header',
  version: 1,
  subject: 'test',
  clock: 'virtual',
  scenario: 'test',
  seed: 1,
  caseDigest: 'digest',
  options: defaultOptions,
};

function nodeEvent(t: number, node: string): Extract<HistoryEvent, { kind: 'node' }> {
  return { kind: 'node', t, node, event: 'started', incarnation: 1 };
}

describe('the recorder', () => {
  it('A5: writes what becomes known at once, and gives it back in order of time', () => {
    const path = join(folder, 'history.jsonl');
    const recorder = new Recorder(new RunClock(), header, path);
    for (const event of [nodeEvent(3, 'b'), nodeEvent(1, 'a'), nodeEvent(3, 'c')]) {
      recorder.add(event);
    }
    const soFar = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(soFar.map((line) => (JSON.parse(line) as { node?: string }).node)).toEqual([
      undefined,
      'b',
      'a',
      'c',
    ]);
    const end = { outcome: 'finished', reason: '', healedAt: 0, messages: 1 } as const;
    const history = recorder.finish({ kind: 'end', ...end });
    expect(history.map((event) => ('node' in event ? event.node : event.kind))).toEqual([
      'header',
      'a',
      'b',
      'c',
      'end',
    ]);
    // The end is no earlier than what came before it, however long this took.
    const last = history.at(-1);
    expect(last?.kind === 'end' ? last.t : -1).toBeGreaterThanOrEqual(3);
    expect(parseHistory(readFileSync(path, 'utf8'))).toHaveLength(5);
  });

  it('takes nothing after the end', () => {
    const recorder = new Recorder(new RunClock(), header, join(folder, 'history.jsonl'));
    const end = { outcome: 'deadline', reason: '', healedAt: 0, messages: 1 } as const;
    const history = recorder.finish({ kind: 'end', ...end });
    recorder.add(nodeEvent(1, 'late'));
    expect(history).toHaveLength(2);
  });
});

describe('the registers', () => {
  it('let one of two writers of the same version win', () => {
    const registers = new Registers();
    const write = (id: number, expected: number, value: string) =>
      registers.answer({ kind: 'register-write', id, name: 'job', expected, value });
    expect(write(1, 0, 'first')).toMatchObject({ id: 1, version: 1, failure: null });
    expect(write(2, 0, 'second')).toMatchObject({ id: 2, failure: { kind: 'conflict' } });
    expect(registers.answer({ kind: 'register-read', id: 3, name: 'job' })).toMatchObject({
      value: 'first',
      version: 1,
    });
    expect(registers.value('other')).toBeNull();
  });
});

describe('un-synced files', () => {
  const file = (event: 'unsynced' | 'synced' | 'renamed', path: string, to = '') =>
    ({ kind: 'file', event, path, to }) as const;

  it('are cut or lost with their writer, synced ones and those of others are not', () => {
    const paths = ['torn', 'safe', 'other', 'aside', 'final'].map((name) => join(folder, name));
    const [torn = '', safe = '', other = '', aside = '', final = ''] = paths;
    for (const path of [torn, safe, other, final]) writeFileSync(path, '12345678');
    const files = new UnsyncedFiles();
    for (const path of [torn, safe, aside]) files.onNotice('tm0', file('unsynced', path));
    files.onNotice('tm1', file('unsynced', other));
    files.onNotice('tm0', file('synced', safe));
    files.onNotice('tm0', file('renamed', aside, final));
    expect(files.lose('tm0', 'torn-write')).toBe(2);
    expect([torn, safe, other, final].map((path) => readFileSync(path, 'utf8'))).toEqual([
      '1234',
      '12345678',
      '12345678',
      '1234',
    ]);
    expect(files.lose('tm0', 'lost-unsynced')).toBe(0);
  });
});

describe('the feeder', () => {
  afterEach(() => vi.useRealTimers());

  it('gives records when they are due, and none of a split that is held', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'hrtime', 'performance'] });
    const clock = new RunClock();
    const record = (id: number, at: number) => ({ id, at, ts: at, key: 'k', value: null });
    const workload = {
      splits: [
        { split: 'a', records: [record(0, 0), record(1, 40), record(2, 80)] },
        { split: 'b', records: [] },
      ],
    };
    for (const split of ['a', 'b']) writeFileSync(splitFile(folder, split), '');
    const feeder = new Feeder(workload, folder, clock);
    const held = vi.fn<() => void>();
    const source = createSplitFiles(folder);
    const ids = (): number[] => source.poll('a', 0, 10).records.map(({ id }) => id);
    feeder.start();
    expect(ids()).toEqual([0]);
    expect(source.poll('b', 0, 10)).toMatchObject({ ended: true });
    feeder.hold('a', 70, held);
    await vi.advanceTimersByTimeAsync(60);
    expect(createSplitFiles(folder).poll('a', 0, 10).records).toHaveLength(1);
    expect(held).toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(30);
    const later = createSplitFiles(folder).poll('a', 0, 10);
    expect(later.records.map(({ id }) => id)).toEqual([0, 1, 2]);
    clock.stop();
    feeder.close();
  });
});

describe('a failure outside the engine', () => {
  it('says what failed, what to do, and what was printed last', () => {
    const { message } = subjectFailure('node tm0 ended by itself', {
      lastLines: 'Error: boom',
      next: 'run it again',
    });
    expect(message).toBe('node tm0 ended by itself; run it again\nits last lines:\nError: boom');
  });
});
