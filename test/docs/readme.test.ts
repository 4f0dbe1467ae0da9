/**
 * Executes README.md: every shell command runs (with fewer runs where it asks for many), what it
 * prints contains the `text` block that follows, line by line, and the TypeScript is a test that
 * passes. Blocks marked `console` are samples of long runs and are not compared.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

import { isKnown } from '../../harness/subjects/subjects.ts';
import { codeBlocks, projectRoot, readDocument } from './documents.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidemark-readme-'));
afterAll(() => rmSync(folder, { recursive: true }));

const readme = readDocument('README.md');
const blocks = codeBlocks(readme);
const { scripts } = JSON.parse(readDocument('package.json')) as {
  readonly scripts: Readonly<Record<string, string>>;
};
const launcher = join(projectRoot, 'harness/cli/launcher.js');

interface Printed {
  readonly code: number;
  readonly out: string;
}

/** The `tidemark` arguments of a command line; null for what is not a `tidemark` command. */
function argumentsOf(line: string): string[] | null {
  if (line === 'npm ci') return null;
  const script = /^npm (?:run )?(\S+)$/.exec(line)?.[1];
  const full = script === undefined ? line : (scripts[script] ?? '');
  const args = /^(?:npx tidemark|node harness\/cli\/main\.ts) (.*)$/.exec(full)?.[1];
  expect(args, `a command of this project: ${line}`).toBeDefined();
  return (args ?? '').split(' ');
}

const fewer: readonly string[] = ['--runs', '--clean-runs'];

/** The same with one run instead of many. */
function cheap(args: readonly string[]): string[] {
  const changed = args.map((arg, i) => (fewer.includes(args[i - 1] ?? '') ? '1' : arg));
  const all = args[0] === 'run' && !args.includes('--runs') ? [...changed, '--runs', '1'] : changed;
  // Shrinking further what is small already is all that is shown.
  return args[0] === 'shrink' ? [...all, '--runs', '30'] : all;
}

function tidemark(args: readonly string[]): Promise<Printed> {
  return new Promise((resolve) => {
    execFile(process.execPath, [launcher, ...args], { cwd: folder }, (error, stdout) => {
      resolve({ code: error === null ? 0 : Number(error.code), out: stdout });
    });
  });
}

/** What may come out. One run is too little for some scenarios: then the verdict is unknown. */
function codesOf(line: string): number[] {
  if (/^npx tidemark (replay|check|shrink) /.test(line)) return [1];
  if (line === 'npm start' || line.includes('--runs')) return [0, 2];
  return [0];
}

/** Folders are named by time, and times depend on the machine. */
function steady(line: string): string {
  return line
    .trim()
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d/g, 'TIME')
    .replaceAll(/[\d.,]+ (ms|s|min)\b/g, '# $1')
    .replaceAll(/\s+[\d.]+\/s/g, ' #/s')
    .replaceAll(/\s+/g, ' ');
}

/** Every quoted line is printed, in this order; one that ends in … is the beginning of a line. */
function expectQuoted(quote: string, printed: string, command: string): void {
  const lines = printed.split('\n').map(steady);
  let from = 0;
  for (const line of quote.split('\n').map(steady)) {
    if (line === '' || line === '…') continue;
    const start = line.endsWith('…') ? line.slice(0, -1).trim() : null;
    const at = lines.findIndex(
      (each, i) => i >= from && (start === null ? each === line : each.startsWith(start)),
    );
    expect(at, `"${line}" is printed by ${command}:\n${printed}`).toBeGreaterThanOrEqual(0);
    from = at + 1;
  }
}

interface Step {
  readonly command: string;
  readonly line: number;
  /** The `text` block behind the command; null: none. */
  readonly quote: string | null;
}

const steps: Step[] = blocks.flatMap((block, i) => {
  if (block.language !== 'sh') return [];
  const next = blocks[i + 1];
  const quote = next?.language === 'text' ? next.code : null;
  const commands = block.code.split('\n').filter((line) => line !== '');
  return commands.map((command, at) => ({
    command,
    line: block.line + 1 + at,
    quote: at === commands.length - 1 ? quote : null,
  }));
});

describe('a command of README.md', () => {
  it('installs what package.json asks for', () => {
    const lock = JSON.parse(readDocument('package-lock.json')) as {
      readonly packages: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    };
    const manifest = JSON.parse(readDocument('package.json')) as Record<string, unknown>;
    for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
      expect(lock.packages['']?.[kind]).toEqual(manifest[kind]);
    }
  });

  it('finds the file shown before it', () => {
    const json = blocks.find(({ language }) => language === 'json');
    const name = /Say this is `(\S+)`/.exec(readme)?.[1];
    expect([json?.code, name]).not.toContain(undefined);
    writeFileSync(join(folder, name ?? ''), `${json?.code ?? ''}\n`);
  });

  it.each(steps.map((step) => [step.command, step] as const))(
    '%s does what is said',
    async (command, { line, quote }) => {
      const args = argumentsOf(command);
      if (args === null) return;
      const subject = /--subject (\S+)/.exec(command)?.[1] ?? 'simulator';
      expect(isKnown(subject)).toBe(true);
      // Real processes have tests of their own; here the name has to be right.
      if (subject !== 'simulator') return;
      const { code, out } = await tidemark(cheap(args));
      expect(codesOf(command), `exit code in line ${line}:\n${out}`).toContain(code);
      if (quote !== null) expectQuoted(quote, out, command);
    },
    120_000,
  );
});

describe('the TypeScript of README.md', () => {
  const examples = blocks.filter(({ language }) => language === 'ts');

  it('is there', () => expect(examples).toHaveLength(2));

  it.each(examples.map(({ line, code }) => [line, code] as const))(
    'in line %i is a test that passes',
    async (line, code) => {
      const shim = join(folder, `vitest-${line}.mjs`);
      writeFileSync(
        shim,
        `export { expect } from '${import.meta.resolve('vitest')}';
         export const bodies = [];
         export const test = (name, body) => bodies.push(body);\n`,
      );
      const library = pathToFileURL(join(projectRoot, 'harness/index.ts')).href;
      const file = join(folder, `example-${line}.test.ts`);
      writeFileSync(
        file,
        code
          .replaceAll("'tidemark'", `'${library}'`)
          .replaceAll("'fast-check'", `'${import.meta.resolve('fast-check')}'`)
          .replaceAll("'vitest'", `'${pathToFileURL(shim).href}'`),
      );
      await import(pathToFileURL(file).href);
      const { bodies } = (await import(pathToFileURL(shim).href)) as {
        readonly bodies: readonly (() => Promise<void>)[];
      };
      expect(bodies).toHaveLength(1);
      for (const body of bodies) await body();
    },
    60_000,
  );
});

describe('README.md', () => {
  it('shows pictures that exist and are small', () => {
    const images = [...readme.matchAll(/\.github\/images\/[\w-]+\.png/g)].map(([path]) => path);
    expect(images).toHaveLength(2);
    for (const image of images) {
      expect(readFileSync(join(projectRoot, image)).length).toBeLessThan(300_000);
    }
  });
});
