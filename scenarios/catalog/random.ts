/**
 * Random: generated topologies over every kind of operator, for what nobody thought of.
 */
import * as fc from 'fast-check';

import type { Guarantee } from '../../src/model/guarantee.ts';
import type { CheckpointMode, EngineOptions } from '../../src/model/options.ts';
import { watermarkFor, watermarkKnobs } from '../arbitraries/operators.ts';
import { openlyTraced, topologyKnobs, type TopologyKnobs } from '../arbitraries/topology-knobs.ts';
import { makeTopology, topologySplits, type Topology } from '../arbitraries/topology.ts';
import { makeWorkload, workloadKnobs } from '../arbitraries/workload.ts';
import {
  atLeastOnceState,
  atLeastOnceVisible,
  effectivelyOnce,
  exactlyOnce,
  exactlyOnceInOrder,
} from '../promises.ts';
import { defineScenario, type Scenario } from '../scenario.ts';
import { afterFailure } from '../sometimes.ts';

export const random: Scenario = defineScenario({
  id: 'random',
  title: 'Generated topologies',
  describes:
    'One or two sources, stateless steps, unions and rebalances, a keyed stage of any kind, perhaps ' +
    'a second one, late outputs, one to three sinks. Verified: the strongest guarantee the drawn ' +
    'sinks and checkpoint mode can keep.',
  parameters: fc.record({
    topology: topologyKnobs,
    workload: workloadKnobs(true),
    watermark: watermarkKnobs(true),
  }),
  make: ({ topology, workload, watermark: drawn }) => {
    // A split that comes back from idleness when all others have ended sets timers nobody fires.
    const watermark = topology.stage === 'timer' ? { ...drawn, idlenessMs: null } : drawn;
    const punctual =
      workload.stragglers === 0 && watermark.slackMs >= 0 && watermark.idlenessMs === null;
    const knobs = punctual ? topology : openlyTraced(topology);
    const built = makeTopology(knobs, watermarkFor(watermark, workload.disorderMs));
    return {
      pipeline: {
        name: 'generated',
        maxParallelism: knobs.maxParallelism,
        operators: built.operators,
      },
      workload: makeWorkload(workload, {
        splits: topologySplits(knobs),
        keyName: (rank) => `k${rank}`,
        value: (draw) => ({ n: draw.between(1, 100) }),
      }),
      mode: knobs.mode,
      stop: stopOf(knobs, built, workload.spanMs),
      promises: promisesOf(built, knobs.mode),
    };
  },
  promises: exactlyOnce,
  sometimes: afterFailure,
});

/**
 * Only where what is visible ends at the cut the job was stopped at: otherwise rows of an attempt
 * that had read further are neither due nor forbidden, and nothing is decided.
 */
function stopOf(knobs: TopologyKnobs, topology: Topology, spanMs: number): EngineOptions['stop'] {
  if (knobs.stop === null || knobs.mode === 'at-least-once') return null;
  if (topology.connector !== 'two-phase') return null;
  return { kind: knobs.stop.kind, atMs: Math.round(spanMs * knobs.stop.share) };
}

function promisesOf(topology: Topology, mode: CheckpointMode): readonly Guarantee[] {
  if (mode === 'at-least-once') return atLeastOnceState;
  if (topology.connector === 'append') return atLeastOnceVisible;
  if (topology.connector === 'upsert') return effectivelyOnce;
  return topology.ordered ? exactlyOnceInOrder : exactlyOnce;
}
