/** A5: what a run needs to be made again is kept before it is judged; a crash loses no evidence. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

import { keep } from '../../../harness/campaign/findings.ts';
import { evidenceStore } from '../../../harness/store/evidence-store.ts';
import { RunFolder } from '../../../harness/store/run-folder.ts';
import { parseFailure } from '../../../harness/store/saved-failure.ts';
import { smallCase, withRecords } from '../fake/cases.ts';
import { fakePool, memoryStore } from '../fake/pool.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidemark-evidence-'));
const pool = fakePool(1);
afterAll(async () => {
  await pool.end();
  rmSync(folder, { recursive: true });
});

const sound = withRecords(smallCase('sound', 3), 10, () => false);
const [log, ...others] = sound.workload.splits;
const explosive = {
  ...sound,
  workload: {
    splits: [
      {
        split: log?.split ?? '',
        records: (log?.records ?? []).map((record) => ({ ...record, key: 'explode' })),
      },
      ...others,
    ],
  },
};

describe('A5: evidence before analysis', () => {
  it('the case is there when subject or checker crash', async () => {
    const run = RunFolder.create(folder, 'crash');
    const store = evidenceStore(run, join(folder, 'regressions'));
    const finding = { scenario: 'sound', run: 4, case: explosive };
    const settings = { store, shrinkRunsMax: 100, bug: null };
    await expect(keep(pool, finding, settings)).rejects.toThrow('the engine exploded');
    const text = readFileSync(join(run.path, 'cases/sound-4/case.json'), 'utf8');
    expect(parseFailure(text).case).toEqual(explosive);
  });

  it('case, history and verdict are written in this order', async () => {
    const store = memoryStore();
    await keep(
      pool,
      { scenario: 'sound', run: 1, case: sound },
      { store, shrinkRunsMax: 0, bug: null },
    );
    expect([...store.files.keys()]).toEqual([
      'cases/sound-1/case.json',
      'cases/sound-1/history.jsonl',
      'cases/sound-1/verdict.json',
    ]);
  });
});
