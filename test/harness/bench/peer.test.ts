/** The benchmark against another checker: what is missing is said, and both sides are compared. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { measureSuite } from '../../../harness/bench/peer.ts';
import {
  compareSuite,
  peerFiguresText,
  type PeerMeasured,
  type PeerSuiteFigures,
} from '../../../harness/bench/peer-figures.ts';
import { buildPorcupine, porcupineModule, runPeer } from '../../../harness/bench/peer-porcupine.ts';
import { checkoutSuites, generatedSuites } from '../../../harness/bench/peer-suites.ts';
import { cli } from '../cli/in-process.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'peer-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const kvLogs = new URL('../operation-files/fixtures/', import.meta.url).pathname;
const suite = {
  name: 'two',
  files: [
    { path: join(kvLogs, 'porcupine-c01-ok.txt'), format: 'porcupine-kv', model: 'key-value' },
    { path: join(kvLogs, 'porcupine-c01-bad.txt'), format: 'porcupine-kv', model: 'key-value' },
  ],
} as const;

describe('what is missing is said', () => {
  test('the path', async () => {
    const { code, err } = await cli('bench', '--peer', 'porcupine');
    expect(code).toBe(64);
    expect(err).toContain('the path of a Porcupine checkout after it');
  });

  test('a checkout at the path', async () => {
    writeFileSync(join(folder, 'go.mod'), 'module example.org/other\n');
    for (const path of [folder, join(folder, 'nowhere')]) {
      const { code, err } = await cli('bench', '--peer', 'porcupine', path);
      expect(code).toBe(64);
      expect(err).toContain(`module ${porcupineModule}`);
    }
  });

  test('another peer, or a path without one', async () => {
    expect((await cli('bench', '--peer', 'knossos', folder)).code).toBe(64);
    expect((await cli('bench', folder)).err).toContain('--peer');
  });

  test('Go', async () => {
    const building = buildPorcupine(folder, folder, join(folder, 'no-go-here'));
    await expect(building).rejects.toThrow('install Go');
  });
});

const measured = (verdict: PeerMeasured['verdict'], bestMs: number): PeerMeasured => ({
  operations: 10,
  verdict,
  firstMs: bestMs * 2,
  bestMs,
});

describe('both sides', () => {
  test('Tidemark decides the files of a suite', () => {
    const verdicts = measureSuite(suite, { rounds: 2, enoughMs: 1_000 });
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['valid', 'invalid']);
    expect(verdicts.every(({ firstMs, bestMs }) => bestMs <= firstMs)).toBe(true);
  });

  test('times are added, the ratio follows, a disagreement is named', () => {
    const agreeing = compareSuite(
      suite,
      [measured('valid', 1), measured('invalid', 2)],
      [measured('valid', 20), measured('invalid', 40)],
    );
    expect(agreeing).toMatchObject({ operations: 20, ratio: 20, disagreements: [] });
    expect(agreeing.peer).toMatchObject({ totalMs: 60, worstMs: 40, firstTotalMs: 120 });
    const torn = compareSuite(
      suite,
      [measured('valid', 1), measured('invalid', 2)],
      [measured('invalid', 20), measured('unknown', 40)],
    );
    // What timed out contradicts nobody.
    expect(torn.disagreements).toEqual([suite.files[0].path]);
    expect(torn.peer.unknown).toBe(1);
    expect(textOf(agreeing)).toMatch(/two .* 20 +6 \/ 120 +agree/);
    expect(textOf(torn)).toContain('≥ 20');
    expect(textOf(torn)).toContain(`DISAGREE: ${suite.files[0].path}`);
  });

  test('a side that counts other operations read something else', () => {
    const other = { ...measured('valid', 1), operations: 9 };
    const both = [measured('valid', 1), measured('valid', 1)];
    expect(() => compareSuite(suite, both, [other, other])).toThrow('10 operations here, 9 there');
  });

  test('a peer gets the request and its answer is read', async () => {
    const program = join(folder, 'peer');
    const answer = { go: 'go0', suites: [[measured('valid', 1), measured('unknown', 2)]] };
    const stub = [
      '#!/usr/bin/env node',
      "const asked = JSON.parse(require('fs').readFileSync(process.argv[2], 'utf8'));",
      "if (asked.suites[0].length !== 2 || asked.rounds !== 3) throw new Error('not as asked');",
      `console.log(${JSON.stringify(JSON.stringify(answer))});`,
    ].join('\n');
    writeFileSync(program, stub, { mode: 0o755 });
    const rounds = { timeoutMs: 100, rounds: 3, enoughMs: 1 };
    expect(await runPeer(program, [suite], { folder, rounds })).toEqual(answer);
  });

  test('generated suites are files of the wanted verdicts', () => {
    const suites = generatedSuites(folder);
    expect(suites.map(({ files }) => files.length)).toEqual([100, 1, 1, 2, 1, 2]);
    const short = suites.slice(0, 2).map((of) => measureSuite(of, { rounds: 1, enoughMs: 1 }));
    const counts = short.map((all) => all.filter(({ verdict }) => verdict === 'invalid').length);
    expect(counts).toEqual([75, 1]);
  });
});

const checkout = process.env['TIDEMARK_PORCUPINE'] ?? '';
if (checkout === '') {
  console.info(
    'not run: Porcupine itself (needs Go and TIDEMARK_PORCUPINE, the path of a checkout)',
  );
}
test.runIf(checkout !== '')(
  'Porcupine itself agrees on its own files',
  { timeout: 300_000 },
  async () => {
    const program = await buildPorcupine(checkout, folder);
    const rounds = { timeoutMs: 10_000, rounds: 1, enoughMs: 1 };
    const suites = checkoutSuites(checkout);
    const { suites: theirs } = await runPeer(program, suites, { folder, rounds });
    const compared = suites.map((of, i) =>
      compareSuite(of, measureSuite(of, rounds), theirs[i] ?? []),
    );
    expect(compared.map(({ files }) => files)).toEqual([102, 6]);
    expect(compared.flatMap(({ disagreements }) => disagreements)).toEqual([]);
  },
);

function textOf(figures: PeerSuiteFigures): string {
  return peerFiguresText({
    schemaVersion: 1,
    peer: 'porcupine',
    node: '24',
    go: 'go1',
    cpu: 'test',
    cores: 2,
    timeoutMs: 10_000,
    suites: [figures],
  });
}
