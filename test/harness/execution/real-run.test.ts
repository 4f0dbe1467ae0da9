import { describe, expect, it } from 'vitest';

import { runAimed } from '../../../harness/execution/real-run.ts';
import type { RealSubject } from '../../../harness/subjects/port/subject.ts';
import type { Case } from '../../../src/model/case.ts';
import type { Fault } from '../../../src/model/fault.ts';
import type { HistoryEvent } from '../../../src/model/history.ts';
import type { Verdict } from '../../../src/model/verdict/verdict.ts';
import { smallCase, withRecords } from '../fake/cases.ts';
import { subject as fake } from '../fake/subject.ts';

const atMs = (at: number): Fault => ({
  when: { at },
  action: { kind: 'crash', node: 'tm0', restartAfterMs: 10 },
});

const missed = {
  kind: 'vacuous',
  guarantee: null,
  text: 'a fault never took effect',
} as const;

/** Faults strike when `strikes` says so; a run in which one missed is vacuous. */
function subjectWhere(
  strikes: (fault: Fault, run: number) => boolean,
  { onModel, isViolated = false }: { onModel: (fault: Fault) => boolean; isViolated?: boolean },
): RealSubject & { readonly runs: Case[] } {
  const runs: Case[] = [];
  const check = (kase: Case, history: readonly HistoryEvent[]): Verdict => {
    const sound = fake.check(kase, history);
    const struck = history.filter(({ kind }) => kind === 'fault').length;
    if (struck === kase.schedule.length) return sound;
    if (isViolated) return { ...sound, status: 'invalid' };
    return { ...sound, status: 'unknown', unknowns: [missed] };
  };
  const historyWhere = (kase: Case, isStruck: (fault: Fault) => boolean): HistoryEvent[] =>
    kase.schedule.flatMap((fault, index): HistoryEvent[] =>
      isStruck(fault) ? [{ kind: 'fault', t: 1, fault: index, event: 'effect', detail: '' }] : [],
    );
  return {
    id: 'fake-real',
    runs,
    check,
    model: {
      id: 'fake-model',
      check,
      run: (kase) => ({ history: historyWhere(kase, onModel), messages: 0, virtualMs: 0 }),
    },
    run: async (kase) => {
      const run = runs.push(kase);
      const history = historyWhere(kase, (fault) => strikes(fault, run));
      return { history, messages: 0, virtualMs: 0 };
    },
  };
}

const planned = {
  ...withRecords(smallCase('s', 1), 4, () => false),
  schedule: [atMs(10), atMs(20), atMs(30)],
};
const isAt = (fault: Fault, at: number): boolean => 'at' in fault.when && fault.when.at === at;
const always = (): boolean => true;

describe('A6 every planned fault of a real run strikes', () => {
  it('leaves out what misses on the model already', async () => {
    const subject = subjectWhere(always, { onModel: (fault) => !isAt(fault, 20) });
    const run = await runAimed(subject, planned);
    expect(run.case.schedule).toEqual([atMs(10), atMs(30)]);
    expect(run.execution.verdict.status).toBe('valid');
    expect(run.aiming).toEqual({
      'faults-planned': 2,
      'faults-left-out': 1,
      'runs-repeated': 0,
    });
  });

  it('repeats a run in which a fault missed', async () => {
    const subject = subjectWhere((fault, run) => run > 1 || !isAt(fault, 30), { onModel: always });
    const run = await runAimed(subject, planned);
    expect(run.case).toEqual(planned);
    expect(run.execution.verdict.status).toBe('valid');
    expect(run.aiming['runs-repeated']).toBe(1);
  });

  it('leaves a fault out that missed twice, and says so', async () => {
    const subject = subjectWhere((fault) => !isAt(fault, 30), { onModel: always });
    const run = await runAimed(subject, planned);
    expect(run.case.schedule).toEqual([atMs(10), atMs(20)]);
    expect(run.aiming).toEqual({
      'faults-planned': 2,
      'faults-left-out': 1,
      'runs-repeated': 2,
    });
  });

  it('stays vacuous when another fault misses in the last run', async () => {
    const strikes = (fault: Fault, run: number): boolean =>
      !isAt(fault, 10) && (run < 3 || !isAt(fault, 20));
    const subject = subjectWhere(strikes, { onModel: always });
    const run = await runAimed(subject, planned);
    expect(run.execution.verdict.status).toBe('unknown');
    expect(run.case.schedule).toEqual([atMs(20), atMs(30)]);
    expect(subject.runs).toHaveLength(3);
  });

  it('never repeats a violation', async () => {
    const subject = subjectWhere(() => false, { onModel: always, isViolated: true });
    const run = await runAimed(subject, planned);
    expect(run.execution.verdict.status).toBe('invalid');
    expect(run.case).toEqual(planned);
    expect(subject.runs).toHaveLength(1);
  });
});
