/**
 * ARCHITECTURE.md names the laws of the codebase and, for each, the tests that execute it. Here:
 * those files exist, and a test in each of them carries the law's id in its title.
 */
import { describe, expect, it } from 'vitest';

import { readDocument, sections } from './documents.ts';

const laws = sections(readDocument('ARCHITECTURE.md'), 3).filter(({ title }) =>
  /^A\d+ /.test(title),
);

/** Titles of suites and tests: the first text in the call. */
const titlePattern = /\b(?:describe|it|test)(?:\.\w+)*\(\s*(['"`])(.*?)\1/g;

function titlesOf(file: string): string[] {
  return [...readDocument(file).matchAll(titlePattern)].map((match) => match[2] ?? '');
}

describe('the laws of ARCHITECTURE.md', () => {
  it('are A1 to A10', () => {
    const ids = laws.map(({ title }) => title.split(' ')[0]);
    expect(ids).toEqual(Array.from({ length: 10 }, (_, i) => `A${i + 1}`));
  });

  it.each(laws.map(({ title, text }) => [title, text]))('%s is executed', (title, text) => {
    const id = title.split(' ')[0] ?? '';
    const named = text.slice(text.indexOf('Executed by')).matchAll(/`(test\/[^`]+)`/g);
    const files = [...named].map((match) => match[1] ?? '');
    expect(files).not.toEqual([]);
    for (const file of files) {
      const carriesId = titlesOf(file).some((each) => new RegExp(`\\b${id}\\b`).test(each));
      expect(carriesId, `${file} has a test of ${id}`).toBe(true);
    }
  });
});
