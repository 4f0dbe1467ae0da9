/**
 * Executes the example of CHECKER.md: a model of a user's own, given to `tidemark check`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

import { checkOperationFiles } from '../../harness/check-operations/index.ts';
import { codeBlocks, readDocument } from './documents.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidemark-model-'));
afterAll(() => rmSync(folder, { recursive: true }));

const [example, ...others] = codeBlocks(readDocument('CHECKER.md')).filter(
  ({ language }) => language === 'ts',
);

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
