/**
 * The descriptors of operators and faults: what they say of each kind, and that the roles go with
 * the parameters. (That no kind is missing is the compiler's business.)
 */
import { describe, expect, it } from 'vitest';

import {
  afterEffectOf,
  clockJumpOf,
  durationOf,
  endsProcess,
  silences,
} from '../../../src/model/fault-kinds.ts';
import type { FaultAction } from '../../../src/model/fault.ts';
import {
  functionOf,
  inputsOf,
  isPhysical,
  isStateful,
  mayBeLate,
  namedInputs,
  withInputs,
} from '../../../src/model/operator-kinds.ts';
import type { OperatorSpec } from '../../../src/model/pipeline.ts';

const join: OperatorSpec = {
  kind: 'interval-join',
  id: 'join',
  left: 'a',
  right: 'b',
  parallelism: 1,
  lowerMs: 0,
  upperMs: 5,
};
const union: OperatorSpec = { kind: 'union', id: 'both', inputs: ['a', 'b.late'] };
const keyed: OperatorSpec = { kind: 'key-by', id: 'k', input: 'a', key: { fn: 'constant' } };
const sort: OperatorSpec = { kind: 'sort', id: 's', input: 'k', parallelism: 2, lateOutput: true };

describe('the descriptor of an operator', () => {
  it('names its inputs in order, with the member of each', () => {
    expect(namedInputs(join)).toEqual([
      { member: 'left', ref: 'a' },
      { member: 'right', ref: 'b' },
    ]);
    expect(namedInputs(union)).toEqual([
      { member: 'inputs[0]', ref: 'a' },
      { member: 'inputs[1]', ref: 'b.late' },
    ]);
    expect(inputsOf(sort)).toEqual(['k']);
  });

  it('puts other inputs in the places of its own, and changes nothing else', () => {
    const up = (ref: string): string => ref.toUpperCase();
    expect(withInputs(join, up)).toEqual({ ...join, left: 'A', right: 'B' });
    expect(withInputs(union, up)).toEqual({ ...union, inputs: ['A', 'B.LATE'] });
    expect(withInputs(sort, up)).toEqual({ ...sort, input: 'K' });
  });

  it('tells what runs, what keeps state, and what has late rows', () => {
    expect([join, union, keyed, sort].map(isPhysical)).toEqual([true, false, false, true]);
    expect([join, union, keyed, sort].map(isStateful)).toEqual([true, false, false, true]);
    expect([join, union, keyed, sort].map(mayBeLate)).toEqual([false, false, false, true]);
  });

  it('names the function it calls', () => {
    expect(functionOf(keyed)).toEqual({ kind: 'key', name: 'constant' });
    expect(functionOf(sort)).toBeNull();
  });
});

describe('the descriptor of a fault', () => {
  const links = { from: ['tm0'], to: ['jm'], bothWays: true };
  const crash: FaultAction = { kind: 'crash', node: 'jm', restartAfterMs: 30 };
  const delay: FaultAction = { kind: 'delay', links, delayMs: 7, durationMs: 40 };
  const jump: FaultAction = { kind: 'clock-jump', node: 'tm0', byMs: -20 };
  const reset: FaultAction = { kind: 'reset', links };
  const hold: FaultAction = { kind: 'source-hold', split: 's1', durationMs: 5 };
  const all = [crash, delay, jump, reset, hold];

  it('tells how long it lasts, and what it does after that', () => {
    expect(all.map(durationOf)).toEqual([30, 40, 0, 0, 5]);
    expect(all.map(afterEffectOf)).toEqual([0, 7, 20, 0, 0]);
    expect(all.map(clockJumpOf)).toEqual([0, 0, 20, 0, 0]);
  });

  it('tells what ends a process, and what makes one or a split silent', () => {
    expect(all.map(endsProcess)).toEqual([true, false, false, false, false]);
    expect(all.map(silences)).toEqual([false, false, false, false, true]);
  });
});
