import { describe, expect, it } from 'vitest';

import { answer } from '../../../harness/run/job.ts';
import type { RunOutcome } from '../../../harness/run/outcome.ts';
import { confirmRuns, shrinkReal } from '../../../harness/shrink/shrink-real.ts';
import type { RealSubject } from '../../../harness/subjects/subject.ts';
import type { Case } from '../../../src/model/case.ts';
import { smallCase, withRecords } from '../fake/cases.ts';
import { catalog } from '../fake/scenarios.ts';
import { subject as fake } from '../fake/subject.ts';

const settings = { anomalies: [], runsMax: 400, mustReach: false };
const failing = withRecords(smallCase('fake', 1), 40, (id) => id === 17);

/** The fake subject in a world where a violation shows in the runs that `shows` chooses. */
function flaky(shows: (run: number) => boolean): RealSubject & { runs: number } {
  const real = {
    id: 'flaky',
    runs: 0,
    model: fake,
    check: fake.check.bind(fake),
    run: (kase: Case) => {
      const lucky = { ...kase, schedule: [] };
      return Promise.resolve(fake.run(shows(real.runs++) ? kase : lucky));
    },
  };
  const judge = fake.check.bind(fake);
  return Object.assign(real, {
    check: (kase: Case, history: Parameters<typeof judge>[1]) => {
      const rows = history.flatMap((event) => (event.kind === 'visible' ? event.rows : []));
      const records = kase.workload.splits.flatMap((log) => [...log.records]);
      return judge(rows.length === records.length ? { ...kase, schedule: [] } : kase, history);
    },
  });
}

describe('shrinking what a real subject showed', () => {
  it('shrinks on the model and says how often the small case shows it in the world', async () => {
    const subject = flaky((run) => run % 2 === 0);
    const result = await shrinkReal(subject, failing, settings);
    expect(result.confirmed).toBe(true);
    expect(result.rate).toEqual({ shown: 2, of: confirmRuns });
    expect(result.to.events).toBeLessThan(result.from.events);
    expect(result.execution.verdict.status).toBe('invalid');
  });

  it('keeps the case as found when the small one never shows it', async () => {
    const subject = flaky((run) => run === 0);
    const result = await shrinkReal(subject, failing, settings);
    expect(result.case).toBe(failing);
    expect(result.execution.verdict.status).toBe('invalid');
    expect(result.rate).toBeUndefined();
  });

  it('keeps the evidence of a violation that would not show again', async () => {
    const subject = flaky((run) => run === 0);
    const scenario = { ...catalog[0]!, id: 'once', generate: () => failing };
    const bench = { subject, scenarios: [scenario] };
    const runs = { kind: 'runs', scenario: 'once', seed: 1, from: 0, to: 1, step: 1 } as const;
    const outcomes = (await answer(bench, runs)) as readonly RunOutcome[];
    expect(outcomes).toMatchObject([{ status: 'invalid' }]);
    expect(outcomes[0]?.evidence).toMatchObject({
      case: failing,
      execution: { verdict: { status: 'invalid' } },
    });
    expect(subject.runs).toBe(1);
  });
});
