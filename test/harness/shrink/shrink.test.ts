import { describe, expect, it } from 'vitest';

import { shrink } from '../../../harness/shrink/shrink.ts';
import { withSplits } from '../../../harness/shrink/workload-passes.ts';
import type { Subject } from '../../../harness/subjects/port/subject.ts';
import { defaultOptions } from '../../../src/model/options.ts';
import { traceFields } from '../../../src/model/trace.ts';
import { validateCase } from '../../../src/model/validate/validate-case.ts';
import { smallCase, withRecords } from '../fake/cases.ts';
import { subject } from '../fake/subject.ts';

const failing = withRecords(smallCase('lossy', 3), 40, (id) => id === 17 || id === 30);
const settings = { anomalies: [], runsMax: 1000, mustReach: false };

describe('shrinking', () => {
  it('ends at the one record, the one fault and the shortest job that matter', async () => {
    const { case: smallest, ...result } = await shrink(subject, failing, settings);
    expect(result).toMatchObject({
      anomaly: 'loss',
      from: { events: 40, faults: 2 },
      to: { events: 1, faults: 1 },
      confirmed: true,
      limit: null,
      real: null,
    });
    expect(smallest.schedule).toEqual([
      { when: { at: 0 }, action: { kind: 'crash', node: 'tm1', restartAfterMs: 1 } },
    ]);
    expect(smallest.workload.splits).toHaveLength(1);
    expect(smallest.pipeline.operators.map(({ id }) => id)).toEqual(['in', 'out']);
    expect(smallest.options).toEqual({ ...defaultOptions, taskManagers: 2 });
  });

  it('keeps ids: the record is the one of the original case', async () => {
    const { case: smallest } = await shrink(subject, failing, settings);
    const [record] = smallest.workload.splits.flatMap((log) => log.records);
    expect([17, 30]).toContain(record?.id);
  });

  it('is deterministic, and its result is a valid case', async () => {
    const first = await shrink(subject, failing, settings);
    const second = await shrink(subject, failing, settings);
    expect(second.case).toEqual(first.case);
    expect(validateCase(JSON.parse(JSON.stringify(first.case)))).toEqual(first.case);
  });

  it('A8: stops at its limit and says so', async () => {
    const result = await shrink(subject, failing, { ...settings, runsMax: 5 });
    expect(result.limit).toMatchObject({ limit: 'shrink-runs', value: 5 });
    expect(result.runs).toBe(5);
    expect(result.confirmed).toBe(true);
  });

  it('leaves a case without anomaly as it is', async () => {
    const kase = withRecords(smallCase('sound', 3), 4, () => false);
    const result = await shrink(subject, kase, settings);
    expect(result).toMatchObject({ anomaly: null, confirmed: false });
    expect(result.case).toBe(kase);
  });

  it('does not follow another anomaly', async () => {
    // With one fault less this subject shows another anomaly: both faults must stay.
    const shifting: Subject = {
      ...subject,
      check: (kase, history) => {
        const verdict = subject.check(kase, history);
        if (kase.schedule.length > 1) return verdict;
        return {
          ...verdict,
          anomalies: verdict.anomalies.map((anomaly) => ({ ...anomaly, name: 'reorder' })),
        };
      },
    };
    const result = await shrink(shifting, failing, settings);
    expect(result.anomaly).toBe('loss');
    expect(result.to.faults).toBe(2);
  });

  it('does not count a candidate that makes the subject throw', async () => {
    const fragile: Subject = {
      ...subject,
      run: (kase) => {
        const { history, ...rest } = subject.run(kase);
        if (kase.workload.splits.length < 2) throw new Error('needs two splits');
        return { history, ...rest };
      },
    };
    const { case: smallest } = await shrink(fragile, failing, settings);
    expect(smallest.workload.splits).toHaveLength(2);
  });
});

describe('dropping a split', () => {
  it('renumbers the traces of the others', () => {
    const base = smallCase('traced', 1);
    const traced = {
      ...base,
      workload: {
        splits: base.workload.splits.map(({ split }, index) => ({
          split,
          records: [{ id: index, at: 0, ts: 0, key: 'a', value: traceFields(index, index, 2) }],
        })),
      },
    };
    const kept = withSplits(traced, ['s1']);
    expect(kept.workload.splits[0]?.records[0]?.value).toEqual(traceFields(1, 0, 1));
  });
});
