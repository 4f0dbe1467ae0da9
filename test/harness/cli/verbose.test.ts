/**
 * `--verbose` of `check` and `replay`: by which rules each sink is judged, and why.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

import { makeCase } from '../../../harness/execution/make-case.ts';
import { historyText } from '../../../harness/store/history-file.ts';
import { simulate } from '../../../harness/subjects/simulate.ts';
import { wordCount } from '../../../scenarios/catalog/word-count.ts';
import { cli } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidemark-verbose-'));
afterAll(() => rmSync(folder, { recursive: true }));
const kase = makeCase(wordCount, 1, 0);
const [caseFile, historyFile] = [join(folder, 'case.json'), join(folder, 'history.jsonl')];
writeFileSync(caseFile, JSON.stringify(kase));
writeFileSync(historyFile, historyText(simulate(kase).history));

const sinks = kase.pipeline.operators.flatMap(({ kind, id }) => (kind === 'sink' ? id : []));
const commands = [
  ['check', historyFile, '--case', caseFile],
  ['replay', caseFile],
];

describe.each(commands)('%s --verbose', (...command) => {
  it('tells the regime of each sink, beside a verdict that is the same', async () => {
    const plain = await cli(...command, '--json');
    const told = await cli(...command, '--json', '--verbose');
    expect(plain.err).not.toContain('is judged as');
    expect(told.out).toBe(plain.out);
    for (const id of sinks) expect(told.err).toContain(`${id} (`);
    expect(told.err).toMatch(
      /is judged as [\w-]+,\n {2}because .+\n {2}decided: .+\n {2}left open: /,
    );
  });
});
