/**
 * A cluster whose receivers do not look at the numbers of messages: one that gets lost, or comes
 * twice, shows in the output. So a pass under the faults `drop` and `duplicate` says something.
 */
import { describe, expect, test } from 'vitest';

import { createReferenceEngine } from '../../../src/engine/reference-engine.ts';
import type { Message, World } from '../../../src/engine/world/world.ts';
import { checkHistory } from '../../support/checker/verified.ts';
import type { Case } from '../../../src/model/case.ts';
import type { OperatorSpec } from '../../../src/model/pipeline.ts';
import type { Verdict } from '../../../src/model/verdict/verdict.ts';
import { simulateEngine } from '../../../src/simulator/simulate.ts';
import { smallCase } from '../../harness/subjects/processes/small-case.ts';

/** Rows as they are, sent by key. */
function rowsByKey(): Case {
  const kase = smallCase();
  const [source, keyed, , sink] = kase.pipeline.operators;
  const operators = [source, keyed, { ...sink, input: 'keyed' }] as OperatorSpec[];
  return { ...kase, pipeline: { ...kase.pipeline, operators } };
}

/** Hands the tenth buffer with rows over `copies` times, and nobody objects. */
function judgedWith(copies: number): Verdict {
  const kase = rowsByKey();
  const engine = createReferenceEngine(kase);
  let buffers = 0;
  const hasRows = (message: Message): boolean =>
    message.type === 'data' && message.elements.some((element) => !('control' in element));
  const careless = (world: World): World => ({
    ...world,
    send: (to, message) => {
      const isHit = hasRows(message) && ++buffers === 10;
      for (let i = 0; i < (isHit ? copies : 1); i++) world.send(to, message);
    },
  });
  const { history } = simulateEngine(kase, {
    ...engine,
    boot: (node, world) => engine.boot(node, careless(world)),
  });
  return checkHistory(kase, history);
}

function sentences({ anomalies }: Verdict): string[] {
  return anomalies.map(({ explanation }) => explanation.sentence);
}

describe('without a check of numbers', () => {
  test('an untouched run is valid', () => {
    expect(sentences(judgedWith(1))).toEqual([]);
  });

  test('a lost message is a loss', () => {
    const verdict = judgedWith(0);
    expect(verdict.status).toBe('invalid');
    expect(verdict.anomalies.map(({ name }) => name)).toContain('loss');
  });

  test('a repeated message is a duplicate', () => {
    const verdict = judgedWith(2);
    expect(verdict.status).toBe('invalid');
    expect(verdict.anomalies.map(({ name }) => name)).toContain('duplicate');
  });
});
