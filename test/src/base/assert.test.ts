/** Assertions say what was wrong. */
import { expect, test } from 'vitest';

import { assert, AssertionFailure, present, unreachable } from '../../../src/base/assert.ts';

test('a condition that holds builds no message', () => {
  let built = 0;
  assert(true, () => `built ${++built}`);
  expect(built).toBe(0);
});

test('a failure is an AssertionFailure with its text', () => {
  expect(() => assert(false, 'too few slots')).toThrow(new AssertionFailure('too few slots'));
  expect(() => assert(false, () => 'late text')).toThrow('late text');
  expect(() => unreachable('new kind' as never, 'fault')).toThrow('unexpected fault: "new kind"');
});

test('present lets falsy values through, and only those', () => {
  expect(present(0, 'x')).toBe(0);
  expect(present('', 'x')).toBe('');
  expect(present(false, 'x')).toBe(false);
  expect(() => present(null, 'leader')).toThrow('missing leader');
  expect(() => present(undefined, 'leader')).toThrow('missing leader');
});
