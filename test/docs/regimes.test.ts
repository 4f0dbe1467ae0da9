/**
 * `src/checker/README.md` against the table of regimes: a chapter for each, in its order, whose
 * examples are judged by it as they say.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { regimes } from '../../src/checker/delivery/regimes.ts';
import { codeBlocks, projectRoot, readDocument, sections } from './documents.ts';
import { type Example, judge, logs } from './regime-examples.ts';

const text = readDocument('src/checker/README.md');
const chapter = sections(text, 2).find(({ title }) => title === 'The regimes')?.text ?? '';
const screens = sections(text, 3).map((section) => ({
  name: section.title.replaceAll('`', ''),
  text: section.text,
  examples: codeBlocks(section.text).filter(({ language }) => language === 'json'),
}));
const examples = screens.flatMap(({ name, examples: blocks }) =>
  blocks.map(({ code }, i) => ({ name, number: i + 1, example: JSON.parse(code) as Example })),
);

describe('the regimes of the README of the checker', () => {
  it('are those of the table, in its order', () => {
    expect(screens.map(({ name }) => name)).toEqual(regimes.map(({ name }) => name));
  });

  it('have an example each; the late output of nested windows shares that of the main one', () => {
    const bare = screens.filter((screen) => screen.examples.length === 0).map(({ name }) => name);
    expect(bare).toEqual(['nested-late']);
    expect(JSON.stringify(screens.find(({ name }) => name === 'nested')?.examples)).toContain(
      'late',
    );
  });

  it('fill a screen each', () => {
    const long = screens.filter(
      (screen) => screen.text.replaceAll(/```.*?```/gs, '').split('\n').length > 50,
    );
    expect(long).toEqual([]);
  });

  it.each(examples)('$name, example $number, is judged as it says', ({ name, example }) => {
    const judged = judge(example);
    const said = example.shows.map(({ status, found }) => ({ status, found }));
    expect(judged.map(({ status, found }) => ({ status, found }))).toEqual(said);
    for (const { regimes: chosen } of judged) {
      expect(chosen).toEqual(example.lateOf === undefined ? [name] : [`${name}-late`, name]);
    }
  });

  it('name files that exist', () => {
    const named = [...chapter.matchAll(/`([\w-]+(?:\/[\w-]*)*(?:\.ts|\/))`/g)].map(
      ([, name]) => name ?? '',
    );
    const checker = join(projectRoot, 'src/checker');
    const missing = named.filter(
      (name) => !existsSync(join(checker, name)) && !existsSync(join(checker, 'delivery', name)),
    );
    expect(named.length).toBeGreaterThan(15);
    expect(missing).toEqual([]);
  });

  it('list the records of the examples', () => {
    const rows = [...chapter.matchAll(/^\| (s\d) +\| (\d+) +\| (\d+) +\| (\d+) +\| (\d+) +\|$/gm)];
    const listed = rows.map(([, split, ...numbers]) => [split, ...numbers.map(Number)]);
    const real = Object.entries(logs).flatMap(([split, records]) =>
      records.map((record, offset) => [split, offset, ...record]),
    );
    expect(listed).toEqual(real);
  });
});
