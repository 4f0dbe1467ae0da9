/**
 * The search against the definition, on random small histories of every model: verdicts agree with
 * brute force under combinations of reduction switches, and the verifier accepts every certificate.
 */
import { describe, expect, test } from 'vitest';

import { RandomStream } from '../../../src/base/random.ts';
import { checkOperations } from '../../../src/linearizability/check.ts';
import type { OperationHistory } from '../../../src/linearizability/history/history.ts';
import type { SequentialModel } from '../../../src/linearizability/history/model.ts';
import { models } from '../../../src/linearizability/models/index.ts';
import { type FailedCas, partitionsOf } from '../../../src/linearizability/history/partitions.ts';
import {
  allReductions,
  reductionNames,
  type Reductions,
} from '../../../src/linearizability/history/reductions.ts';
import { rowsByObject, verifyCertificate } from '../../../src/linearizability/verify/verify.ts';
import { isLinearizable } from './brute-force.ts';
import { randomHistory } from './random-history.ts';

const runs = 5000 * Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1);
const names = Object.keys(models);
const runsPerModel = Math.ceil(runs / names.length);
const combinations = 1 << reductionNames.length;
/** All on, all off, and some others: over all cases every combination has its turn. */
const combinationsPerCase = 4;
/** Odd, so that it permutes the combinations: few runs meet both sides of every switch. */
const scattered = 2731;

function reductionsOf(bits: number): Reductions {
  const chosen = reductionNames.map((name, i) => [name, ((bits >> i) & 1) === 1] as const);
  return { ...allReductions, ...Object.fromEntries(chosen) };
}

interface Trial {
  readonly history: OperationHistory;
  readonly model: SequentialModel;
  readonly failedCas: FailedCas;
}

function trialOf(name: string, seed: number): Trial {
  const random = new RandomStream(seed, `brute force/${name}`);
  const history = randomHistory(random, {
    model: name,
    operations: random.between(1, 7),
    processes: random.between(1, 4),
    indefinite: random.pick([0, 0.2, 0.5]),
    altered: random.pick([0, 0.1, 0.3]),
    unique: random.chance(0.5),
  });
  const model = (models[name] as () => SequentialModel)();
  return { history, model, failedCas: random.pick(['observed', 'ignored']) };
}

function expected({ history, model, failedCas }: Trial): string {
  const parts = partitionsOf(history, model, { byKey: true, failedCas });
  return parts.every((p) => isLinearizable(history, [...p.ops], model)) ? 'valid' : 'invalid';
}

function requireCertificates(trial: Trial, reductions: Reductions, label: string): string {
  const { history, model, failedCas } = trial;
  const verdict = checkOperations(history, model, { failedCas, reductions });
  const objects = rowsByObject(history, model, { byKey: true, failedCas });
  for (const { certificate } of verdict.partitions) {
    if (certificate === null) continue;
    const rows = objects.get(-1) ?? [];
    const verification = verifyCertificate({ history, model, rows }, certificate, 1_000_000);
    expect({ label, ...verification }).toEqual({ label, status: 'verified', fault: null });
  }
  return verdict.verdict;
}

describe.each(names)('%s', (name) => {
  test(
    'agrees with brute force under every combination of reductions',
    { timeout: 600_000 },
    () => {
      const counts = { valid: 0, invalid: 0 };
      for (let seed = 0; seed < runsPerModel; seed++) {
        const trial = trialOf(name, seed);
        const wanted = expected(trial) as 'valid' | 'invalid';
        counts[wanted]++;
        for (let k = 0; k < combinationsPerCase; k++) {
          const cycled = ((seed * (combinationsPerCase - 1) + k) * scattered) % combinations;
          const bits = k === 0 ? combinations - 1 : cycled;
          const label = `${name}, seed ${seed}, reductions ${bits}`;
          const verdict = requireCertificates(trial, reductionsOf(bits), label);
          expect({ label, verdict }).toEqual({ label, verdict: wanted });
        }
      }
      // Neither side may be trivial, or nothing was compared.
      expect(Math.min(counts.valid, counts.invalid)).toBeGreaterThan(runsPerModel / 20);
    },
  );
});
