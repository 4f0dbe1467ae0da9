import { describe, expect, it } from 'vitest';

import { codeOfReal, realBugsText } from '../../../harness/cli/commands/known-bugs-real.ts';
import type { RealBugResult } from '../../../harness/known-bugs/measure-real-bug.ts';
import type { RealBugsResult } from '../../../harness/known-bugs/real-bugs-run.ts';
import { noPaint } from '../../../reports/terminal/paint.ts';

const found: RealBugResult = {
  id: 'no-alignment',
  modelledOn: 'nothing',
  onlySimulated: null,
  detected: true,
  reached: true,
  runs: 3,
  runsToDetection: 3,
  anomalies: ['offset-skew'],
  unexpected: [],
  undecided: 1,
  simulated: { runs: 60, violations: 20, crashed: 0, candidates: 5 },
  clean: { runs: 3, falseAlarms: 0, vacuous: 1, undecided: 0 },
  case: { events: 1, faults: 2 },
  file: null,
  limit: null,
  wallMs: 5_000,
};
const missed: RealBugResult = { ...found, detected: false, runsToDetection: null, limit: 'runs' };
const elsewhere: RealBugResult = { ...missed, runs: 0, onlySimulated: 'Nodes cannot show it.' };

function resultOf(...bugs: readonly RealBugResult[]): RealBugsResult {
  return {
    schemaVersion: 1,
    subject: 'processes',
    seed: 1,
    bugs,
    cleanRuns: 3,
    falseAlarms: 0,
    cleanVacuous: 1,
    cleanUnknown: 0,
    interrupted: false,
    wallMs: 9_000,
  };
}

describe('known-bugs on a real subject', () => {
  it('succeeds when every bug that makes sense there was found, and names the others', () => {
    const result = resultOf(found, elsewhere);
    expect(codeOfReal(result)).toBe(0);
    const text = realBugsText(result, noPaint);
    expect(text).toContain('✓ no-alignment           3  1 record, 2 faults     offset-skew');
    expect(text).toContain('1 of 1 planted bug detected on processes, in 9.0 s.');
    expect(text).toContain('0 false alarms, 1 run vacuous, 0 undecided; 2 runs');
    expect(text).toContain('Not looked for: no-alignment. Nodes cannot show it.');
  });

  it('says why a bug was not found when it ends in unknown', () => {
    expect(codeOfReal(resultOf(missed))).toBe(2);
    expect(realBugsText(resultOf(missed), noPaint)).toContain(
      'Unknown: no-alignment shows in none of 3 runs; try more --runs.',
    );
    const unreached = { ...missed, reached: false, limit: 'bug-wall-ms' } as const;
    expect(realBugsText(resultOf(unreached), noPaint)).toContain(
      'has its line reached in none of 3 runs; its time was up.',
    );
    const simulated = { runs: 60, violations: 20, crashed: 0, candidates: 0 };
    const nowhere = { ...missed, simulated };
    expect(realBugsText(resultOf(nowhere), noPaint)).toContain('shows in 20 of 60 simulated runs');
    const thrown = { ...missed, simulated: { ...simulated, crashed: 60 } };
    expect(realBugsText(resultOf(thrown), noPaint)).toContain('60 simulated runs threw.');
  });

  it('fails when nodes without the bug gave a false alarm, and says when it was stopped', () => {
    expect(codeOfReal({ ...resultOf(found), falseAlarms: 1 })).toBe(1);
    const stopped = { ...resultOf(found), interrupted: true };
    expect(codeOfReal(stopped)).toBe(130);
    expect(realBugsText(stopped, noPaint)).toContain('Interrupted: this is a part.');
  });
});
