/**
 * The fake subject in a world: runs take time on a clock of their own, and show a loss only as
 * often as a test says, drawn from a seed.
 */
import type { ImmediateSubject, RealSubject } from '../../../harness/subjects/port/subject.ts';
import { RandomStream } from '../../../src/base/random.ts';
import type { Case } from '../../../src/model/case.ts';
import { subject as fake } from './subject.ts';

export interface FakeWorld extends RealSubject {
  readonly runs: number;
  readonly now: () => number;
}

interface WorldSettings {
  /** How probably a case that can show the loss does; negative: the run ends in an error. */
  readonly shows: (kase: Case, run: number) => number;
  /** Whether the model has the defect. */
  readonly inModel: boolean;
  readonly runMs?: number;
}

/** Faults strike, and lose nothing. */
const soundModel: ImmediateSubject = {
  id: 'sound-model',
  run: (kase) => fake.run(withoutPoison(kase)),
  check: (kase, history) => fake.check(withoutFaults(kase), history),
};

export function fakeWorld({ shows, inModel, runMs = 1000 }: WorldSettings): FakeWorld {
  const draw = new RandomStream(7, 'fake-world');
  let runs = 0;
  return {
    id: 'fake-world',
    get runs() {
      return runs;
    },
    now: () => runs * runMs,
    model: inModel ? fake : soundModel,
    run: (kase) => {
      const probability = shows(kase, runs++);
      if (probability < 0) return Promise.reject(new Error('no node came up'));
      return Promise.resolve(fake.run(draw.chance(probability) ? kase : withoutPoison(kase)));
    },
    // What was lost is told by the history: the fake checker looks at the case alone.
    check: (kase, history) => {
      const rows = history.flatMap((event) => (event.kind === 'visible' ? event.rows : []));
      const lost = rows.length < recordCount(kase);
      return fake.check(lost ? kase : withoutFaults(kase), history);
    },
  };
}

export function recordCount(kase: Case): number {
  return kase.workload.splits.reduce((sum, { records }) => sum + records.length, 0);
}

function withoutPoison(kase: Case): Case {
  const splits = kase.workload.splits.map((log) => ({
    ...log,
    records: log.records.map((record) => ({ ...record, value: record.id })),
  }));
  return { ...kase, workload: { splits } };
}

function withoutFaults(kase: Case): Case {
  return { ...kase, schedule: [] };
}
