/** Both ends of a channel agree on its number, in every plan; and keys know their subtask. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { keyGroupOf, subtaskOfKeyGroup } from '../../../../src/engine/plan/key-groups.ts';
import { inputChannels, outputChannels, planPipeline } from '../../../../src/engine/plan/plan.ts';
import { catalog } from '../../../../scenarios/catalog/index.ts';

const pipelines = fc
  .tuple(fc.constantFrom(...catalog), fc.nat(10_000))
  .map(([scenario, run]) => scenario.generate(1, run).pipeline);

/** Every channel as `edge: sender > receiver`, found from one side, in order. */
function channelsOf(side: typeof inputChannels, plan: ReturnType<typeof planPipeline>): string[] {
  return plan.vertices.flatMap((vertex) =>
    Array.from({ length: vertex.parallelism }, (_, subtask) =>
      side(plan, vertex.index, subtask).map(({ edge, peer }) =>
        side === inputChannels
          ? `${edge.index}: ${peer} > ${subtask}`
          : `${edge.index}: ${subtask} > ${peer}`,
      ),
    ).flat(),
  );
}

describe('channels', () => {
  test('seen from the senders and from the receivers are the same, each once', () => {
    fc.assert(
      fc.property(pipelines, (pipeline) => {
        const plan = planPipeline(pipeline);
        const inputs = channelsOf(inputChannels, plan);
        expect(new Set(inputs).size).toBe(inputs.length);
        expect(channelsOf(outputChannels, plan).sort()).toEqual(inputs.sort());
      }),
      { numRuns: 60 },
    );
  });

  test('a forward edge joins equal indices, other edges everyone with everyone', () => {
    fc.assert(
      fc.property(pipelines, (pipeline) => {
        const plan = planPipeline(pipeline);
        const counts = new Map<number, number>();
        for (const channel of channelsOf(inputChannels, plan)) {
          const edge = Number.parseInt(channel);
          counts.set(edge, (counts.get(edge) ?? 0) + 1);
        }
        for (const { index, from, to, shipping } of plan.edges) {
          const senders = plan.vertices[from]?.parallelism ?? 0;
          const receivers = plan.vertices[to]?.parallelism ?? 0;
          const forward = shipping.kind === 'forward';
          expect(counts.get(index)).toBe(forward ? senders : senders * receivers);
          expect(!forward || senders === receivers).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('key groups', () => {
  const sizes = fc
    .integer({ min: 1, max: 300 })
    .chain((max) => fc.tuple(fc.constant(max), fc.integer({ min: 1, max })));

  test('each subtask owns one contiguous range, none is left out, sizes differ by one', () => {
    fc.assert(
      fc.property(sizes, ([maxParallelism, parallelism]) => {
        const owners = Array.from({ length: maxParallelism }, (_, group) =>
          subtaskOfKeyGroup(group, parallelism, maxParallelism),
        );
        expect(owners).toEqual([...owners].sort((a, b) => a - b));
        expect(new Set(owners)).toEqual(new Set(Array.from({ length: parallelism }, (_, i) => i)));
        const counts = Array.from({ length: parallelism }, () => 0);
        for (const owner of owners) counts[owner]!++;
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('a key has one group, in range, whatever the text', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 32_768 }), (key, maxParallelism) => {
        const group = keyGroupOf(key, maxParallelism);
        expect(Number.isInteger(group) && group >= 0 && group < maxParallelism).toBe(true);
        expect(keyGroupOf(key, maxParallelism)).toBe(group);
      }),
    );
  });
});
