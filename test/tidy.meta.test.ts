/**
 * Habits that no linter looks at: columns of comments too, classes that stay small, no statement
 * that only hides an unused name, and comments that name what exists.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';

import {
  classLengths,
  codeNamed,
  codeOf,
  commentLines,
  filesNamed,
  hiddenNames,
  longLines,
} from './support/house/tidiness.ts';

const root = join(import.meta.dirname, '..');
const columns = 100;
const classLinesMax = 250;

/** Longer ones, with their lengths: a number here may fall, and goes when it is small enough. */
const longClasses: Readonly<Record<string, number>> = {
  Task: 380,
  Search: 351,
  PaneReader: 300,
  JobManager: 295,
  Rows: 278,
  Run: 273,
  KeyChains: 260,
  Simulation: 260,
  VectorCheck: 257,
};

/** Event times of rows, which look like files. */
const eventTimes: readonly string[] = ['left', 'right', 'row', 'partner', 'after'].map(
  (row) => `${row}.ts`,
);

/** Their long lines are another language in a template: styles, SQL, HTML. */
const texts: readonly string[] = [
  'harness/bench/processes-html.ts',
  'harness/bench/processes-plot.ts',
  'harness/subjects/processes/postgres-schema.ts',
  'reports/markup/style.ts',
];

const sources = ['src', 'harness', 'scenarios', 'reports', 'test'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
    .map((name) => ({
      file: join(folder, name),
      text: readFileSync(join(root, folder, name), 'utf8'),
    })),
);

describe('the sources', () => {
  it('keep to 100 columns, comments too', () => {
    const long = sources
      .filter(({ file }) => !texts.includes(file))
      .flatMap(({ file, text }) => longLines(text, columns).map((line) => `${file}:${line}`));
    expect(long).toEqual([]);
    expect(sources.length).toBeGreaterThan(900);
  });

  it('have the texts in another language that are listed', () => {
    const long = sources.filter(({ text }) => longLines(text, columns).length > 0);
    expect(long.map(({ file }) => file).toSorted()).toEqual([...texts]);
  });

  it('hide no unused name behind `void`', () => {
    const hidden = sources.flatMap(({ file, text }) =>
      hiddenNames(text).map((name) => `${file}: ${name}`),
    );
    expect(hidden).toEqual([]);
  });

  it('have classes of at most 250 lines, but for the listed ones, which do not grow', () => {
    const long = sources
      .flatMap(({ text }) => classLengths(text))
      .filter(({ lines }) => lines > classLinesMax);
    const grown = long.filter(({ name, lines }) => lines > (longClasses[name] ?? classLinesMax));
    expect(grown).toEqual([]);
    const gone = Object.keys(longClasses).filter(
      (name) => !long.some((each) => each.name === name),
    );
    expect(gone).toEqual([]);
  });

  it('name in their comments only files that exist', () => {
    const known = sources.map(({ file }) => file);
    const names = new Set(known.map((file) => basename(file)));
    const exists = (file: string): boolean =>
      file.includes('/') ? known.some((each) => each.endsWith(file)) : names.has(file);
    const missing = sources.flatMap(({ file, text }) =>
      filesNamed(text)
        .filter((name) => !exists(name) && !eventTimes.includes(name))
        .map((name) => `${file}: ${name}`),
    );
    expect(missing).toEqual([]);
  });

  it('name in their comments only code that exists', () => {
    const words = new Set(sources.flatMap(({ text }) => codeOf(text).match(/\w+/g) ?? []));
    const missing = sources.flatMap(({ file, text }) =>
      codeNamed(text)
        .filter((name) => !words.has(name))
        .map((name) => `${file}: ${name}`),
    );
    expect(missing).toEqual([]);
  });
});

describe('the tidy test', () => {
  const wide = 'x'.repeat(columns);

  it('sees a long comment and long code, but no long literal', () => {
    const source = [`// ${wide}`, `  * ${wide}`, `const ${wide} = 1;`, `f('${wide}');`].join('\n');
    expect(longLines(source, columns)).toEqual([1, 2, 3]);
    expect(longLines(`/*\n ${wide}\n */`, columns)).toEqual([2]);
  });

  it('knows which lines are comments', () => {
    const source = '/** a\n * b */\nf(); // c\n// d\n/* e */\ng();';
    expect(commentLines(source).map(({ line }) => line)).toEqual([1, 2, 4, 5]);
    expect(codeOf(source)).toBe('f(); // c\ng();');
  });

  it('measures classes', () => {
    const source = 'export class A {\n  f() {\n  }\n}\n\nabstract class B {\n}\n';
    expect(classLengths(source)).toEqual([
      { name: 'A', lines: 4 },
      { name: 'B', lines: 2 },
    ]);
  });

  it('sees a hidden name, and no promise that nobody waits for', () => {
    expect(hiddenNames('  void group;\n  void work();\n// void old;')).toEqual(['group']);
  });

  it('reads the names in comments', () => {
    const source =
      '/** See a/b.ts, ../c.ts and {@link SomeThing}; `aName`, `word`, `f.gH()`. */\nx';
    expect(filesNamed(source)).toEqual(['a/b.ts', 'c.ts']);
    expect(codeNamed(source)).toEqual(['SomeThing', 'aName', 'gH']);
    expect(codeNamed('// Flink `StreamTask`')).toEqual([]);
  });
});
