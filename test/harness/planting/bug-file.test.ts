import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

import {
  checkMatches,
  loadBug,
  loadBugs,
  projectBugs,
  type BugFile,
} from '../../../harness/planting/bug-file.ts';
import { applyEdits } from '../../../harness/planting/plant.ts';
import { catalog } from '../../../scenarios/catalog/index.ts';
import { AssertionFailure } from '../../../src/base/assert.ts';
import { InputError } from '../../../src/model/input-error.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidemark-bugs-'));
afterAll(() => rmSync(folder, { recursive: true }));

const good = {
  id: 'some-bug',
  modelledOn: 'FLINK-1',
  describes: 'Something is wrong.',
  module: 'src/engine/world/messages.ts',
  replace: 'nobody writes this text',
  with: '/*reached*/; something else',
  anomalies: ['loss'],
  scenarios: ['word-count'],
  minimalFaults: 1,
};

function load(value: unknown): BugFile {
  const path = join(folder, 'bug.json');
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return loadBug(path);
}

describe('a bug file', () => {
  it('is data', () => {
    expect(load(good)).toEqual({ ...good, also: [], onlySimulated: null });
  });

  it.each([
    ['no JSON', '{', /expected JSON/],
    ['no object', '[]', /expected an object/],
    ['a misspelt member', { ...good, anomalys: [] }, /did you mean "anomalies"/],
    ['a module outside the engine', { ...good, module: 'src/checker/check.ts' }, /^ {2}module/m],
    ['a module that climbs', { ...good, module: 'src/engine/../x.ts' }, /^ {2}module/m],
    ['nothing to replace', { ...good, replace: '' }, /exact source text/],
    ['no change', { ...good, with: good.replace }, /a replacement that differs/],
    ['no mark where it is reached', { ...good, with: 'x' }, /the marker \/\*reached\*\//],
    ['an unknown anomaly', { ...good, anomalies: ['los'] }, /did you mean "loss"/],
    ['no anomaly', { ...good, anomalies: [] }, /at least one anomaly/],
    ['no scenario', { ...good, scenarios: [] }, /at least one scenario/],
    ['a bad id', { ...good, id: 'Some Bug' }, /a kebab-case id/],
    ['half a fault', { ...good, minimalFaults: 0.5 }, /minimalFaults: found 0.5/],
    ['a bad further edit', { ...good, also: [{ module: 1 }] }, /also\[0\]\.module/],
  ])('with %s is refused', (_, value, message) => {
    expect(() => load(value)).toThrow(InputError);
    expect(() => load(value)).toThrow(message);
  });

  it('whose text no longer matches is an error', () => {
    expect(() => checkMatches(load(good))).toThrow(/it occurs 0 times/);
    expect(() => checkMatches(load({ ...good, replace: 'export' }))).toThrow(/exactly once/);
    const nowhere = load({ ...good, module: 'src/engine/nowhere.ts' });
    expect(() => checkMatches(nowhere)).toThrow(/an existing module/);
  });
});

describe('a folder of bug files', () => {
  it('that is missing or empty is refused', () => {
    expect(() => loadBugs(join(folder, 'missing'))).toThrow(/existing folder/);
    expect(() => loadBugs(mkdtempSync(join(folder, 'empty-')))).toThrow(/at least one/);
  });
});

describe('planting', () => {
  it('replaces the text and counts where it is reached', () => {
    const edit = { module: 'm', replace: 'a + b', with: '(/*reached*/ && a - b)' };
    const planted = applyEdits('const c = a + b;', [edit]);
    expect(planted).toBe('const c = (globalThis.tidemarkReached() && a - b);');
  });

  it('takes replacements as they are, dollars included', () => {
    const edit = { module: 'm', replace: 'x', with: "'$&'" };
    expect(applyEdits('x', [edit])).toBe("'$&'");
  });

  it('refuses a text that is there twice', () => {
    const edit = { module: 'm', replace: 'x', with: 'y' };
    expect(() => applyEdits('x x', [edit])).toThrow(AssertionFailure);
  });
});

describe("the project's own bugs", () => {
  const bugs = loadBugs(projectBugs());

  it.each(bugs.map((bug) => [bug.id, bug] as const))('%s still matches the engine', (_, bug) => {
    expect(() => checkMatches(bug)).not.toThrow();
    const ids = catalog.map(({ id }) => id);
    expect(bug.scenarios.filter((scenario) => !ids.includes(scenario))).toEqual([]);
  });
});
