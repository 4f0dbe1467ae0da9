/**
 * `tidemark check` and `tidemark convert` on stream histories, as a user types them.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { encodeEvent, encodeHeader } from '../../../harness/stream-history/binary-writer.ts';
import { digestValue } from '../../../src/base/digest.ts';
import type { Verdict } from '../../../src/model/verdict/verdict.ts';
import { legalRun, makeCase, makeLogs } from '../../src/checker/legal-run.ts';
import { sink, source } from '../../src/checker/pipelines.ts';
import {
  pick,
  placesOf,
  replaced,
  rowsAt,
  showings,
  type SmallRun,
  smallRun,
} from '../../src/stream-checker/small-run.ts';
import { cli } from '../cli/in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidemark-stream-'));
afterAll(() => rmSync(folder, { recursive: true }));

function written(name: string, { header, events }: SmallRun): string {
  const path = join(folder, name);
  writeFileSync(
    path,
    Buffer.concat([encodeHeader(header), ...events.map((event, i) => encodeEvent(event, i))]),
  );
  return path;
}

const run = smallRun(2);
const index = showings(run)[3] as number;
const lossy = replaced(run, index, pick(rowsAt(run, index), placesOf(rowsAt(run, index)).slice(1)));

describe('check', () => {
  test('a legal run is valid', async () => {
    const { code, out } = await cli('check', written('legal.tms', run));
    expect(code).toBe(0);
    expect(out).toMatch(/^VALID {2}What held: exactly-once/);
  });

  test('a broken one is explained, in both forms alike', async () => {
    const binary = written('lossy.tms', lossy);
    const text = join(folder, 'lossy.jsonl');
    expect(await cli('convert', binary, text)).toMatchObject({ code: 0 });
    const { code, out } = await cli('check', binary, '--json');
    expect(code).toBe(1);
    const { anomalies } = JSON.parse(out) as Verdict;
    expect(anomalies.map(({ name }) => name)).toEqual(['loss', 'torn-commit-permanent']);
    expect(anomalies[0]?.witnesses[0]).toMatchObject({ role: 'missing' });
    expect((await cli('check', text, '--json')).out).toBe(out);
  });

  test('what it explains is looked up when asked for, in both forms', async () => {
    const binary = written('verified.tms', lossy);
    const text = join(folder, 'verified.jsonl');
    await cli('convert', binary, text);
    for (const file of [binary, text]) {
      const { code, out } = await cli('check', file, '--verify', '--json');
      expect(code).toBe(1);
      const { verification } = JSON.parse(out) as {
        readonly verification: { readonly verified: number; readonly faults: readonly unknown[] };
      };
      expect(verification.faults).toEqual([]);
      expect(verification.verified).toBeGreaterThan(5);
      const told = await cli('check', file, '--verify');
      expect(told.out).toContain(`${verification.verified} claims of the explanations verified.`);
    }
    const legal = await cli('check', written('explained.tms', run), '--verify');
    expect(legal.out).toContain('There is no explanation to verify.');
  });

  test('a damaged file is refused with the byte', async () => {
    const path = written('damaged.tms', run);
    const bytes = readFileSync(path);
    bytes[bytes.length - 100] = (bytes[bytes.length - 100] as number) ^ 1;
    writeFileSync(path, bytes);
    const { code, out, err } = await cli('check', path);
    expect(code).toBe(64);
    expect(out).toBe('');
    expect(err).toMatch(/byte \d+: the checksum of the block is wrong/);
  });

  test('a case is refused, and a second file', async () => {
    const path = written('one.tms', run);
    expect((await cli('check', path, '--case', 'case.json')).err).toMatch(/says what was promised/);
    expect((await cli('check', path, path)).err).toMatch(/one stream history at a time/);
  });
});

describe('convert', () => {
  test('goes to JSON Lines and back without loss', async () => {
    const binary = written('there.tms', run);
    const [text, back] = [join(folder, 'there.jsonl'), join(folder, 'back.tms')];
    await cli('convert', binary, text);
    const { code, out } = await cli('convert', text, back);
    expect(code).toBe(0);
    expect(out).toContain(`${run.events.length} events`);
    expect(readFileSync(back)).toEqual(readFileSync(binary));
  });

  test('takes the history of a case', async () => {
    const splits = makeLogs(1, { splits: 2, records: 20, keys: 3, disorder: 0 });
    const kase = makeCase({ operators: [source(['s0', 's1']), sink('source')], splits });
    const [header, ...events] = legalRun(kase, 1);
    const lines = [{ ...header, caseDigest: digestValue(kase) }, ...events];
    const [caseFile, history] = [join(folder, 'case.json'), join(folder, 'history.jsonl')];
    writeFileSync(caseFile, JSON.stringify(kase));
    writeFileSync(history, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const path = join(folder, 'of-case.tms');
    expect(await cli('convert', history, path, '--case', caseFile)).toMatchObject({ code: 0 });
    expect(await cli('check', path)).toMatchObject({ code: 0 });
  });

  test('leaves nothing behind when the file is damaged', async () => {
    const path = written('cut.tms', run);
    writeFileSync(path, readFileSync(path).subarray(0, 500));
    const to = join(folder, 'never.jsonl');
    expect((await cli('convert', path, to)).code).toBe(64);
    expect(() => readFileSync(to)).toThrow(/ENOENT/);
  });
});
