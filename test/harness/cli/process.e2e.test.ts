import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

import { validateResult } from '../../../harness/store/result-schema.ts';
import type { RunResult } from '../../../reports/result.ts';

const main = fileURLToPath(new URL('../../../harness/cli/main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tidemark-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The real command in a process of its own; `interruptAt` sends Ctrl-C once that text shows. */
function tidemark(args: readonly string[], interruptAt: RegExp | null = null): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [main, ...args], { cwd: folder });
    const written = { out: '', err: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      written.out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      written.err += chunk.toString();
      if (interruptAt?.test(written.err) === true) child.kill('SIGINT');
    });
    child.on('close', (code) => resolve({ code, ...written }));
  });
}

function resultOf({ out }: Outcome): RunResult {
  return validateResult(JSON.parse(out));
}

describe('the command in a process', () => {
  it('shows help when called bare', async () => {
    const { code, out, err } = await tidemark([]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('known-bugs');
  });

  it('A1: gives the same histories with one worker and with two', async () => {
    const args = ['run', 'word-count', 'bank-transfers', '--runs', '25', '--json'];
    const [one, two] = await Promise.all([
      tidemark([...args, '--workers', '1', '--output-dir', 'one']),
      tidemark([...args, '--workers', '2', '--output-dir', 'two']),
    ]);
    const digests = resultOf(one).scenarios.map(({ historyDigest }) => historyDigest);
    expect(resultOf(two).scenarios.map(({ historyDigest }) => historyDigest)).toEqual(digests);
    expect(new Set(digests).size).toBe(2);
    expect(one.out).not.toContain('\u001B');
  });

  it('writes evidence and reports, and renders them again', async () => {
    const { code, out } = await tidemark(['run', 'word-count', '--runs', '30']);
    expect(code).toBe(0);
    expect(out).toContain('VALID');
    const latest = join(folder, '.tidemark/latest');
    const names = readdirSync(latest).sort();
    expect(names).toEqual([
      'cases',
      'evidence.json',
      'report.html',
      'result.json',
      'run.json',
      'summary.txt',
    ]);
    const page = readFileSync(join(latest, 'report.html'), 'utf8');
    const again = await tidemark(['report', '--reporter', 'html,junit']);
    expect(again.code).toBe(0);
    expect(readFileSync(join(latest, 'report.html'), 'utf8')).toBe(page);
    expect(readFileSync(join(latest, 'junit.xml'), 'utf8')).toContain('<testsuites');
  });

  it('replays and checks a case that it kept', async () => {
    const cases = join(folder, '.tidemark/latest/cases');
    const kept = join(cases, readdirSync(cases)[0] ?? '');
    const replay = await tidemark(['replay', join(kept, 'case.json')]);
    expect(replay).toMatchObject({ code: 0 });
    expect(replay.out).toContain('VALID');
    const history = join(kept, 'history.jsonl');
    const check = await tidemark(['check', history, '--case', join(kept, 'case.json'), '--json']);
    expect(check.code).toBe(0);
    expect(JSON.parse(check.out)).toEqual(
      JSON.parse(readFileSync(join(kept, 'verdict.json'), 'utf8')),
    );
  });

  it('refuses a history of another case', async () => {
    const cases = join(folder, '.tidemark/latest/cases');
    const kept = join(cases, readdirSync(cases)[0] ?? '');
    const saved = JSON.parse(readFileSync(join(kept, 'case.json'), 'utf8')) as {
      readonly case: { readonly deadlineMs: number };
    };
    const other = { ...saved.case, deadlineMs: saved.case.deadlineMs + 1 };
    writeFileSync(join(folder, 'other.json'), JSON.stringify(other));
    const args = ['check', join(kept, 'history.jsonl'), '--case', join(folder, 'other.json')];
    const { code, err } = await tidemark(args);
    expect(code).toBe(64);
    expect(err).toContain('recorded from another case');
  });

  it('says that there is nothing to shrink in a valid case, and leaves `latest` alone', async () => {
    const cases = join(folder, '.tidemark/latest/cases');
    const kept = join(cases, readdirSync(cases)[0] ?? '');
    const { code, out } = await tidemark(['shrink', join(kept, 'case.json')]);
    expect(code).toBe(0);
    expect(out).toBe('Nothing to shrink: this case is valid.\n');
    expect(await tidemark(['report', '--reporter', 'terminal'])).toMatchObject({ code: 0 });
  });

  it('reports the part it did when interrupted', async () => {
    const args = ['run', 'word-count', '--runs', '1000000', '--json', '--output-dir', 'stopped'];
    const { code, out } = await tidemark(args, /runs/);
    const result = validateResult(JSON.parse(out));
    expect(code).toBe(130);
    expect(result.interrupted).toBe(true);
    expect(result.scenarios[0]?.runs).toBeGreaterThan(0);
    expect(readdirSync(join(folder, 'stopped/latest'))).toContain('result.json');
  });
});
