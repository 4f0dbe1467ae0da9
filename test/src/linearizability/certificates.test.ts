import { describe, expect, test } from 'vitest';

import type {
  Certificate,
  ContradictionRule,
} from '../../../src/linearizability/history/certificate.ts';
import { checkOperations } from '../../../src/linearizability/check.ts';
import type { OperationHistory } from '../../../src/linearizability/history/history.ts';
import type { SequentialModel } from '../../../src/linearizability/history/model.ts';
import { listAppendModel } from '../../../src/linearizability/models/list-append.ts';
import { casRegisterModel, registerModel } from '../../../src/linearizability/models/register.ts';
import { allReductions } from '../../../src/linearizability/history/reductions.ts';
import { rowsByObject, verifyCertificate } from '../../../src/linearizability/verify/verify.ts';
import { historyOf } from './events.ts';

const legal = historyOf([
  [0, 'invoke', 'write', 1],
  [1, 'invoke', 'read', null],
  [0, 'ok', 'write', 1],
  [1, 'ok', 'read', null],
  [0, 'invoke', 'write', 2],
  [0, 'ok', 'write', 2],
  [1, 'invoke', 'read', null],
  [1, 'ok', 'read', 2],
]);

const stale = historyOf([
  [0, 'invoke', 'write', 1],
  [0, 'ok', 'write', 1],
  [0, 'invoke', 'write', 2],
  [0, 'ok', 'write', 2],
  [1, 'invoke', 'read', null],
  [1, 'ok', 'read', 1],
]);

function rowsOf(history: OperationHistory, model: SequentialModel): readonly number[] {
  return rowsByObject(history, model, { byKey: true, failedCas: 'ignored' }).get(-1) ?? [];
}

function status(
  history: OperationHistory,
  model: SequentialModel,
  certificate: Certificate,
): string {
  const rows = rowsOf(history, model);
  return verifyCertificate({ history, model, rows }, certificate, 100_000).status;
}

function certificateOf(
  history: OperationHistory,
  model: SequentialModel,
  preChecks: boolean,
): Certificate {
  const verdict = checkOperations(history, model, { reductions: { ...allReductions, preChecks } });
  return verdict.partitions[0]?.certificate as Certificate;
}

describe('linearizations', () => {
  const certificate = certificateOf(legal, registerModel(), true);

  test('the one found is accepted', () => {
    expect(certificate.kind).toBe('linearization');
    expect(status(legal, registerModel(), certificate)).toBe('verified');
  });

  test.each([
    ['an operation left out', [1, 0, 2]],
    ['an operation twice', [1, 0, 2, 3, 3]],
    ['against real time', [1, 2, 0, 3]],
    ['an illegal step', [0, 1, 2, 3]],
    ['an operation that does not exist', [1, 0, 2, 9]],
    ['nothing', []],
  ])('rejected: %s', (_, order) => {
    const tampered: Certificate = { kind: 'linearization', order: Int32Array.from(order) };
    expect(status(legal, registerModel(), tampered)).toBe('rejected');
  });
});

describe('dead frontiers', () => {
  const certificate = certificateOf(stale, registerModel(), false);

  test('the one found names the stale read and is accepted', () => {
    expect(certificate).toMatchObject({ kind: 'dead-frontier', death: 2 });
    expect(status(stale, registerModel(), certificate)).toBe('verified');
  });

  test.each([0, 1])('rejected: dying at operation %i, which everything survives', (death) => {
    expect(status(stale, registerModel(), { ...certificate, death } as Certificate)).toBe(
      'rejected',
    );
  });

  test('rejected: an operation of another object', () => {
    expect(status(stale, registerModel(), { ...certificate, death: 77 } as Certificate)).toBe(
      'rejected',
    );
  });

  test('a frontier too large for the budget is unverified, not verified', () => {
    const model = casRegisterModel();
    const events = Array.from(
      { length: 8 },
      (_, i) => [i, 'invoke', 'cas', [i % 3, i % 2]] as const,
    );
    const busy = historyOf([
      ...events,
      [20, 'invoke', 'write', 0],
      [20, 'ok', 'write', 0],
      [20, 'invoke', 'read', null],
      [20, 'ok', 'read', 99],
    ]);
    const death = {
      kind: 'dead-frontier',
      death: 9,
      relaxed: false,
      counted: [],
      count: 0,
      alive: [],
    } as const;
    const rows = rowsOf(busy, model);
    expect(verifyCertificate({ history: busy, model, rows }, death, 3).status).toBe('unverified');
    expect(verifyCertificate({ history: busy, model, rows }, death, 1_000_000).status).toBe(
      'verified',
    );
  });
});

describe('contradictions', () => {
  const certificate = certificateOf(stale, registerModel(), true);

  test('a stale read is accepted with what replaced its value', () => {
    expect(certificate).toEqual({ kind: 'contradiction', rule: 'stale-read', operations: [2, 1] });
    expect(status(stale, registerModel(), certificate)).toBe('verified');
  });

  test('two values that interleave are accepted', () => {
    const back = historyOf([
      [0, 'invoke', 'write', 1],
      [1, 'invoke', 'write', 2],
      [2, 'invoke', 'read', null],
      [2, 'ok', 'read', 1],
      [2, 'invoke', 'read', null],
      [2, 'ok', 'read', 2],
      [2, 'invoke', 'read', null],
      [2, 'ok', 'read', 1],
      [0, 'ok', 'write', 1],
      [1, 'ok', 'write', 2],
    ]);
    const interleaved = certificateOf(back, registerModel(), true);
    expect(interleaved).toMatchObject({ kind: 'contradiction', rule: 'interleaved-values' });
    expect(status(back, registerModel(), interleaved)).toBe('verified');
  });

  test.each<[string, ContradictionRule, number[]]>([
    ['a read that has a writer', 'never-written', [2]],
    ['a writer that came in time', 'read-before-write', [2, 0]],
    ['a value that was not replaced', 'stale-read', [2, 0]],
    ['a read before what replaced its value', 'stale-read', [1, 2]],
    ['values that do not interleave', 'interleaved-values', [1, 1, 2, 2]],
    ['operations of no list', 'incompatible-reads', [0, 2]],
    ['an order that is possible', 'order-contradiction', [0, 2]],
    ['no operations', 'interleaved-values', []],
  ])('rejected: %s', (_, rule, operations) => {
    const tampered: Certificate = { kind: 'contradiction', rule, operations };
    expect(status(stale, registerModel(), tampered)).toBe('rejected');
  });

  test('lists: incompatible reads are accepted, compatible ones are not', () => {
    const lists = historyOf([
      [0, 'invoke', 'append', 1],
      [0, 'ok', 'append', 1],
      [0, 'invoke', 'append', 2],
      [0, 'ok', 'append', 2],
      [1, 'invoke', 'read', null],
      [1, 'ok', 'read', [1, 2]],
      [1, 'invoke', 'read', null],
      [1, 'ok', 'read', [2, 1]],
      [1, 'invoke', 'read', null],
      [1, 'ok', 'read', [1]],
    ]);
    const pair = (operations: number[]): Certificate => ({
      kind: 'contradiction',
      rule: 'incompatible-reads',
      operations,
    });
    expect(status(lists, listAppendModel(), pair([2, 3]))).toBe('verified');
    expect(status(lists, listAppendModel(), pair([2, 4]))).toBe('rejected');
  });
});
