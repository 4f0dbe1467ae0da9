/**
 * Figures of the checker on operation histories: speed of verdicts, of reading, and memory.
 * Everything is generated from fixed seeds; times are the best of a few warm rounds.
 *
 * What a verdict's time holds: the call of checkOperations as `tidemark check` makes it, from the
 * history in memory to the verdict with its certificate: partitions, pre-checks, compilation,
 * searches, and the linearization, contradiction or dead frontier. Every round starts from nothing;
 * only the machine code is warm. Not in it: reading (figures of its own), the verifier
 * (`--verify`), the explanation of a violation, which is made when it is shown.
 */
import { readBinaryHistory, writeBinaryHistory } from '../operation-files/binary-format.ts';
import { toJsonLines } from '../operation-files/convert.ts';
import { readJsonLines } from '../operation-files/json-lines.ts';
import { checkOperations, type OperationVerdict } from '../../src/linearizability/check.ts';
import type { OperationHistory } from '../../src/linearizability/history/history.ts';
import type { SequentialModel } from '../../src/linearizability/history/model.ts';
import { models } from '../../src/linearizability/models/index.ts';
import {
  generateHistory,
  type HistoryShape,
  keyValueShape,
  registerShape,
  seedStepsMax,
} from './operation-histories.ts';

/** One figure: what was measured, the value, and what it should be. */
export interface LinearizabilityFigure {
  readonly name: string;
  readonly value: number;
  readonly unit: 'ms' | 'MB' | 'MB/s' | 'events/s';
  readonly goal: string;
}

const rounds = 8;
/** Bounds a surprise; no history measured here comes near it. */
const stepsMax = 100_000_000;

export function measureLinearizability(onStep: (text: string) => void): LinearizabilityFigure[] {
  onStep('100 histories of registers');
  const figures = suite();
  onStep('key-value histories');
  figures.push(...keyValue());
  onStep('hard histories');
  figures.push(...hard());
  onStep('reading');
  figures.push(...reading());
  onStep('a million operations');
  figures.push(...million());
  return figures;
}

function modelOf(shape: HistoryShape): SequentialModel {
  return (models[shape.model] as () => SequentialModel)();
}

function decide(history: OperationHistory, shape: HistoryShape): OperationVerdict {
  return checkOperations(history, modelOf(shape), { stepsMax });
}

function seedVerdict(history: OperationHistory, shape: HistoryShape): OperationVerdict {
  return checkOperations(history, modelOf(shape), { stepsMax: seedStepsMax });
}

function timeOf(action: () => void): number {
  const started = performance.now();
  action();
  return performance.now() - started;
}

function best(times: number, action: () => void): number {
  return Math.min(...Array.from({ length: times }, () => timeOf(action)));
}

/** Histories of `shape` with the wanted verdict, by increasing seeds. */
function histories(shape: HistoryShape, verdict: string, count: number): OperationHistory[] {
  const found: OperationHistory[] = [];
  for (let seed = 1; found.length < count && seed < 5000; seed++) {
    const history = generateHistory(seed, shape);
    if (seedVerdict(history, shape).verdict === verdict) found.push(history);
  }
  return found;
}

function suite(): LinearizabilityFigure[] {
  const all = [
    ...histories({ ...registerShape, badReads: 2 }, 'invalid', 75),
    ...histories(registerShape, 'valid', 25),
  ];
  let total = Infinity;
  let worst = Infinity;
  for (let round = 0; round < rounds * 4; round++) {
    const times = all.map((history) => timeOf(() => decide(history, registerShape)));
    total = Math.min(
      total,
      times.reduce((sum, ms) => sum + ms, 0),
    );
    worst = Math.min(worst, Math.max(...times));
  }
  return [
    { name: `${all.length} register histories, together`, value: total, unit: 'ms', goal: '< 8' },
    { name: 'the slowest of them', value: worst, unit: 'ms', goal: '< 0.5' },
  ];
}

function keyValue(): LinearizabilityFigure[] {
  const shape = keyValueShape;
  const bad = { ...shape, badReads: 1 };
  const figure = (name: string, of: HistoryShape, goal: string): LinearizabilityFigure => {
    const history = generateHistory(1, of);
    const times = of.operations > 10_000 ? 3 : rounds * 2;
    return { name, value: best(times, () => decide(history, of)), unit: 'ms', goal };
  };
  return [
    figure('key-value, 2,000 operations, legal', shape, '< 5'),
    figure('key-value, 2,000 operations, illegal', bad, '< 5'),
    figure('key-value, 200,000 operations', { ...shape, operations: 200_000 }, '< 1,000'),
  ];
}

function hard(): LinearizabilityFigure[] {
  const crashed: HistoryShape = {
    ...registerShape,
    clients: 10,
    operations: 200,
    values: 100,
    indefinite: 0.27,
    badReads: 1,
  };
  const wide = { ...registerShape, clients: 40, operations: 200, indefinite: 0 };
  const legal = generateHistory(1, wide);
  // Few values, written by several operations: what is wrong is the order alone.
  const few = { ...crashed, values: 20 };
  const fewest = { ...crashed, values: 5 };
  return [
    refutation('10 clients, 200 operations, 31 indefinite, refuted', crashed, { indefinite: 31 }),
    refutation('the same, 20 values, refuted by the search', few, {
      indefinite: 31,
      method: 'search',
    }),
    refutation('the same, 5 values, 32 indefinite, by the search', fewest, {
      indefinite: 32,
      method: 'search',
    }),
    {
      name: '40 clients, 200 operations, legal',
      value: best(rounds, () => decide(legal, wide)),
      unit: 'ms',
      goal: '< 50',
    },
  ];
}

/**
 * The first seed whose history is refuted with so many indefinite operations, by a method of that
 * name.
 */
function refutation(
  name: string,
  shape: HistoryShape,
  { indefinite, method = '' }: { readonly indefinite: number; readonly method?: string },
): LinearizabilityFigure {
  const isWanted = (history: OperationHistory): boolean => {
    const verdict = seedVerdict(history, shape);
    const isRefuted = verdict.indefinite === indefinite && verdict.verdict === 'invalid';
    return isRefuted && verdict.partitions[0]?.method.endsWith(method) === true;
  };
  let seed = 1;
  while (seed < 5000 && !isWanted(generateHistory(seed, shape))) seed++;
  const history = generateHistory(seed, shape);
  return { name, value: best(rounds, () => decide(history, shape)), unit: 'ms', goal: '< 100' };
}

function reading(): LinearizabilityFigure[] {
  const history = generateHistory(1, {
    ...registerShape,
    model: 'register',
    operations: 500_000,
    values: 0,
  });
  const lines = new TextEncoder().encode(toJsonLines(history));
  const binary = writeBinaryHistory(history);
  const linesMs = best(3, () => readJsonLines(lines, 'bench'));
  const binaryMs = best(rounds, () => readBinaryHistory(binary, 'bench'));
  const events = history.count * 2;
  const speed = (bytes: number, ms: number): number => bytes / 1000 / ms;
  return [
    {
      name: 'JSON Lines, events',
      value: (events * 1000) / linesMs,
      unit: 'events/s',
      goal: '≥ 1,000,000',
    },
    {
      name: 'JSON Lines, bytes',
      value: speed(lines.length, linesMs),
      unit: 'MB/s',
      goal: 'or ≥ 200',
    },
    {
      name: 'binary history, bytes',
      value: speed(binary.length, binaryMs),
      unit: 'MB/s',
      goal: '≥ 1,000',
    },
  ];
}

function million(): LinearizabilityFigure[] {
  const shape: HistoryShape = {
    ...registerShape,
    model: 'register',
    clients: 10,
    operations: 1_000_000,
    indefinite: 0,
    values: 100,
  };
  const figure = (name: string, of: HistoryShape): LinearizabilityFigure => {
    const history = generateHistory(1, of);
    return { name, value: best(2, () => decide(history, of)), unit: 'ms', goal: '< 3,000' };
  };
  const figures = [
    figure('register, 1,000,000 operations, 100 values', shape),
    figure('register, 1,000,000 operations, one bad read', { ...shape, badReads: 1 }),
    figure('register, 1,000,000 operations, unique values', { ...shape, values: 0 }),
  ];
  const rss = process.memoryUsage().rss / 1e6;
  return [
    ...figures,
    { name: 'memory of the process after it', value: rss, unit: 'MB', goal: '< 1,000' },
  ];
}

/** A table for people. */
export function linearizabilityText(figures: readonly LinearizabilityFigure[]): string {
  const rows = figures.map(({ name, value, unit, goal }) => {
    const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.max(1, value))));
    const shown = value.toLocaleString('en-US', { maximumFractionDigits: digits });
    return `  ${name.padEnd(54)} ${shown.padStart(12)} ${unit.padEnd(9)} ${goal}`;
  });
  return `${rows.join('\n')}\n`;
}
