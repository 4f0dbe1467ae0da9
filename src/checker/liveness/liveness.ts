/**
 * Liveness over time: outside faults checkpoints, output and event time come within bounds that
 * follow from the options, and the end is a moment. The end of a run repairs everything, so only
 * looking at what came when can tell an engine that goes on from one that waits for the end.
 */
import { type Context } from '../context/context.ts';
import { boundsOf, type Bounds, type BoundsSetting } from './bounds.ts';
import { checkCheckpoints } from './checkpoint-bound.ts';
import { checkEnd } from './end-bound.ts';
import { checkOutput } from './output-bound.ts';
import { checkWatermarks } from './watermark-bound.ts';

export function checkLiveness(context: Context, setting: BoundsSetting): void {
  const bounds = boundsOf(context, setting);
  const { findings, timing } = bounds;
  if (timing.slackMs > 0) findings.cover('slack-of-bounds-ms', timing.slackMs);
  coverCalm(bounds);
  checkCheckpoints(bounds);
  checkOutput(bounds);
  checkWatermarks(bounds);
  checkEnd(bounds);
}

/** Whether the run was long enough for the influence of its faults to end. */
function coverCalm({ influence, checkpoints, findings }: Bounds): void {
  const first = influence.spans[0];
  if (first === undefined) return;
  const after = checkpoints.filter(({ triggered }) => triggered >= first.to);
  if (after.length > 0) findings.cover('calm-after-faults', after.length);
}
