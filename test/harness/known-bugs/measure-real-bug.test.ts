import { afterAll, beforeEach, describe, expect, it } from 'vitest';

import type { BugFile } from '../../../harness/planting/bug-file.ts';
import type { Guide } from '../../../harness/known-bugs/guide.ts';
import {
  measureRealBug,
  type RealBugResult,
  type RealMeasureSettings,
} from '../../../harness/known-bugs/measure-real-bug.ts';
import { inlineChannel } from '../../../harness/workers/inline-channel.ts';
import { WorkerPool } from '../../../harness/workers/pool.ts';
import { countReached } from '../../../harness/planting/reached.ts';
import type { PlantableSubject } from '../../../harness/planting/planted-subject.ts';
import type { Status } from '../../../src/model/verdict/verdict.ts';
import { smallCase, withRecords } from '../fake/cases.ts';
import { memoryStore } from '../fake/pool.ts';
import { subject as fake } from '../fake/subject.ts';

const bug: BugFile = {
  id: 'a-bug',
  modelledOn: 'nothing',
  describes: 'nothing',
  module: 'src/engine/world/world.ts',
  replace: 'a',
  with: 'b',
  also: [],
  anomalies: ['loss'],
  scenarios: ['s'],
  minimalFaults: 0,
  onlySimulated: null,
};
const kase = withRecords(smallCase('s', 1), 4, () => false);

/** What the next runs on planted nodes are: their status, and whether the line is reached. */
let planned: { readonly status: Status | 'throws'; readonly reaches: boolean }[] = [];
let sound: Status = 'valid';
beforeEach(() => {
  planned = [];
  sound = 'valid';
});

function subjectWith(planted: BugFile | null): PlantableSubject {
  let status: Status = sound;
  return {
    id: 'fake-real',
    model: fake,
    run: async (asked) => {
      const next = planted === null ? undefined : planned.shift();
      if (next?.status === 'throws') throw new Error('no nodes');
      if (next?.reaches === true) countReached();
      status = next?.status ?? sound;
      return fake.run(asked);
    },
    check: (asked, history) => ({ ...fake.check(asked, history), status }),
    planted: subjectWith,
  };
}

const pool = new WorkerPool(1, () => inlineChannel({ subject: subjectWith(null), scenarios: [] }));
afterAll(() => pool.end());

async function measure(
  cases: number,
  changes: Partial<RealMeasureSettings> = {},
): Promise<RealBugResult & { readonly files: readonly string[] }> {
  const store = memoryStore();
  const candidates = Array.from({ length: cases }, (_, i) => ({
    case: { ...kase, seed: i },
    steadiness: 1,
  }));
  const guide: Guide = { runs: 20, violations: 3, crashed: 0, candidates };
  const settings = {
    subject: 'fake',
    runs: 4,
    bugWallMs: Infinity,
    store,
    interrupted: () => false,
    onRun: () => undefined,
    ...changes,
  };
  const result = await measureRealBug(bug, guide, { pool, settings });
  return { ...result, files: [...store.files.keys()] };
}

describe('a planted bug in the world', () => {
  it('is detected by the first violation that reached its line', async () => {
    planned = [
      { status: 'throws', reaches: false },
      { status: 'valid', reaches: true },
      { status: 'invalid', reaches: true },
    ];
    const result = await measure(2);
    expect(result).toMatchObject({ detected: true, reached: true, runs: 3, runsToDetection: 3 });
    expect(result).toMatchObject({ undecided: 1, limit: null });
    // Each case once without the bug.
    expect(result.clean).toEqual({ runs: 2, falseAlarms: 0, vacuous: 0, undecided: 0 });
    expect(result.files).toContain('bugs/a-bug/case.json');
  });

  it('is not detected by a case that is a violation without it', async () => {
    sound = 'invalid';
    planned = [{ status: 'invalid', reaches: true }];
    const result = await measure(1, { runs: 1 });
    expect(result).toMatchObject({ detected: false, limit: 'runs', clean: { falseAlarms: 1 } });
    expect(result.files).toContain('bugs/a-bug/false-alarm-1/case.json');
  });

  it('is not detected by a violation that never reached its line', async () => {
    planned = [{ status: 'invalid', reaches: false }];
    const result = await measure(1, { runs: 1 });
    expect(result).toMatchObject({ detected: false, reached: false, clean: { falseAlarms: 1 } });
  });

  it('is given up at a named limit, and without a case to try', async () => {
    expect(await measure(1, { bugWallMs: 0 })).toMatchObject({ runs: 0, limit: 'bug-wall-ms' });
    expect(await measure(1, { runs: 2 })).toMatchObject({ runs: 2, limit: 'runs' });
    expect(await measure(0)).toMatchObject({ runs: 0, detected: false, limit: null });
  });
});
