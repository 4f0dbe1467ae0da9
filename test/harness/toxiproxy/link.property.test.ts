/** Links under any order of traffic and changes of toxics: what must hold for all of them. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Toxic } from '../../../harness/toxiproxy/toxic.ts';
import { LinkRig } from './manual-clock.ts';

const runs = Math.ceil(300 * Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1));

/** Toxics that may delay and cut up a stream, but lose nothing. */
const faithful = [
  ['noop', {}],
  ['latency', { latency: 20, jitter: 15 }],
  ['bandwidth', { rate: 3 }],
  ['bandwidth', { rate: 0 }],
  ['slicer', { average_size: 3, size_variation: 2, delay: 300 }],
  ['slow_close', { delay: 10 }],
  ['cut', {}],
] as const;

type Step =
  | { readonly kind: 'send'; readonly text: string }
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'add'; readonly toxic: number }
  | { readonly kind: 'update' | 'remove'; readonly index: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('send' as const),
    text: fc.string({ minLength: 1, maxLength: 40, unit: fc.constantFrom('a', 'b', 'c', 'd') }),
  }),
  fc.record({ kind: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: 60 }) }),
  fc.record({
    kind: fc.constant('add' as const),
    toxic: fc.integer({ min: 0, max: faithful.length - 1 }),
  }),
  fc.record({
    kind: fc.constantFrom('update' as const, 'remove' as const),
    index: fc.nat({ max: 5 }),
  }),
);

function play(rig: LinkRig, steps: readonly Step[]): { sent: string; toxics: Toxic[] } {
  const toxics: Toxic[] = [];
  let sent = '';
  for (const action of steps) {
    if (action.kind === 'send') {
      rig.send(action.text);
      sent += action.text;
    } else if (action.kind === 'advance') rig.clock.advance(action.ms);
    else if (action.kind === 'add') {
      const [type, attributes] = faithful[action.toxic] ?? faithful[0];
      toxics.push(rig.add(type, attributes));
    } else change(rig, toxics, action);
  }
  return { sent, toxics };
}

function change(
  rig: LinkRig,
  toxics: Toxic[],
  { kind, index }: { kind: 'update' | 'remove'; index: number },
): void {
  const toxic = toxics[index];
  if (toxic === undefined) return;
  if (kind === 'update') rig.link.update(toxic);
  else {
    toxics.splice(index, 1);
    rig.link.remove(toxic);
  }
}

test('toxics that lose nothing keep bytes and order, and the end comes last', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.nat(), (steps, seed) => {
      const rig = new LinkRig(seed);
      const { sent, toxics } = play(rig, steps);
      expect(sent.startsWith(rig.text)).toBe(true);
      expect(rig.link.heldBytes).toBe(sent.length - rig.text.length);
      rig.sendEnd();
      for (const toxic of toxics) rig.link.remove(toxic);
      expect(rig.text).toBe(sent);
      expect(rig.arrivals.map((arrival) => arrival.kind).indexOf('end')).toBe(
        rig.arrivals.length - 1,
      );
      expect(rig.clock.pendingTimers).toBe(0);
    }),
    { numRuns: runs },
  );
});

test('a closed link keeps no byte and no timer', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const rig = new LinkRig();
      play(rig, steps);
      const arrived = rig.arrivals.length;
      rig.link.close();
      rig.send('late');
      rig.clock.advance(10_000);
      expect(rig.arrivals.length).toBe(arrived);
      expect(rig.link.heldBytes).toBe(0);
      expect(rig.clock.pendingTimers).toBe(0);
    }),
    { numRuns: runs },
  );
});

test('slices do not depend on how the stream was cut before', () => {
  const text = 'abcdefghij'.repeat(30);
  const boundaries = (seed: number, cuts: readonly number[]): Set<number> => {
    const rig = new LinkRig(seed);
    rig.add('slicer', { average_size: 12, size_variation: 6, delay: 10 });
    const edges = [0, ...[...cuts].sort((a, b) => a - b), text.length];
    for (const [i, edge] of edges.slice(1).entries()) {
      const chunk = text.slice(edges[i], edge);
      if (chunk !== '') rig.send(chunk);
    }
    rig.clock.advance(1000);
    expect(rig.text).toBe(text);
    let offset = 0;
    return new Set(rig.arrivals.map((arrival) => (offset += arrival.text.length)));
  };
  fc.assert(
    fc.property(
      fc.nat(),
      fc.array(fc.integer({ min: 1, max: text.length - 1 }), { maxLength: 6 }),
      (seed, cuts) => {
        const whole = boundaries(seed, []);
        const cut = boundaries(seed, cuts);
        expect([...whole].filter((edge) => !cut.has(edge))).toEqual([]);
        expect([...cut].filter((edge) => !whole.has(edge) && !cuts.includes(edge))).toEqual([]);
      },
    ),
    { numRuns: runs },
  );
});
