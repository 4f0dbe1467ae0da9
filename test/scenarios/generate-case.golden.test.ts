/**
 * Seeds are an API: these digests pin what a seed means. A change of a generator changes them, and
 * needs a line in the changelog. (Update: `npx vitest run test/scenarios -u`.)
 */
import { describe, expect, test } from 'vitest';

import { digest64 } from '../../src/base/hash.ts';
import { canonicalJson } from '../../src/base/json.ts';
import { catalog } from '../../scenarios/catalog/index.ts';
import { defaultCase } from '../../scenarios/default-case.ts';

describe('digests of cases 0, 1 and 999 of seed 1', () => {
  test.each(catalog)('$id', (scenario) => {
    const digests = [0, 1, 999].map((run) => digest64(canonicalJson(scenario.generate(1, run))));
    expect(digests.join(' ')).toMatchSnapshot();
  });
});

test('digest of the default case of seed 1', () => {
  expect(digest64(canonicalJson(defaultCase(1)))).toMatchSnapshot();
});
