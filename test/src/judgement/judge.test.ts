/**
 * From anomalies to guarantees: what a name refutes, what one instance refutes beyond it, and what
 * an upsert sink forgives.
 */
import { expect, test } from 'vitest';
import { Findings, type Report } from '../../../src/judgement/findings.ts';
import { judge } from '../../../src/judgement/judge.ts';
import { guarantees, type Guarantee } from '../../../src/model/guarantee.ts';
import type { Blame } from '../../../src/model/verdict/verdict.ts';

const nobody: Blame = {
  checkpoint: null,
  restoredFrom: null,
  attempt: null,
  fault: null,
  forensics: null,
  claims: [],
};

function refutedBy(report: Partial<Report>, upserts: readonly string[] = []): readonly Guarantee[] {
  const findings = new Findings();
  findings.decide(...guarantees);
  findings.report({ name: 'phantom', operator: 'sink', sentence: '', ...report });
  const blameOf = (): Blame => nobody;
  return judge({ findings, promises: [], upserts: new Set(upserts), blameOf }).refuted;
}

test('an anomaly refutes what its name does, and what those it implies do', () => {
  expect(refutedBy({ name: 'early-fire' })).toEqual(['watermark-sound']);
  expect(refutedBy({ name: 'double-fire' })).toEqual([
    'at-most-once',
    'exactly-once',
    'snapshot-consistent',
    'watermark-sound',
  ]);
});

test('an instance may refute more than its name', () => {
  expect(refutedBy({ name: 'early-fire', alsoRefutes: ['exactly-once'] })).toEqual([
    'exactly-once',
    'watermark-sound',
  ]);
});

test('at an upsert sink only the last values are effectively once', () => {
  expect(refutedBy({})).toContain('effectively-once');
  expect(refutedBy({}, ['other'])).toContain('effectively-once');
  expect(refutedBy({}, ['sink'])).not.toContain('effectively-once');
  expect(refutedBy({ name: 'wrong-final' }, ['sink'])).toContain('effectively-once');
});

test('what concerns transactions only is not refuted by a sink without them', () => {
  expect(refutedBy({ name: 'duplicate', outsidePromise: true })).toEqual([]);
  expect(refutedBy({ name: 'loss', outsidePromise: true })).toEqual([
    'at-least-once',
    'effectively-once',
  ]);
});
