import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

import { regressionsFor } from '../../../harness/store/regressions.ts';
import {
  failureText,
  parseFailure,
  type SavedFailure,
} from '../../../harness/store/saved-failure.ts';
import {
  refuseFunctions,
  refuseUnavailable,
  subjectOfCase,
} from '../../../harness/subjects/choose-subject.ts';
import type { InputError } from '../../../src/model/input-error.ts';
import { missingNeeds } from '../../../harness/subjects/needs.ts';
import { cli } from '../cli/in-process.ts';
import { smallCase, withRecords } from '../fake/cases.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidemark-subject-'));
afterAll(() => rmSync(folder, { recursive: true }));

const bare = parseFailure(JSON.stringify(withRecords(smallCase('word-count', 1), 4, () => false)));
const foundOn = (subject: string): SavedFailure => ({ ...bare, subject });

function saved(subject: string): string {
  const file = join(folder, `${subject}.json`);
  writeFileSync(file, failureText(foundOn(subject)));
  return file;
}

describe('the subject of a saved case', () => {
  it('is the one it was found on, unless another one is asked for', async () => {
    await expect(subjectOfCase('simulator', null)).resolves.toBe('simulator');
    await expect(subjectOfCase('flink', 'simulator')).resolves.toBe('simulator');
  });

  it.each([['flink'], ['toString'], ['']])('%j is refused where nobody can run it', (name) => {
    return expect(subjectOfCase(name, null)).rejects.toThrow(
      /subject: found ".*", expected a subject that can be run here .*--subject simulator or proc/,
    );
  });

  it.each(['replay', 'shrink'])('is not replaced silently by %s', async (command) => {
    const refused = await cli(command, saved('flink'));
    expect(refused).toMatchObject({ code: 64, out: '' });
    expect(refused.err).toContain('the case was found on "flink"');
    const asked = await cli(command, saved('flink'), '--subject', 'simulator');
    expect(asked.err).toBe('');
    expect(asked.out).toMatch(/on simulator, as asked; the case was found on flink/);
  });

  it('is named in the document of a replay', async () => {
    const { out } = await cli('replay', saved('flink'), '--subject', 'simulator', '--json');
    expect(JSON.parse(out)).toMatchObject({ subject: 'simulator', foundOn: 'flink' });
  });

  it('is refused where functions of a user’s own do not reach it', () => {
    expect(() => refuseFunctions('containers', 'mine')).toThrow(/functions of the scenario "mine"/);
    expect(() => refuseFunctions('processes', 'mine')).not.toThrow();
    expect(() => refuseFunctions('simulator', 'mine')).not.toThrow();
  });

  it('is refused where the machine lacks what it needs', () => {
    let said = '';
    try {
      refuseUnavailable('containers');
    } catch (error) {
      said = (error as InputError).message;
    }
    const names = missingNeeds('containers').map(({ name }) => name);
    expect(names.filter((name) => !said.includes(name))).toEqual([]);
    expect(said === '').toBe(names.length === 0);
    expect(() => refuseUnavailable('simulator')).not.toThrow();
  });
});

describe('the regressions of a campaign', () => {
  const all = {
    found: [
      { file: 'a.json', failure: foundOn('simulator') },
      { file: 'b.json', failure: foundOn('processes') },
      { file: 'c.json', failure: { ...foundOn('processes'), bug: 'some-bug' } },
    ],
    skipped: ['broken.json: …'],
  };
  const scenarios = [{ id: 'word-count' }];

  it('are those of its subject; the others are left out by name', () => {
    const some = regressionsFor(all, { subject: 'simulator', asked: false, scenarios });
    expect(some.found.map(({ file }) => file)).toEqual(['a.json', 'c.json']);
    expect(some.skipped).toEqual([
      'broken.json: …',
      'b.json: found on processes, which is not what runs here; ' +
        'npx tidemark replay b.json runs it there',
    ]);
  });

  it('are all of them where the subject was asked for', () => {
    expect(regressionsFor(all, { subject: 'simulator', asked: true, scenarios })).toEqual(all);
  });

  it('of other scenarios are none of its business', () => {
    const none = regressionsFor(all, { subject: 'simulator', asked: false, scenarios: [] });
    expect(none.skipped).toEqual(['broken.json: …']);
  });
});
