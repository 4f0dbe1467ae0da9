/**
 * Executes the examples of CHECKER.md: a model of a user's own, given to `tidemark check`, and a
 * stream history.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

import { checkOperationFiles } from '../../harness/operation-files/index.ts';
import { JsonLinesStreamReader } from '../../harness/stream-history/json-lines.ts';
import { StreamChecker } from '../../src/stream-checker/stream-checker.ts';
import type { Verdict } from '../../src/model/verdict/verdict.ts';
import { codeBlocks, readDocument } from './documents.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidemark-model-'));
afterAll(() => rmSync(folder, { recursive: true }));

const blocks = codeBlocks(readDocument('CHECKER.md'));
const [example, ...others] = blocks.filter(({ language }) => language === 'ts');

/** A register is written 5, then 3, and read: `seen` is what the read returned. */
function history(seen: number): string {
  const events = [
    { process: 0, type: 'invoke', f: 'write', value: 5 },
    { process: 0, type: 'ok', f: 'write', value: 5 },
    { process: 0, type: 'invoke', f: 'write', value: 3 },
    { process: 0, type: 'ok', f: 'write', value: 3 },
    { process: 1, type: 'invoke', f: 'read', value: null },
    { process: 1, type: 'ok', f: 'read', value: seen },
  ];
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}

describe('the model in CHECKER.md', () => {
  it('is the only example', () => expect(others).toEqual([]));

  it.each([
    [5, 'valid'],
    [3, 'invalid'],
  ] as const)('a read of %i is %s', async (seen, verdict) => {
    const model = join(folder, 'max-register.ts');
    writeFileSync(model, example?.code ?? '');
    const file = join(folder, `read-${seen}.jsonl`);
    writeFileSync(file, history(seen));
    const { report } = await checkOperationFiles([file], { model, verify: true });
    expect(report).toMatchObject({ verdict, errors: [] });
    expect(report.files[0]?.certificate[0]?.verification).toBe('verified');
  });
});

describe('the stream history in CHECKER.md', () => {
  const lines = blocks.filter(({ language }) => language === 'jsonl').flatMap(linesOf);

  it('is valid', () => {
    const { status, strongest } = verdictOf(lines);
    expect({ status, strongest }).toEqual({ status: 'valid', strongest: 'exactly-once' });
  });

  it('is refuted without the commit of its second transaction', () => {
    const commit = lines.findLastIndex((line) => line.startsWith('{"kind":"rows"'));
    const { anomalies } = verdictOf(lines.toSpliced(commit, 1));
    expect(anomalies.map(({ name }) => name).sort()).toEqual(['loss', 'torn-commit-permanent']);
  });
});

/** A line that begins with a blank goes on the one before. */
function linesOf({ code }: { readonly code: string }): string[] {
  return code.replaceAll('\n ', '').split('\n').filter(Boolean);
}

function verdictOf(lines: readonly string[]): Verdict {
  const checkers: StreamChecker[] = [];
  const reader = new JsonLinesStreamReader('the example', {
    header: (header) => checkers.push(new StreamChecker(header)),
    event: (event) => checkers[0]?.take(event),
  });
  reader.push(Buffer.from(lines.map((line) => `${line}\n`).join('')));
  reader.end();
  const [checker] = checkers;
  if (checker === undefined) throw new Error('the example has no header');
  return checker.verdict();
}
