/**
 * Tidemark against a peer on the same files, in one run: the peer in its own process first, then
 * the checker here. Both time checking alone, in the same rounds.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';

import { checkOperations } from '../../src/linearizability/check.ts';
import { parseHistory } from '../operation-files/read-history.ts';
import { compareSuite, type PeerFigures, type PeerMeasured } from './peer-figures.ts';
import { buildPorcupine, porcupineCheckout, type PeerRounds, runPeer } from './peer-porcupine.ts';
import {
  checkoutSuites,
  generatedSuites,
  peerModel,
  type PeerFile,
  type PeerSuite,
} from './peer-suites.ts';

const defaultRounds: PeerRounds = { timeoutMs: 10_000, rounds: 20, enoughMs: 1_000 };

/** Throws InputError when Go or the checkout is missing. Leaves nothing behind. */
export async function measurePorcupine(
  path: string | undefined,
  onStep: (text: string) => void,
): Promise<PeerFigures> {
  const checkout = porcupineCheckout(path);
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-peer-'));
  try {
    onStep('building the peer');
    const program = await buildPorcupine(checkout, folder);
    onStep('writing histories');
    const suites = [...checkoutSuites(checkout), ...generatedSuites(folder)];
    onStep('Porcupine');
    const { go, suites: theirs } = await runPeer(program, suites, {
      folder,
      rounds: defaultRounds,
    });
    onStep('Tidemark');
    const ours = suites.map((suite) => measureSuite(suite, defaultRounds));
    return {
      schemaVersion: 1,
      peer: 'porcupine',
      node: process.versions.node,
      go,
      cpu: cpus()[0]?.model ?? 'unknown processor',
      cores: cpus().length,
      timeoutMs: defaultRounds.timeoutMs,
      suites: suites.map((suite, i) => compareSuite(suite, ours[i] ?? [], theirs[i] ?? [])),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Rounds over the whole suite, as the peer does it. */
export function measureSuite(
  { files }: PeerSuite,
  { rounds, enoughMs }: Pick<PeerRounds, 'rounds' | 'enoughMs'>,
): PeerMeasured[] {
  const checks = files.map(prepared);
  const times = files.map((): number[] => []);
  const verdicts = checks.map((check, index) => timed(check, times[index] ?? []));
  for (let round = 1; round < rounds; round++) {
    checks.forEach((check, index) => {
      const own = times[index] ?? [];
      if (own.reduce((sum, ms) => sum + ms, 0) <= enoughMs) timed(check, own);
    });
  }
  return verdicts.map(({ operations, verdict }, index) => {
    const own = times[index] ?? [];
    return { operations, verdict, firstMs: own[0] ?? 0, bestMs: Math.min(...own) };
  });
}

type Check = () => Pick<PeerMeasured, 'operations' | 'verdict'>;

function timed(check: Check, times: number[]): ReturnType<Check> {
  const startedAt = performance.now();
  const result = check();
  times.push(performance.now() - startedAt);
  return result;
}

/** Reads a file; the rest is what is timed. A failed compare-and-set says that it did not hold. */
function prepared({ path, format, model }: PeerFile): Check {
  const history = parseHistory(readFileSync(path), path, format);
  return () => {
    const { verdict } = checkOperations(history, peerModel(model), { failedCas: 'observed' });
    return { operations: history.count, verdict };
  };
}
