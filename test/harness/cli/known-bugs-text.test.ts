import { describe, expect, it } from 'vitest';

import { codeOf, knownBugsText } from '../../../harness/cli/commands/known-bugs.ts';
import type { KnownBugsResult } from '../../../harness/known-bugs/known-bugs-run.ts';
import { noPaint } from '../../../reports/terminal/paint.ts';

const result: KnownBugsResult = {
  schemaVersion: 1,
  seed: 1,
  bugs: [
    {
      id: 'no-alignment',
      modelledOn: 'nothing',
      detected: true,
      reached: true,
      runs: 50,
      detections: 5,
      detectionProbability: 0.1,
      interval: { low: 0.04, high: 0.2 },
      runsToDetection: { median: 3, p95: 9 },
      anomalies: ['duplicate'],
      unexpected: [],
      crashed: 0,
      shrunk: { events: 1, faults: 1 },
      shrunkFrom: { events: 9, faults: 2 },
      minimalFaults: 1,
      file: null,
      confirmed: true,
    },
  ],
  cleanRuns: 50,
  falseAlarms: 0,
  cleanUnknown: 3,
  interrupted: false,
};
const missed = { ...result, bugs: result.bugs.map((bug) => ({ ...bug, detected: false })) };

describe('known-bugs', () => {
  it('succeeds when every bug was found, whatever some runs left open', () => {
    expect(codeOf(result)).toBe(0);
    expect(knownBugsText(result, noPaint)).toContain('1 of 1 planted bugs detected.');
    expect(knownBugsText(result, noPaint)).toContain('1 record, 1 fault ');
  });

  it('says which bug was not found when it ends in unknown', () => {
    expect(codeOf(missed)).toBe(2);
    expect(knownBugsText(missed, noPaint)).toContain('Unknown: no-alignment shows in none of 50');
  });

  it('fails when the unmodified engine gave a false alarm', () => {
    expect(codeOf({ ...result, falseAlarms: 1 })).toBe(1);
  });
});
