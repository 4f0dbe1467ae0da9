/** Laws of the valve over any sequence of watermarks and statuses. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { WatermarkValve } from '../../../../src/engine/time/watermark-valve.ts';
import { WATERMARK_MIN } from '../../../../src/model/value.ts';

const channelCount = 3;
const step = fc.record({
  channel: fc.nat(channelCount - 1),
  action: fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 50 }) },
    { weight: 1, arbitrary: fc.boolean() },
  ),
});

interface Channel {
  watermark: number;
  idle: boolean;
}

test('the output rises, and an active channel that never was idle bounds it', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let last = WATERMARK_MIN;
      const out: number[] = [];
      const channels: Channel[] = Array.from({ length: channelCount }, () => ({
        watermark: WATERMARK_MIN,
        idle: false,
      }));
      const steady = new Set([0, 1, 2]);
      const valve = new WatermarkValve(channelCount, {
        watermark: (ts) => void out.push(ts),
        status: () => undefined,
      });
      for (const { channel, action } of steps) {
        const state = channels[channel] as Channel;
        if (typeof action === 'boolean') {
          valve.onStatus(channel, action);
          state.idle = action;
          if (action) steady.delete(channel);
        } else {
          valve.onWatermark(channel, action);
          if (!state.idle) state.watermark = Math.max(state.watermark, action);
        }
        const highest = Math.max(...channels.map((c) => c.watermark));
        const bounds = [...steady].map((c) => (channels[c] as Channel).watermark);
        for (const ts of out.splice(0)) {
          expect(ts).toBeGreaterThan(last);
          expect(ts).toBeLessThanOrEqual(Math.min(highest, ...bounds));
          last = ts;
        }
      }
      // As long as no channel was ever idle, the output is exactly the minimum.
      const minimum = Math.min(...channels.map((c) => c.watermark));
      expect(steady.size === channelCount ? last : minimum).toBe(minimum);
    }),
    { numRuns: 500 },
  );
});
