/** The catalogue as a whole: names, texts, promises, and that what it asks for does happen (A9). */
import { describe, expect, test } from 'vitest';

import { checkHistory } from '../../src/checker/check.ts';
import { catalog } from '../../scenarios/catalog/index.ts';
import { simulate } from '../../harness/subjects/simulate.ts';

const runs = Math.ceil(40 * Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1));

test('ids are unique and fit for file names and flags', () => {
  const ids = catalog.map((scenario) => scenario.id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
});

test('every scenario says in two or three sentences what it verifies', () => {
  for (const { describes, title } of catalog) {
    expect(title.length).toBeLessThan(40);
    expect(describes).toMatch(/ Verified: /);
    expect(describes.split(/[.;] /).length).toBeLessThanOrEqual(4);
  }
});

test('one scenario is expected to be at-least-once, the others to be valid', () => {
  const weak = catalog.filter((scenario) => scenario.expectation !== 'valid');
  expect(weak.map((scenario) => [scenario.id, scenario.expectation])).toEqual([
    ['at-least-once', { strongest: 'at-least-once' }],
  ]);
});

describe('A9: what a scenario asks for happens in a short campaign', () => {
  test.each(catalog)('$id', (scenario) => {
    const met = new Set<string>();
    for (let run = 0; run < runs && met.size < scenario.sometimes.length; run++) {
      const kase = scenario.generate(1, run);
      const { coverage } = checkHistory(kase, simulate(kase).history);
      for (const { name, anyOf } of scenario.sometimes) {
        if (anyOf.some((count) => (coverage[count] ?? 0) > 0)) met.add(name);
      }
    }
    expect([...met].sort()).toEqual(scenario.sometimes.map(({ name }) => name).sort());
  });
});
