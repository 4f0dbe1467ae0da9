/** Law A10 for frames: whatever the rules, no channel is reordered, and nothing is lost unsaid. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { activate, type FrameRule } from '../../../harness/frame-proxy/rule.ts';
import { LaneRig } from './lane-rig.ts';

const runs = Math.ceil(300 * Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1));

const match = {
  direction: fc.constantFrom('both' as const, 'upstream' as const, 'downstream' as const),
  channel: fc.constantFrom(null, 'a'.charCodeAt(0), 'b'.charCodeAt(0)),
  share: fc.constantFrom(0, 0.3, 1),
};
const rule: fc.Arbitrary<FrameRule> = fc.oneof(
  fc.record({ ...match, kind: fc.constant('drop' as const) }),
  fc.record({ ...match, kind: fc.constant('duplicate' as const) }),
  fc.record({
    ...match,
    kind: fc.constant('delay' as const),
    delayMs: fc.integer({ min: 20, max: 60 }),
    jitterMs: fc.nat(20),
  }),
  fc.record({
    ...match,
    kind: fc.constant('reorder' as const),
    frames: fc.integer({ min: 1, max: 4 }),
    waitMs: fc.nat(80),
  }),
);
const rules = fc.array(rule, { maxLength: 4 });
const steps = fc.array(
  fc.oneof(
    fc.constantFrom('a', 'b', 'c'),
    fc.nat(40),
    rules.map((value) => ({ rules: value })),
  ),
  { maxLength: 40 },
);

test('A10: channels keep their order, copies stand together, the counters add up', () => {
  fc.assert(
    fc.property(rules, steps, fc.nat(), (first, script, seed) => {
      const rig = new LaneRig(first, seed);
      const sent: string[] = [];
      for (const step of script) {
        if (typeof step === 'number') rig.clock.advance(step);
        else if (typeof step !== 'string') rig.lane.setRules(activate(step.rules));
        else {
          sent.push(`${step}${sent.length}`);
          rig.send(sent.at(-1) ?? '');
        }
      }
      rig.lane.end();
      rig.clock.advance(1000);
      const { passed, dropped, duplicated, reordered, delayed } = rig.counters;
      expect(passed + dropped).toBe(sent.length);
      expect(rig.arrived.length).toBe(passed + duplicated);
      expect(Math.max(reordered, delayed)).toBeLessThanOrEqual(passed);
      const unique = rig.arrived.filter((text, i) => text !== rig.arrived[i - 1]);
      expect(unique.length).toBe(passed);
      for (const channel of ['a', 'b', 'c']) {
        const order = unique.filter((text) => text.startsWith(channel));
        expect(order).toEqual(sent.filter((text) => order.includes(text)));
      }
      expect([rig.ends, rig.lane.heldBytes, rig.clock.pendingTimers]).toEqual([1, 0, 0]);
    }),
    { numRuns: runs },
  );
});
