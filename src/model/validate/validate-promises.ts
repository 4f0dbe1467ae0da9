/**
 * Which promises a case may make: an engine cannot keep exactly-once with a sink that has no
 * transactions, so promising it is a mistake of the case, not a finding about the subject.
 */
import type { Case } from '../case.ts';
import { guarantees, type Guarantee } from '../guarantee.ts';
import type { Report } from '../input-error.ts';
import type { SinkSpec } from '../pipeline.ts';
import { array, oneOf, type Shape } from './shape.ts';

const listShape = array(oneOf(guarantees));

/** A list of guarantees without repetition. */
export const promisesShape: Shape = (value, path, report) => {
  if (!listShape(value, path, report)) return false;
  const list = value as readonly Guarantee[];
  return list.every(
    (name, i) =>
      list.indexOf(name) === i || report.add(`${path}[${i}]`, name, 'each guarantee once'),
  );
};

/** Guarantees that need every visible record to be visible once. */
const onceOnly: readonly Guarantee[] = ['at-most-once', 'exactly-once'];
/** Guarantees about transactions, or about each state an outside reader sees. */
const transactional: readonly Guarantee[] = ['atomic-commit', 'snapshot-consistent', 'monotone'];

const connectorNeeds: Readonly<Record<SinkSpec['connector'], readonly Guarantee[]>> = {
  'two-phase': [],
  upsert: [...onceOnly, ...transactional],
  append: [...onceOnly, ...transactional, 'effectively-once', 'ordered'],
};
const atLeastOnceMode: readonly Guarantee[] = [
  ...onceOnly,
  'effectively-once',
  'ordered',
  'snapshot-consistent',
  'monotone',
];

/** Reports promises that the sinks or the checkpoint mode of the case rule out. */
export function checkPromises(kase: Case, path: string, report: Report): void {
  const sinks = kase.pipeline.operators.filter((operator) => operator.kind === 'sink');
  kase.promises.forEach((promise, i) => {
    const place = `${path}[${i}]`;
    if (kase.options.mode === 'at-least-once' && atLeastOnceMode.includes(promise)) {
      report.add(place, promise, {
        expectation: 'a promise that checkpoints in the mode "at-least-once" can keep',
        suggestion: 'promise "at-least-once", or use the mode "exactly-once"',
      });
    }
    const weak = sinks.find((sink) => connectorNeeds[sink.connector].includes(promise));
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
