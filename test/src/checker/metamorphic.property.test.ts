/**
 * What must not matter: names of keys, numbers of ids, names of splits; and checking twice. The
 * same planted anomaly must be found under every renaming.
 */
import { describe, expect, test } from 'vitest';
import { checkHistory } from '../../support/checker/verified.ts';
import type { Case } from '../../../src/model/case.ts';
import type { History } from '../../../src/model/history.ts';
import { legalRun, makeCase, makeLogs } from './legal-run.ts';
import * as mutate from './mutate.ts';
import { bodies } from './pipelines.ts';

type Renaming = (text: string) => string;

const renamings: Readonly<Record<string, Renaming>> = {
  'keys permuted': (text) =>
    text.replaceAll(/"k([012])"/g, (_, k: string) => `"k${(Number(k) + 1) % 3}"`),
  'keys with other names': (text) =>
    text.replaceAll(/"k([012])"/g, (_, k: string) => `"customer ${k} é"`),
  'splits with other names': (text) => text.replaceAll(/"s([012])"/g, '"log/$1"'),
};

const pipelines = [
  'stateless',
  'reduce-collect',
  'reduce-trace',
  'tumbling',
  'session',
  'late',
  'sort',
];

const planted: Readonly<Record<string, mutate.Mutation>> = {
  nothing: (history) => [...history],
  'a lost row': mutate.dropRow(),
  'a transaction twice': mutate.showAgain,
  'an early commit': mutate.showEarly,
};

function summary(kase: Case, history: History): unknown {
  const { status, guarantees, anomalies, strongest, coverage } = checkHistory(kase, history);
  const counts = Object.fromEntries(Object.entries(coverage));
  return {
    status,
    guarantees,
    strongest,
    counts,
    anomalies: new Set(anomalies.map(({ name, count }) => `${name} ${count}`)),
  };
}

describe.each(Object.keys(renamings))('%s', (renaming) => {
  test.each(pipelines)('leave the verdict on %s as it is', (name) => {
    const rename = renamings[renaming] as Renaming;
    const again = <T>(value: T): T => JSON.parse(rename(JSON.stringify(value))) as T;
    for (let seed = 1; seed <= 3; seed++) {
      const logs = makeLogs(seed, { splits: 3, records: 15, keys: 3, disorder: 30 });
      const operators = bodies[name]?.(['s0', 's1', 's2'], 10) ?? [];
      const kase = makeCase({ operators, splits: logs });
      for (const mutation of Object.values(planted)) {
        const history = mutation(legalRun(kase, seed));
        if (history === null) continue;
        const expected = summary(kase, history);
        expect(summary(kase, history)).toEqual(expected);
        expect(summary(again(kase), again(history))).toEqual(expected);
      }
    }
  });
});
