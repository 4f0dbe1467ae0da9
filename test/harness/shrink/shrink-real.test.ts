/**
 * Runs of a fake world: how often a loss shows is drawn from a seed, and time is counted in runs.
 */
import { describe, expect, it } from 'vitest';

import { missesFor } from '../../../harness/shrink/shrink-on-subject.ts';
import { confirmRuns } from '../../../harness/shrink/real-runs.ts';
import { shrinkReal, type RealShrinkSettings } from '../../../harness/shrink/shrink-real.ts';
import type { ShrinkResult } from '../../../harness/shrink/shrink.ts';
import { executeNow } from '../../../harness/execution/execute.ts';
import type { Case } from '../../../src/model/case.ts';
import { smallCase, withRecords } from '../fake/cases.ts';
import { subject as fake } from '../fake/subject.ts';
import { fakeWorld, recordCount, type FakeWorld } from '../fake/world.ts';

const failing = withRecords(smallCase('fake', 1), 40, (id) => id === 17);
const found = executeNow(fake, failing);
const hour = 3_600_000;

function shrunk(
  world: FakeWorld,
  settings: Partial<RealShrinkSettings> = {},
): Promise<ShrinkResult> {
  const { now } = world;
  const base = { anomalies: [], runsMax: 400, mustReach: false, budgetMs: hour, found, now };
  return shrinkReal(world, failing, { ...base, ...settings });
}

const smallest = { events: 1, faults: 1 };

describe('shrinking what a real subject showed and its model shows', () => {
  it('shrinks on the model and says how often the small case shows it in the world', async () => {
    const world = fakeWorld({ shows: () => 0.5, inModel: true });
    const result = await shrunk(world);
    expect(result).toMatchObject({ to: smallest, confirmed: true, limit: null });
    expect(result.real).toMatchObject({
      subject: 'fake-world',
      shrunkOn: 'simulator',
      rateAsFound: null,
      showsInSimulator: true,
      anomaliesInSimulator: ['loss'],
    });
    expect(result.real?.rate?.of).toBe(confirmRuns);
    expect(result.real?.rate?.shown).toBeGreaterThan(0);
    expect(world.runs).toBe(confirmRuns);
    expect(result.execution.verdict.status).toBe('invalid');
  });

  it('goes on in the world when the small case never shows it there', async () => {
    const shows = (kase: Case): number => (recordCount(kase) >= 4 ? 1 : 0);
    const result = await shrunk(fakeWorld({ shows, inModel: true }));
    expect(result.to).toEqual({ events: 4, faults: 1 });
    expect(result.real).toMatchObject({
      shrunkOn: 'subject',
      rate: { shown: 5, of: 5, failed: 0 },
      showsInSimulator: true,
    });
  });
});

describe('shrinking what the model does not show', () => {
  it('ends at the one record and the one fault that matter', async () => {
    const result = await shrunk(fakeWorld({ shows: () => 1, inModel: false }));
    expect(result).toMatchObject({ to: smallest, confirmed: true, limit: null, anomaly: 'loss' });
    expect(result.case.pipeline.operators.map(({ id }) => id)).toEqual(['in', 'out']);
    expect(result.real).toEqual({
      subject: 'fake-world',
      rate: { shown: 5, of: 5, failed: 0 },
      rateAsFound: { shown: 5, of: 5, failed: 0 },
      shrunkOn: 'subject',
      triesMax: 2,
      showsInSimulator: false,
      anomaliesInSimulator: [],
    });
  });

  it('gives a candidate more runs where every second one shows it', async () => {
    const result = await shrunk(fakeWorld({ shows: () => 0.5, inModel: false }));
    expect(result.to).toEqual(smallest);
    expect(result.real?.triesMax).toBeGreaterThan(2);
    expect(result.real?.rate?.shown).toBeGreaterThan(0);
    expect(result.execution.verdict.status).toBe('invalid');
  });

  it('goes back to a case that shows it as often when smaller ones were luck', async () => {
    const shows = (kase: Case): number => (recordCount(kase) >= 6 ? 1 : 0.15);
    const result = await shrunk(fakeWorld({ shows, inModel: false }));
    expect(result.to.events).toBeGreaterThanOrEqual(6);
    expect(result.to.events).toBeLessThan(40);
    expect(result.real?.rate).toEqual({ shown: 5, of: 5, failed: 0 });
  });

  it('A8: stops at its budget, confirms within it, and says so', async () => {
    const world = fakeWorld({ shows: () => 1, inModel: false });
    const result = await shrunk(world, { budgetMs: 20_000 });
    expect(result.limit).toMatchObject({ limit: 'shrink-budget', value: 20_000 });
    expect(result.to.events).toBeLessThan(result.from.events);
    expect(result.to.events).toBeGreaterThan(1);
    expect(result.real?.rate).toEqual({ shown: 5, of: 5, failed: 0 });
    expect(world.now()).toBeLessThanOrEqual(20_000);
  });

  it('keeps the case as it was found when it never shows again, and says so', async () => {
    const world = fakeWorld({ shows: () => 0, inModel: false });
    const result = await shrunk(world, { budgetMs: 60_000 });
    expect(result).toMatchObject({ case: failing, confirmed: true, limit: null });
    expect(result.execution).toBe(found);
    expect(result.real).toMatchObject({
      shrunkOn: null,
      rate: { shown: 0, of: 15, failed: 0 },
      showsInSimulator: false,
    });
  });

  it('counts runs that end in an error apart', async () => {
    const shows = (_: Case, run: number): number => (run % 2 === 0 ? 1 : -1);
    const result = await shrunk(fakeWorld({ shows, inModel: false }));
    expect(result.real?.rateAsFound).toEqual({ shown: 3, of: 3, failed: 2 });
    expect(result.to.events).toBeLessThan(result.from.events);
  });
});

describe('a saved case without the run in which it was found', () => {
  it('is run until it shows', async () => {
    const shows = (_: Case, run: number): number => (run < 3 ? 0 : 1);
    const world = fakeWorld({ shows, inModel: false });
    expect((await shrunk(world, { found: null, anomalies: ['loss'] })).to).toEqual(smallest);
  });

  it('is left alone when it shows nothing', async () => {
    const world = fakeWorld({ shows: () => 0, inModel: false });
    const result = await shrunk(world, { found: null, anomalies: ['loss'] });
    expect(result).toMatchObject({ anomaly: null, confirmed: false, case: failing });
    expect(world.runs).toBe(confirmRuns);
  });
});

describe('the number of runs of a candidate that may show nothing', () => {
  it('follows from how often the original shows it', () => {
    const misses = [5, 4, 3, 2, 1].map((shown) => missesFor({ shown, of: 5, failed: 0 }));
    expect(misses).toEqual([1, 2, 3, 4, 5]);
  });
});
