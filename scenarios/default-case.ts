/**
 * The default case of benchmarks and examples: one JobManager, three TaskManagers, parallelism up
 * to four, 200 records, about eight checkpoints, two to four faults. The same for the same seed.
 */
import { caseVersion, type Case } from '../src/model/case.ts';
import { defaultOptions } from '../src/model/options.ts';
import type { Pipeline } from '../src/model/pipeline.ts';
import { faultSite } from './arbitraries/fault-site.ts';
import { keyedRandom } from './arbitraries/keyed-random.ts';
import { keyByField, sink, source, splitNames } from './arbitraries/operators.ts';
import { scheduleFor, troubleMs } from './arbitraries/schedule.ts';
import { makeWorkload } from './arbitraries/workload.ts';
import { exactlyOnceInOrder } from './promises.ts';

const splits = splitNames('orders', 4);
const spanMs = 3_200;
const disorderMs = 50;

const pipeline: Pipeline = {
  name: 'default',
  maxParallelism: 128,
  operators: [
    source('orders', splits, {
      parallelism: 2,
      watermark: {
        strategy: 'bounded',
        outOfOrdernessMs: disorderMs,
        emission: 'periodic',
        intervalMs: 50,
        idlenessMs: null,
      },
    }),
    {
      kind: 'map',
      id: 'taxed',
      input: 'orders',
      parallelism: 2,
      fn: { fn: 'add', field: 'price', amount: 1 },
    },
    keyByField('by-shop', 'taxed', 'shop'),
    {
      kind: 'window',
      id: 'revenue',
      input: 'by-shop',
      parallelism: 4,
      assigner: { kind: 'tumbling', sizeMs: 500, offsetMs: 0 },
      allowedLatenessMs: 0,
      lateOutput: false,
      aggregate: { fn: 'collect', field: 'price' },
    },
    sink('revenues', 'revenue', { parallelism: 4 }),
  ],
};

/**
 * The default case with this seed; `faults` is the number of faults, 2 to 4 drawn when left out.
 */
export function defaultCase(seed: number, faults?: number): Case {
  const workload = makeWorkload(
    {
      seed,
      records: 200,
      keys: 12,
      skew: 0.7,
      spanMs,
      startTs: 0,
      disorderMs,
      stragglers: 0,
      burstMs: 0,
      idle: null,
    },
    {
      splits,
      keyName: (rank) => `shop-${rank}`,
      value: (draw, { key }) => ({ shop: key, price: draw.between(1, 100) }),
    },
  );
  const checkpoint = { ...defaultOptions.checkpoint, intervalMs: 250 };
  const options = { ...defaultOptions, checkpoint, slotsPerTaskManager: 2 };
  const site = faultSite({ pipeline, workload, options });
  const schedule = scheduleFor(site, faults === undefined ? [2, 3, 4] : [faults]);
  const drawn = schedule.generate(keyedRandom(seed, 'default-case'), undefined).value;
  return {
    version: caseVersion,
    scenario: 'default',
    seed,
    pipeline,
    workload,
    schedule: drawn,
    options,
    promises: exactlyOnceInOrder,
    deadlineMs: spanMs + troubleMs(drawn) + 20_000,
  };
}
