import { describe, expect, test } from 'vitest';

import { generateHistory } from '../../../harness/bench/operation-histories.ts';
import { checkOperations } from '../../../src/linearizability/check.ts';
import {
  explain,
  type OperationExplanation,
} from '../../../src/linearizability/explain/explain.ts';
import type { SequentialModel } from '../../../src/linearizability/history/model.ts';
import { keyValueModel } from '../../../src/linearizability/models/key-value.ts';
import { casRegisterModel, registerModel } from '../../../src/linearizability/models/register.ts';
import { type Event, historyOf } from './events.ts';

const shape = {
  model: 'cas-register',
  clients: 8,
  operations: 400,
  keys: 1,
  values: 4,
  indefinite: 0.1,
  badReads: 0,
} as const;

/** Many operations without a reply that could be used in many ways. */
const crowded = { ...shape, clients: 10, operations: 200, values: 5, indefinite: 0.27 } as const;

describe('verdicts', () => {
  test('a refutation among many operations without a reply needs few of them counted', () => {
    const history = generateHistory(35, { ...crowded, badReads: 1 });
    const verdict = checkOperations(history, casRegisterModel(), { stepsMax: 300_000 });
    expect(verdict.verdict).toBe('invalid');
    expect(verdict.indefinite).toBe(32);
    const certificate = verdict.partitions[0]?.certificate;
    if (certificate?.kind !== 'dead-frontier') throw new Error('no dead frontier');
    expect(certificate.relaxed).toBe(true);
    expect(certificate.counted.length).toBeGreaterThan(0);
    expect(certificate.counted.length).toBeLessThan(20);
  });

  test('a budget of steps that runs out is unknown, never valid', () => {
    const history = generateHistory(1, shape);
    const small = checkOperations(history, casRegisterModel(), { stepsMax: 50 });
    expect(small.verdict).toBe('unknown');
    expect(small.partitions[0]?.unknown).toContain('budget');
    expect(checkOperations(history, casRegisterModel()).verdict).toBe('valid');
  });

  test('a limit on memory is unknown, never valid', () => {
    const history = generateHistory(1, shape);
    const limited = checkOperations(history, casRegisterModel(), { bytesMax: 100 });
    expect(limited.verdict).toBe('unknown');
    expect(limited.partitions[0]?.unknown).toContain('limit');
  });

  test('the same history gives the same steps and certificates', () => {
    const history = generateHistory(3, shape);
    const plain = (): string =>
      JSON.stringify(checkOperations(history, casRegisterModel()).partitions);
    expect(plain()).toBe(plain());
  });

  test('keys are independent: one refuted key refutes the whole, and is named', () => {
    const events: Event[] = [
      [0, 'invoke', 'put', 'a', 'x'],
      [1, 'invoke', 'put', 'b', 'y'],
      [0, 'ok', 'put', 'a', 'x'],
      [1, 'ok', 'put', 'b', 'y'],
      [0, 'invoke', 'get', null, 'x'],
      [0, 'ok', 'get', 'a', 'x'],
      [1, 'invoke', 'get', null, 'y'],
      [1, 'ok', 'get', '', 'y'],
    ];
    const verdict = checkOperations(historyOf(events), keyValueModel());
    expect(verdict.partitions.map((p) => [p.key, p.verdict])).toEqual([
      ['x', 'valid'],
      ['y', 'invalid'],
    ]);
    expect(verdict.verdict).toBe('invalid');
  });

  test('an indefinite write may take effect much later, or never', () => {
    const events: Event[] = [
      [0, 'invoke', 'write', 7],
      [1, 'invoke', 'read', null],
      [1, 'ok', 'read', null],
      [1, 'invoke', 'write', 1],
      [1, 'ok', 'write', 1],
    ];
    const read = (value: number): Event[] => [
      ...events,
      [1, 'invoke', 'read', null],
      [1, 'ok', 'read', value],
    ];
    expect(checkOperations(historyOf(read(7)), registerModel()).verdict).toBe('valid');
    expect(checkOperations(historyOf(read(1)), registerModel()).verdict).toBe('valid');
    const twice: Event[] = [...read(7), [1, 'invoke', 'read', null], [1, 'ok', 'read', 1]];
    expect(checkOperations(historyOf(twice), registerModel()).verdict).toBe('invalid');
  });

  test('a failed compare-and-set counts only when it is observed', () => {
    const history = historyOf([
      [0, 'invoke', 'write', 1],
      [0, 'ok', 'write', 1],
      [0, 'invoke', 'cas', [1, 2]],
      [0, 'fail', 'cas', [1, 2]],
    ]);
    const verdict = (failedCas: 'ignored' | 'observed'): string =>
      checkOperations(history, casRegisterModel(), { failedCas }).verdict;
    expect(verdict('ignored')).toBe('valid');
    expect(verdict('observed')).toBe('invalid');
  });

  test("a user's model needs only a step", () => {
    const toggle: SequentialModel = {
      name: 'switch',
      functions: ['flip', 'look'],
      initial: false,
      step: (state, { f, output, outcome }) => {
        if (f === 'flip') return state !== true;
        return outcome !== 'ok' || state === output ? state : undefined;
      },
    };
    const look = (value: boolean): Event[] => [
      [0, 'invoke', 'flip', null],
      [0, 'ok', 'flip', null],
      [0, 'invoke', 'look', null],
      [0, 'ok', 'look', value],
    ];
    expect(checkOperations(historyOf(look(true)), toggle).verdict).toBe('valid');
    expect(checkOperations(historyOf(look(false)), toggle).verdict).toBe('invalid');
  });
});

describe('explanations', () => {
  test('name the operation every order dies at, the state before it, and why it is illegal', () => {
    const history = historyOf([
      [0, 'invoke', 'write', 1],
      [0, 'ok', 'write', 1],
      [0, 'invoke', 'write', 2],
      [0, 'ok', 'write', 2],
      [1, 'invoke', 'read', null],
      [1, 'ok', 'read', 1],
    ]);
    const refuted = checkOperations(history, registerModel()).partitions[0];
    const explanation = explain(history, registerModel(), {
      partition: refuted?.partition as never,
      certificate: refuted?.certificate as never,
      stepsMax: 1000,
    });
    expect(explanation.death).toBe(2);
    expect(explanation.partial.map((step) => step.text)).toEqual(['write 1', 'write 2']);
    expect(explanation.partial.at(-1)).toMatchObject({ before: '1', after: '2' });
    expect(explanation.next[0]?.reason).toBe('it returned 1, but the state is 2');
  });

  test('say when the longest order was not found, and then claim nothing about it', () => {
    const history = generateHistory(35, { ...crowded, badReads: 1 });
    const refuted = checkOperations(history, casRegisterModel()).partitions[0];
    expect(refuted?.verdict).toBe('invalid');
    const explained = (stepsMax: number): OperationExplanation =>
      explain(history, casRegisterModel(), {
        partition: refuted?.partition as never,
        certificate: refuted?.certificate as never,
        stepsMax,
      });
    const cut = explained(10);
    expect(cut.unfinished).toContain('not found within 10 steps');
    expect([cut.partial, cut.next]).toEqual([[], []]);
    expect(cut.sentence).not.toContain('the longest one that works');
    const full = explained(1_000_000);
    expect(full.unfinished).toBeNull();
    expect(full.partial.length).toBeGreaterThan(50);
    expect(full.sentence).toContain('the longest one that works leaves');
  });
});
