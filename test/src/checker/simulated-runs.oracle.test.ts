/**
 * No false alarm on the reference engine: simulated runs under faults are explained. Repeats at
 * sinks that promise no more than at-least-once are the only anomalies there may be.
 */
import { expect, test } from 'vitest';
import { simulate } from '../../../harness/subjects/simulate.ts';
import { catalog } from '../../../scenarios/catalog/index.ts';
import { checkHistory } from '../../support/checker/verified.ts';

const runs = Math.ceil(12 * Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1));
const repeats = new Set(['duplicate-replay', 'duplicate', 'reorder']);

test.each(catalog.map((scenario) => [scenario.id, scenario] as const))(
  'runs of %s are explained',
  (_, scenario) => {
    let outputs = 0;
    for (let run = 0; run < runs; run++) {
      const kase = scenario.generate(20, run);
      const verdict = checkHistory(kase, simulate(kase).history);
      const wrong = verdict.anomalies
        .filter(({ name }) => !repeats.has(name))
        .map(({ name, explanation }) => `${name}: ${explanation.sentence}`);
      expect({ run, wrong }).toEqual({ run, wrong: [] });
      expect({ run, status: verdict.status === 'invalid' }).toEqual({ run, status: false });
      outputs += verdict.coverage['outputs'] ?? 0;
    }
    expect(outputs).toBeGreaterThan(0);
  },
);
