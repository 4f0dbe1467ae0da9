import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';

import { writeAtomically } from '../../../harness/store/atomic-file.ts';
import { loadRegressions } from '../../../harness/store/regressions.ts';
import { RunFolder } from '../../../harness/store/run-folder.ts';
import {
  failureText,
  parseFailure,
  readFailure,
  type SavedFailure,
} from '../../../harness/store/saved-failure.ts';
import { InputError } from '../../../src/model/input-error.ts';
import { smallCase, withRecords } from '../fake/cases.ts';

const multiplier = Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1);
const folder = mkdtempSync(join(tmpdir(), 'tidemark-store-'));
afterAll(() => rmSync(folder, { recursive: true }));

const failure: SavedFailure = {
  format: 'tidemark-failure',
  version: 1,
  found: 'record 3 is lost',
  anomalies: ['loss'],
  bug: null,
  subject: 'processes',
  real: {
    subject: 'processes',
    rate: { shown: 3, of: 5, failed: 0 },
    rateAsFound: null,
    shrunkOn: 'simulator',
    triesMax: null,
    showsInSimulator: true,
    anomaliesInSimulator: ['loss'],
  },
  shrunkFrom: { events: 20, faults: 3 },
  historyDigest: '0123456789abcdef',
  case: withRecords(smallCase('lossy', 1), 2, () => true),
};
const text = failureText(failure);

/** What `read` gave, or the name of the error it threw. */
function outcomeOf(read: () => string): string {
  try {
    return read();
  } catch (error) {
    return (error as Error).name;
  }
}

describe('a saved failure', () => {
  it('comes back as it was saved', () => {
    expect(parseFailure(text)).toEqual(failure);
  });

  it('that does not say where it was found was found in the simulator', () => {
    const { subject: _, real: __, ...old } = failure;
    const read = parseFailure(JSON.stringify(old));
    expect(read).toEqual({ ...failure, subject: 'simulator', real: null });
  });

  it('may also be a bare case', () => {
    const bare = parseFailure(JSON.stringify(failure.case));
    expect(bare).toMatchObject({ case: failure.case, anomalies: [], bug: null });
  });

  it.each([
    ['no JSON', 'case', /expected JSON/],
    ['a foreign format', text.replace('tidemark-failure', 'other'), /format: found "other"/],
    ['another version', text.replace('"version": 1', '"version": 2'), /version: found 2/],
    ['an unknown anomaly', text.replace('"loss"', '"los"'), /did you mean "loss"/],
    ['a bad case', text.replace('"kind": "crash"', '"kind": "crush"'), /schedule\[0\]/],
    [
      'a strange subject',
      text.replace('"subject": "processes"', '"subject": 7'),
      /subject: found 7/,
    ],
    ['no case', text.replace('"case"', '"cases"'), /case: found nothing/],
  ])('with %s is refused', (_, bad, message) => {
    expect(() => parseFailure(bad)).toThrow(message);
    expect(() => parseFailure(bad)).toThrow(InputError);
  });

  it('that was damaged anywhere is refused or whole', () => {
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.nat(text.length), (at, length) => {
        const damaged = text.slice(0, at) + text.slice(at + length);
        expect(outcomeOf(() => parseFailure(damaged).format)).toMatch(
          /^(tidemark-failure|InputError)$/,
        );
      }),
      { numRuns: 200 * multiplier },
    );
  });

  it('that does not exist is refused with its path', () => {
    expect(() => readFailure(join(folder, 'nowhere.json'))).toThrow(/there is no such file/);
    expect(() => readFailure(folder)).toThrow(/this is a folder/);
  });
});

describe('the regressions of a folder', () => {
  it('are read in order; bad ones are reported, skipped and left', () => {
    const place = join(folder, 'regressions');
    writeAtomically(join(place, 'b.json'), text);
    writeAtomically(join(place, 'a.json'), text);
    writeAtomically(join(place, 'broken.json'), text.slice(0, 100));
    writeFileSync(join(place, 'notes.txt'), 'not a case');
    const { found, skipped } = loadRegressions([join(folder, 'missing'), place]);
    expect(found.map(({ file }) => file.slice(-6))).toEqual(['a.json', 'b.json']);
    expect(skipped).toHaveLength(1);
    expect(skipped[0]).toContain('broken.json');
    expect(readdirSync(place)).toContain('broken.json');
  });
});

describe('a run folder', () => {
  it('is found by id, by path and as the latest', () => {
    const output = join(folder, 'out');
    RunFolder.create(output, 'seed1');
    const second = RunFolder.create(output, 'seed1');
    second.write('run.json', '{}\n');
    second.makeLatest();
    RunFolder.create(output, 'without-report');
    expect(RunFolder.open(output, 'latest').id).toBe(second.id);
    expect(RunFolder.open(output, second.id).path).toBe(second.path);
    expect(RunFolder.open('elsewhere', second.path).id).toBe(second.id);
    expect(() => RunFolder.open(output, 'nope')).toThrow(InputError);
  });

  it('holds whole files only', () => {
    const run = RunFolder.create(join(folder, 'out'), 'atomic');
    run.write('deep/file.txt', 'first');
    run.write('deep/file.txt', 'second');
    expect(readdirSync(join(run.path, 'deep'))).toEqual(['file.txt']);
    expect(readFileSync(join(run.path, 'deep/file.txt'), 'utf8')).toBe('second');
  });

  it('does not lose a file whose replacement fails', () => {
    const path = join(folder, 'kept.txt');
    writeAtomically(path, 'kept');
    mkdirSync(`${path}.${process.pid}.tmp`);
    expect(() => writeAtomically(path, 'new')).toThrow(/EISDIR/);
    expect(readFileSync(path, 'utf8')).toBe('kept');
  });
});
