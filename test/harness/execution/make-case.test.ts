/**
 * What a scenario makes is checked like a file: refused whole, by scenario, run and path, before
 * anything runs on it.
 */
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';

import { defineScenario, InputError, verify } from '../../../harness/index.ts';
import { makeCase } from '../../../harness/execution/make-case.ts';
import { verifyScenarios } from '../../../harness/campaign/verify-scenarios.ts';
import type { Pieces, Scenario, ScenarioDefinition } from '../../../scenarios/scenario.ts';
import type { SinkSpec } from '../../../src/model/pipeline.ts';
import { fakePool, fakeSettings, quietHooks } from '../fake/pool.ts';
import { sound } from '../fake/scenarios.ts';

/** Pieces that are right; `connector` is that of the sink. */
function pieces(connector: SinkSpec['connector'] = 'two-phase'): Pieces {
  return {
    workload: {
      splits: [{ split: 's0', records: [{ id: 1, at: 0, ts: 0, key: 'k', value: { n: 1 } }] }],
    },
    pipeline: {
      name: 'small',
      maxParallelism: 8,
      operators: [
        {
          kind: 'source',
          id: 'in',
          parallelism: 1,
          splits: ['s0'],
          watermark: {
            strategy: 'bounded',
            outOfOrdernessMs: 0,
            emission: 'per-record',
            intervalMs: 50,
            idlenessMs: null,
          },
        },
        { kind: 'key-by', id: 'keyed', input: 'in', key: { fn: 'key' } },
        {
          kind: 'reduce',
          id: 'sum',
          input: 'keyed',
          parallelism: 1,
          aggregate: { fn: 'sum', field: 'n' },
        },
        { kind: 'sink', id: 'out', input: 'sum', parallelism: 1, connector },
      ],
    },
  };
}

const definition: ScenarioDefinition<unknown> = {
  id: 'mine',
  title: 'Mine',
  describes: 'A scenario of a user.',
  parameters: fc.constant(null),
  make: () => pieces(),
  promises: ['exactly-once'],
  sometimes: [],
};

/** The definition with one thing wrong in what `make` returns. */
function withPieces(change: (right: Pieces) => unknown): Scenario {
  return defineScenario({ ...definition, make: () => change(pieces()) as Pieces });
}

function operator(index: number, changes: Record<string, unknown>): (right: Pieces) => unknown {
  return ({ pipeline, ...rest }) => ({
    ...rest,
    pipeline: {
      ...pipeline,
      operators: pipeline.operators.map((o, i) => (i === index ? { ...o, ...changes } : o)),
    },
  });
}

const wrong: readonly (readonly [string, Scenario, RegExp])[] = [
  [
    'a function that is not there',
    withPieces(operator(2, { aggregate: { fn: 'som', field: 'n' } })),
    /pipeline\.operators\[2\]\.aggregate\.fn: found "som".*did you mean "sum"/,
  ],
  [
    'a parameter that is not there',
    withPieces(operator(2, { aggregate: { fn: 'sum', feild: 'n' } })),
    /pipeline\.operators\[2\]\.aggregate\.field: found nothing/,
  ],
  [
    'an input that is not there',
    withPieces(operator(3, { input: 'sums' })),
    /pipeline\.operators\[3\]\.input: found "sums".*did you mean "sum"/,
  ],
  [
    'no pipeline',
    withPieces(({ pipeline: pipelin, ...rest }) => ({ ...rest, pipelin })),
    /pipelin: .*did you mean "pipeline"/,
  ],
  [
    'another mode',
    withPieces((right) => ({ ...right, mode: 'exactly-onse' })),
    /mode: found "exactly-onse".*did you mean "exactly-once"/,
  ],
  [
    'a value that JSON cannot hold',
    withPieces((right) => ({
      ...right,
      workload: {
        splits: [{ split: 's0', records: [{ id: 1, at: 0, ts: 0, key: 'k', value: NaN }] }],
      },
    })),
    /workload\.splits\[0\]\.records\[0\]\.value: found NaN, expected a number that JSON can hold/,
  ],
  [
    'two records of one id',
    withPieces((right) => {
      const record = { id: 1, at: 0, ts: 0, key: 'k', value: 1 };
      return { ...right, workload: { splits: [{ split: 's0', records: [record, record] }] } };
    }),
    /records\[1\]\.id: found 1, expected an id no other record has \(split s0 offset 0 has it\)/,
  ],
  [
    'a split without end',
    withPieces((right) => ({ ...right, workload: { splits: [{ split: 's0', records: [{}] }] } })),
    /workload\.splits\[0\]\.records\[0\]\.at: found nothing/,
  ],
  [
    'a promise that the sink cannot keep',
    defineScenario({ ...definition, make: () => pieces('append') }),
    /promises\[0\]: found "exactly-once", expected a promise that the append sink "out" can keep; use/,
  ],
  [
    'options that do not go together',
    defineScenario({
      ...definition,
      tune: (options) => ({ ...options, heartbeatTimeoutMs: options.heartbeatIntervalMs }),
    }),
    /options\.heartbeatTimeoutMs: .*expected more than heartbeatIntervalMs/,
  ],
  [
    'a fault of nobody',
    defineScenario({
      ...definition,
      faults: () =>
        fc.constant([
          { when: { at: 1 }, action: { kind: 'crash', node: 'tm', restartAfterMs: 1 } },
        ]),
    }),
    /schedule\[0\]\.action\.node: found "tm"/,
  ],
  [
    'an exception',
    defineScenario({
      ...definition,
      make: () => {
        throw new ReferenceError('splts is not defined');
      },
    }),
    /drawing it: found "ReferenceError: splts is not defined".*thrown at .*make-case\.test\.ts/,
  ],
];

describe('a case of a scenario', () => {
  it('is what the scenario made, when that is right', () => {
    const scenario = defineScenario(definition);
    expect(makeCase(scenario, 1, 3)).toEqual(scenario.generate(1, 3));
  });

  it.each(wrong)('with %s is refused by scenario, run and path', (_, scenario, message) => {
    const make = (): unknown => makeCase(scenario, 1, 3);
    expect(make).toThrow(InputError);
    expect(make).toThrow(/this case of scenario "mine" \(seed 1, run 3\) was refused/);
    expect(make).toThrow(message);
  });

  it.each(wrong)('with %s is refused by verify', async (_, scenario, message) => {
    const verifying = verify(scenario, { runs: 2 });
    await expect(verifying).rejects.toThrow(InputError);
    await expect(verifying).rejects.toThrow(message);
  });

  it('is refused whoever generates it', () => {
    const byHand: Scenario = { ...sound, generate: () => ({ ...sound.generate(1, 0), seed: -1 }) };
    expect(() => makeCase(byHand, 7, 0)).toThrow(/"sound" \(seed 7, run 0\)[^]*seed: found -1/);
  });
});

describe('a campaign', () => {
  const pool = fakePool(2);
  afterAll(() => pool.end());

  it('is refused whole when a worker meets such a case', async () => {
    const running = verifyScenarios(pool, fakeSettings(['sound', 'misspelt']), quietHooks);
    await expect(running).rejects.toThrow(InputError);
    await expect(running).rejects.toThrow(
      /"misspelt" \(seed 7, run 30\)[^]*operators\[3\]\.aggregate\.fn: found "coumt".*"count"/,
    );
  });
});
