import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { subject as simulator } from '../../../../harness/subjects/simulator.ts';
import { catalog } from '../../../../scenarios/catalog/index.ts';
import type { Scenario } from '../../../../scenarios/scenario.ts';
import { canonicalJson } from '../../../../src/base/json.ts';
import { present } from '../../../../src/base/assert.ts';
import { checkHistory } from '../../../support/checker/verified.ts';
import type { Case } from '../../../../src/model/case.ts';
import type { History } from '../../../../src/model/history.ts';
import type { Row, Value } from '../../../../src/model/value.ts';
import { CaseRig } from './case-rig.ts';

/** Where splits race, which record is late is open: both worlds are right with different output. */
const racing: ReadonlySet<string> = new Set([
  'earthquakes',
  'flights',
  'random',
  'idle-splits',
  'backpressure',
  'two-stage-windows',
  'late-sessions',
  'card-fraud',
  'ad-clicks',
  'long-tails',
  'ended-splits',
  'endings',
]);
/** Cases looked through for the shortest. */
const candidates = 40;

const rig = new CaseRig();
beforeAll(() => rig.open());
afterAll(() => rig.close());

/**
 * Fewer checkpoints, or a stop before the input ends, could be none or too soon on a slow machine.
 */
const checkpointsMin = 4;

/** The fault-free case of the scenario that is over first. */
function shortest(scenario: Scenario): { readonly kase: Case; readonly history: History } {
  const runs = Array.from({ length: candidates }, (_, run) => {
    const kase: Case = { ...scenario.generate(1, run), schedule: [] };
    return { kase, ...simulator.run(kase) };
  });
  const whole = runs.filter(({ kase }) => kase.options.stop === null);
  whole.sort((a, b) => a.virtualMs - b.virtualMs);
  // Some scenarios are over before so many can be taken: they are about their first one.
  const telling = whole.find(({ history }) => checkpointsIn(history) >= checkpointsMin);
  return present(telling ?? whole[0], 'a case');
}

function checkpointsIn(history: History): number {
  return history.filter((event) => event.kind === 'checkpoint' && event.event === 'completed')
    .length;
}

/**
 * What does not depend on how records of different splits met: of running aggregates the last of
 * each key, of lists of ids the sorted list.
 */
function essence(history: History): string[] {
  const rows = history.flatMap((event) => (event.kind === 'visible' ? event.rows : []));
  const last = new Map<string, Row>();
  const others: string[] = [];
  for (const row of rows) {
    const count = memberOf(row.value, 'n');
    if (typeof count !== 'number' || memberOf(row.value, 'q') === undefined) {
      others.push(canonicalJson({ ...row, value: withSortedIds(row.value) }));
      continue;
    }
    const known = last.get(row.key);
    if (known === undefined || Number(memberOf(known.value, 'n')) < count) last.set(row.key, row);
  }
  return [
    ...others,
    ...[...last.values()].map(({ key, value }) => canonicalJson({ key, value })),
  ].sort();
}

type Members = Readonly<Record<string, Value>>;

const membersOf = (value: Value): Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {};

const memberOf = (value: Value, name: string): Value | undefined => membersOf(value)[name];

function withSortedIds(value: Value): Value {
  const result = memberOf(value, 'result') ?? null;
  const ids = memberOf(result, 'ids');
  if (!Array.isArray(ids)) return value;
  const sorted = ids.map(Number).sort((a, b) => a - b);
  return { ...membersOf(value), result: { ...membersOf(result), ids: sorted } };
}

describe('without faults', () => {
  const entries = catalog.map((scenario) => [scenario.id, scenario] as const);

  it.concurrent.each(entries.filter(([id]) => !racing.has(id)))(
    'simulator and processes commit the same: %s',
    { timeout: 60_000 },
    async (_, scenario) => {
      const { kase, history } = shortest(scenario);
      const real = await rig.historyOf(kase);
      expect(checkHistory(kase, real).status).toBe('valid');
      expect(essence(real)).toEqual(essence(history));
    },
  );

  it.concurrent.each(entries.filter(([id]) => racing.has(id)))(
    'simulator and processes are both explained: %s',
    { timeout: 60_000 },
    async (_, scenario) => {
      const { kase, history } = shortest(scenario);
      expect(checkHistory(kase, history).status).toBe('valid');
      expect(checkHistory(kase, await rig.historyOf(kase)).status).toBe('valid');
    },
  );
});
