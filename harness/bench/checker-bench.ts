/**
 * The linear checker on one long traceable history in memory.
 */
import type { BenchFigures } from './figures.ts';

type CheckerFigures = Pick<BenchFigures, 'checkerRecordsPerSecond' | 'checkerRecords'>;

const records = 1_000_000;

export async function measureChecker(): Promise<CheckerFigures> {
  return Promise.resolve({ checkerRecordsPerSecond: null, checkerRecords: records });
}
