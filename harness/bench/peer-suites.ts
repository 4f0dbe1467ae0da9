/**
 * Suites of operation histories that Tidemark and a peer both read from the same files: the peer's
 * own test data, and generated ones written as JSON Lines. Not here: checking them.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { present } from '../../src/base/assert.ts';
import { checkOperations } from '../../src/linearizability/check.ts';
import type { OperationHistory } from '../../src/linearizability/history/history.ts';
import type { SequentialModel } from '../../src/linearizability/history/model.ts';
import { models } from '../../src/linearizability/models/index.ts';
import { toJsonLines } from '../operation-files/convert.ts';
import {
  generateHistory,
  type HistoryShape,
  keyValueShape,
  registerShape,
  seedStepsMax,
} from './operation-histories.ts';

/** One history in a file; `model` is what both sides judge it by. */
export interface PeerFile {
  readonly path: string;
  readonly format: 'jepsen' | 'porcupine-kv' | 'jsonl';
  readonly model: 'cas-register' | 'key-value';
}

export interface PeerSuite {
  readonly name: string;
  readonly files: readonly PeerFile[];
}

/** A fresh model of what a file holds. */
export function peerModel(name: PeerFile['model']): SequentialModel {
  return present(models[name], name)();
}

const seedsMax = 5_000;

const crashed = { ...registerShape, clients: 10, operations: 200, values: 100, indefinite: 0.27 };
const long = { ...registerShape, clients: 10, operations: 10_000, values: 100, indefinite: 0 };

/** The histories that Porcupine's tests read; a folder that is not there gives no suite. */
export function checkoutSuites(checkout: string): PeerSuite[] {
  const suite = (name: string, folder: string, of: Omit<PeerFile, 'path'>): PeerSuite[] => {
    const path = join(checkout, 'test_data', folder);
    if (!existsSync(path)) return [];
    const names = readdirSync(path).filter((file) => /\.(?:log|txt)$/.test(file));
    const files = names
      .toSorted()
      .map((file) => ({ ...of, path: join(path, file) }))
      // One of the logs ends before the first operation: nothing to check.
      .filter((file) => readFileSync(file.path, 'utf8').includes(':invoke'));
    return [{ name: `${files.length} ${name}`, files }];
  };
  return [
    ...suite('etcd logs', 'jepsen', { format: 'jepsen', model: 'cas-register' }),
    ...suite('key-value logs', 'kv', { format: 'porcupine-kv', model: 'key-value' }),
  ];
}

/** Writes the generated suites into `folder`. */
export function generatedSuites(folder: string): PeerSuite[] {
  const suite = (name: string, histories: readonly Generated[]): PeerSuite => ({
    name,
    files: histories.map(({ history, model }, index) => {
      const path = join(folder, `${name.replaceAll(/\W+/g, '-')}-${index}.jsonl`);
      writeFileSync(path, toJsonLines(history));
      return { path, format: 'jsonl', model };
    }),
  });
  return [
    suite('100 generated registers', [
      ...wanted({ ...registerShape, badReads: 2 }, { verdict: 'invalid', count: 75 }),
      ...wanted(registerShape, { verdict: 'valid', count: 25 }),
    ]),
    suite('10 clients with 31 indefinite, illegal', [
      ...wanted({ ...crashed, badReads: 1 }, { verdict: 'invalid', count: 1, indefinite: 31 }),
    ]),
    suite('40 clients at once', [made({ ...registerShape, clients: 40, operations: 200 })]),
    suite('key-value, 50 clients', [made(keyValueShape), made({ ...keyValueShape, badReads: 1 })]),
    suite('key-value, long', [made({ ...keyValueShape, operations: 20_000 })]),
    suite('register, long', [made(long), made({ ...long, badReads: 1 })]),
  ];
}

interface Generated {
  readonly history: OperationHistory;
  readonly model: PeerFile['model'];
}

interface Wanted {
  readonly verdict: 'valid' | 'invalid';
  readonly count: number;
  readonly indefinite?: number;
}

function made(shape: HistoryShape, seed = 1): Generated {
  return { history: generateHistory(seed, shape), model: shape.model as PeerFile['model'] };
}

/** Histories of `shape` with the wanted verdict, by increasing seeds. */
function wanted(shape: HistoryShape, { verdict, count, indefinite }: Wanted): Generated[] {
  const found: Generated[] = [];
  for (let seed = 1; found.length < count && seed < seedsMax; seed++) {
    const candidate = made(shape, seed);
    const model = peerModel(candidate.model);
    const settings = { stepsMax: seedStepsMax, failedCas: 'observed' } as const;
    const judged = checkOperations(candidate.history, model, settings);
    if (judged.verdict !== verdict) continue;
    if (indefinite === undefined || judged.indefinite === indefinite) found.push(candidate);
  }
  return found;
}
