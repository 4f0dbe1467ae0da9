/** What earlier versions wrote stays readable. */
import { describe, expect, it } from 'vitest';
import { newestResult, newestVerdict } from '../../../harness/store/older-documents.ts';

const vacuous = { kind: 'vacuous', guarantee: null, text: 'fault 1 (pause) never took effect' };
const open = { kind: 'undecided', guarantee: 'validity', text: 'out: a sum hides its records' };
const plain = { kind: 'undecided', guarantee: null, text: 'the worker died: no reply' };
const sentences = [
  'vacuous: fault 1 (pause) never took effect',
  'validity: out: a sum hides its records',
  'the worker died: no reply',
];

describe('a result of version 1', () => {
  it('has its reasons as data', () => {
    const cases = [
      { status: 'unknown', sentence: sentences[0] },
      { status: 'invalid', sentence: 'in0-0@1 shows twice' },
    ];
    const old = { schemaVersion: 1, seed: 7, scenarios: [{ id: 'a', unknowns: sentences, cases }] };
    expect(newestResult(old)).toEqual({
      schemaVersion: 2,
      seed: 7,
      scenarios: [
        {
          id: 'a',
          unknowns: [vacuous, open, plain],
          cases: [
            { ...cases[0], open: vacuous },
            { ...cases[1], open: null },
          ],
        },
      ],
    });
  });

  it('is changed in nothing else, and what is no such document is left alone', () => {
    const newest = { schemaVersion: 2, scenarios: [{ unknowns: [vacuous] }] };
    expect(newestResult(newest)).toBe(newest);
    for (const other of [null, 'text', [], { schemaVersion: 3 }]) {
      expect(newestResult(other)).toBe(other);
    }
    expect(newestResult({ schemaVersion: 1, scenarios: 5 })).toEqual({
      schemaVersion: 2,
      scenarios: 5,
    });
  });
});

describe('a verdict of version 1', () => {
  it('has its reasons as data, and no claims', () => {
    const anomaly = { name: 'loss', explanation: { sentence: 's' }, blame: { fault: 1 } };
    const old = { schemaVersion: 1, status: 'invalid', unknowns: sentences, anomalies: [anomaly] };
    expect(newestVerdict(old)).toEqual({
      schemaVersion: 2,
      status: 'invalid',
      unknowns: [vacuous, open, plain],
      anomalies: [
        {
          name: 'loss',
          explanation: { sentence: 's', claims: [] },
          blame: { fault: 1, claims: [] },
        },
      ],
    });
  });
});
