/**
 * Which promises a case may make: an engine cannot keep exactly-once with a sink that has no
 * transactions, so promising it is a mistake of the case, not a finding about the subject.
 */
import type { Case } from '../case.ts';
import { guarantees, type Guarantee } from '../guarantee.ts';
import type { Report } from '../input-error.ts';
import type { SinkSpec } from '../pipeline.ts';
import { array, oneOf, type Shape, refined } from './shape.ts';

const listShape = array(oneOf(guarantees));

/** A list of guarantees without repetition. */
export const promisesShape: Shape = refined(listShape, (value, path, report) => {
  const list = value as readonly Guarantee[];
  return list.every(
    (name, i) =>
      list.indexOf(name) === i || report.add(`${path}[${i}]`, name, 'each guarantee once'),
  );
});

/** What a case must have for its engine to be able to keep a guarantee. */
interface Needs {
  /** The connectors whose sinks can keep it. */
  readonly connectors: readonly SinkSpec['connector'][];
  /** Whether checkpoints in the mode "at-least-once" rule it out. */
  readonly exactlyOnceMode: boolean;
}

const anything: Needs = { connectors: ['two-phase', 'upsert', 'append'], exactlyOnceMode: false };
/** It is about transactions. */
const transactions: Needs = { connectors: ['two-phase'], exactlyOnceMode: false };
/** Each record is visible once, or each state an outside reader sees is one of a run. */
const once: Needs = { connectors: ['two-phase'], exactlyOnceMode: true };
/** What is written again has to replace what was there, or never come to be visible. */
const replaced: Needs = { connectors: ['two-phase', 'upsert'], exactlyOnceMode: true };

const needs: Readonly<Record<Guarantee, Needs>> = {
  validity: anything,
  'at-most-once': once,
  'at-least-once': anything,
  'effectively-once': replaced,
  'exactly-once': once,
  ordered: replaced,
  'atomic-commit': transactions,
  'snapshot-consistent': once,
  monotone: once,
  'checkpoint-sound': anything,
  'watermark-sound': anything,
  'watermark-live': anything,
  'event-time-order': anything,
  progress: anything,
};

/** Reports promises that the sinks or the checkpoint mode of the case rule out. */
export function checkPromises(kase: Case, path: string, report: Report): void {
  const sinks = kase.pipeline.operators.filter((operator) => operator.kind === 'sink');
  kase.promises.forEach((promise, i) => {
    const place = `${path}[${i}]`;
    if (kase.options.mode === 'at-least-once' && needs[promise].exactlyOnceMode) {
      report.add(place, promise, {
        expectation: 'a promise that checkpoints in the mode "at-least-once" can keep',
        suggestion: 'promise "at-least-once", or use the mode "exactly-once"',
      });
    }
    const weak = sinks.find(({ connector }) => !needs[promise].connectors.includes(connector));
    if (weak !== undefined) {
      report.add(place, promise, {
        expectation: `a promise that the ${weak.connector} sink "${weak.id}" can keep`,
        suggestion: `use the connector "two-phase", or promise ${weaker(weak.connector)}`,
      });
    }
    const sorts = kase.pipeline.operators.some((operator) => operator.kind === 'sort');
    if (promise === 'event-time-order' && !sorts) {
      report.add(place, promise, 'an operator that sorts by event time ("sort") in the pipeline');
    }
  });
}

function weaker(connector: SinkSpec['connector']): string {
  return connector === 'upsert' ? '"effectively-once"' : '"at-least-once"';
}
