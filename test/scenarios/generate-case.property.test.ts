/** What every generated case has in common: it is valid, reproducible, and easy to shrink. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { canonicalJson } from '../../src/base/json.ts';
import type { Case } from '../../src/model/case.ts';
import { validateCase } from '../../src/model/validate/validate-case.ts';
import { catalog } from '../../scenarios/catalog/index.ts';
import { defaultCase } from '../../scenarios/default-case.ts';
import { generateCase } from '../../scenarios/scenario.ts';

const runs = Math.ceil(60 * Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1));

/** As a reader of the saved file would see it. */
function reread(kase: Case): unknown {
  return JSON.parse(JSON.stringify(kase));
}

function without<T>(list: readonly T[], index: number): T[] {
  return list.filter((_, i) => i !== index);
}

describe.each(catalog)('$id', (scenario) => {
  test('every generated case is valid, and JSON keeps all of it', () => {
    for (let run = 0; run < runs; run++) {
      const kase = generateCase(scenario, 11, run);
      const copy = reread(kase);
      expect(copy).toEqual(kase);
      expect(validateCase(copy)).toBe(copy);
    }
  });

  test('A1 A2: case i of a seed does not depend on what was generated before', () => {
    const forwards = [0, 1, 2, 3].map((run) => canonicalJson(scenario.generate(5, run)));
    const backwards = [3, 2, 1, 0].map((run) => canonicalJson(scenario.generate(5, run)));
    expect(backwards.reverse()).toEqual(forwards);
    expect(new Set(forwards).size).toBe(4);
  });

  test('another seed gives other cases', () => {
    expect(canonicalJson(scenario.generate(5, 0))).not.toBe(canonicalJson(scenario.generate(6, 0)));
  });

  test('a case stays valid without any one of its faults or records', () => {
    for (let run = 0; run < 10; run++) {
      const kase = generateCase(scenario, 12, run);
      kase.schedule.forEach((_, i) => {
        validateCase({ ...kase, schedule: without(kase.schedule, i) });
      });
      kase.workload.splits.forEach((log, i) => {
        if (log.records.length === 0) return;
        const thinner = { ...log, records: without(log.records, run % log.records.length) };
        const splits = kase.workload.splits.map((other, j) => (i === j ? thinner : other));
        expect(validateCase({ ...kase, workload: { splits } })).toBeDefined();
      });
    }
  });

  test('fast-check can draw and shrink cases of it', () => {
    const property = fc.property(scenario.arbitrary, (kase) => {
      expect(validateCase(kase).scenario).toBe(scenario.id);
    });
    fc.assert(property, { numRuns: Math.ceil(runs / 3), seed: 1 });
  });
});

test('default cases are valid, of the promised size, and differ by seed', () => {
  const seen = new Set<string>();
  for (let seed = 0; seed < runs; seed++) {
    const kase = validateCase(defaultCase(seed));
    seen.add(canonicalJson(kase));
    expect(kase.options.taskManagers).toBe(3);
    expect(kase.workload.splits.flatMap((log) => log.records)).toHaveLength(200);
    expect(kase.schedule.length).toBeGreaterThanOrEqual(2);
    expect(kase.schedule.length).toBeLessThanOrEqual(4);
  }
  expect(seen.size).toBe(runs);
  expect(defaultCase(3, 0).schedule).toEqual([]);
});
