import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  decodeMessage,
  encodeMessage,
  encodeStamp,
  stampOf,
} from '../../../harness/process-world/message-codec.ts';
import type { Element, Message } from '../../../src/engine/world/messages.ts';
import type { Value } from '../../../src/model/value.ts';

const runs = Math.round(300 * Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1));

const value = fc
  .jsonValue({ maxDepth: 3 })
  .map((json) => JSON.parse(JSON.stringify(json)) as Value);

const element: fc.Arbitrary<Element> = fc.oneof(
  fc.record({ key: fc.string({ unit: 'binary' }), ts: fc.maxSafeInteger(), value }),
  fc.record({ control: fc.constant('watermark' as const), ts: fc.maxSafeInteger() }),
  fc.constantFrom<Element>({ control: 'idle' }, { control: 'active' }, { control: 'end' }),
  fc.record({
    control: fc.constant('barrier' as const),
    checkpoint: fc.nat(),
    suspend: fc.boolean(),
  }),
);

const task = fc.record({ vertex: fc.nat(), subtask: fc.nat() });

const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({
    type: fc.constant('data' as const),
    attempt: fc.nat(),
    task,
    channel: fc.nat(),
    elements: fc.array(element),
  }),
  fc.record({
    type: fc.constant('credit' as const),
    attempt: fc.nat(),
    task,
    channel: fc.nat(),
    credits: fc.nat(),
  }),
  fc.record({
    type: fc.constant('failed' as const),
    attempt: fc.nat(),
    cause: fc.string({ unit: 'binary' }),
    unreadable: fc.option(fc.nat()),
  }),
);

describe('messages as frame bodies', () => {
  it('come out as they went in, with their time of sending', () => {
    fc.assert(
      fc.property(message, fc.double({ noNaN: true }), (sent, sentAtMs) => {
        expect(decodeMessage(encodeMessage(sent, sentAtMs))).toEqual({ message: sent, sentAtMs });
        expect(stampOf(encodeStamp(sentAtMs))).toBe(sentAtMs);
      }),
      { numRuns: runs },
    );
  });

  it('refuse what is no message', () => {
    expect(() => decodeMessage(Buffer.concat([encodeStamp(1), Buffer.from('{')]))).toThrow(
      SyntaxError,
    );
  });
});
