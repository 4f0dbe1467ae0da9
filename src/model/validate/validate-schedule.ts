/**
 * Checks that a value is a fault schedule for a given cluster, pipeline and workload: times, node
 * names, operators and splits must exist.
 */
import type { ActionOf } from '../fault-kinds.ts';
import { protocolPoints, type Fault, type FaultKind, type Links } from '../fault.ts';
import type { Report } from '../input-error.ts';
import { limits } from '../limits.ts';
import {
  array,
  boolean,
  integer,
  isObject,
  literal,
  milliseconds,
  nullable,
  object,
  shaped,
  refined,
} from './shape.ts';
import { oneOf, tagged, text, type Shape } from './shape.ts';
import { suggestName } from './suggest.ts';

const duration = milliseconds(1);
const node = text();
const nodes = array(node, { min: 1 });
const links = object({ from: nodes, to: nodes, bothWays: boolean });

/** A shape for each parameter of a kind. */
type Parameters<K extends FaultKind> = {
  readonly [M in Exclude<keyof ActionOf<K>, 'kind'>]: Shape;
};

const actionParameters: { readonly [K in FaultKind]: Parameters<K> } = {
  crash: { node, restartAfterMs: duration },
  pause: { node, durationMs: duration },
  partition: { links, durationMs: duration },
  delay: { links, delayMs: duration, durationMs: duration },
  'slow-link': { links, messagesPerSecond: integer(1), durationMs: duration },
  reset: { links },
  reorder: { links, waitMs: duration, durationMs: duration },
  drop: { links, durationMs: duration },
  duplicate: { links, durationMs: duration },
  disk: {
    effect: oneOf([
      'torn-write',
      'lost-unsynced',
      'io-error',
      'no-space',
      'corrupt-file',
      'missing-file',
    ]),
    node,
    durationMs: duration,
  },
  store: {
    effect: oneOf(['unavailable', 'reply-lost', 'transaction-timeout', 'crash']),
    durationMs: duration,
  },
  'clock-jump': { node, byMs: integer(-limits.durationMsMax, limits.durationMsMax) },
  'source-hold': { split: text(), durationMs: duration },
};

const actionShape = tagged(
  'kind',
  Object.fromEntries(
    Object.entries(actionParameters).map(([kind, parameters]) => [
      kind,
      object({ kind: literal(kind), ...parameters }),
    ]),
  ),
);

const absoluteShape = object({ at: milliseconds() });
const anchoredShape = object({
  point: oneOf(protocolPoints),
  phase: oneOf(['before', 'after']),
  checkpoint: nullable(integer(1)),
  operator: nullable(text()),
  subtask: nullable(integer(0)),
  occurrence: integer(1),
});

const timeShape: Shape = shaped(
  { anyOf: [absoluteShape.schema, anchoredShape.schema] },
  (value, path, report) => {
    if (isObject(value) && Object.hasOwn(value, 'at')) return absoluteShape(value, path, report);
    if (isObject(value) && Object.hasOwn(value, 'point')) return anchoredShape(value, path, report);
    return report.add(path, value, 'an object with "at", or with "point" and its members');
  },
);

const faultsShape = array(object({ when: timeShape, action: actionShape }), { limit: 'faultsMax' });

/** What a schedule may refer to. */
export interface ScheduleNames {
  readonly taskManagers: number;
  readonly operators: readonly string[];
  readonly splits: readonly string[];
}

/** A fault schedule; what it names is looked up in `names` unless that is null. */
export function scheduleShape(names: ScheduleNames | null): Shape {
  return refined(faultsShape, (value, path, report) => {
    if (names === null) return true;
    const before = report.count;
    (value as Fault[]).forEach((fault, i) =>
      checkFault(fault, `${path}[${i}]`, { names, report, anchored: 'point' in fault.when }),
    );
    return report.count === before;
  });
}

interface Context {
  readonly names: ScheduleNames;
  readonly report: Report;
  /** Only a fault at a protocol point knows who "here" is. */
  readonly anchored: boolean;
}

function checkFault(fault: Fault, path: string, context: Context): void {
  const { when, action } = fault;
  if (
    'point' in when &&
    when.operator !== null &&
    !context.names.operators.includes(when.operator)
  ) {
    context.report.add(`${path}.when.operator`, when.operator, {
      expectation: 'the id of an operator, or null for any',
      suggestion: suggestName(when.operator, context.names.operators),
    });
  }
  if ('node' in action) checkNode(action.node, `${path}.action.node`, context);
  if ('links' in action) checkLinks(action.links, `${path}.action.links`, context);
  if (action.kind === 'clock-jump' && action.byMs === 0) {
    context.report.add(`${path}.action.byMs`, 0, 'a jump that is not 0');
  }
  if (action.kind === 'source-hold' && !context.names.splits.includes(action.split)) {
    context.report.add(`${path}.action.split`, action.split, {
      expectation: 'the name of a split of the workload',
      suggestion: suggestName(action.split, context.names.splits),
    });
  }
}

function checkLinks(ends: Links, path: string, context: Context): void {
  ends.from.forEach((name, i) => checkNode(name, `${path}.from[${i}]`, context));
  ends.to.forEach((name, i) => checkNode(name, `${path}.to[${i}]`, context));
  if (ends.from.every((from) => ends.to.every((to) => to === from))) {
    context.report.add(path, ends, 'links between two different nodes');
  }
}

function checkNode(name: string, path: string, context: Context): void {
  const known = ['jm', ...Array.from({ length: context.names.taskManagers }, (_, i) => `tm${i}`)];
  if (context.anchored) known.push('here');
  if (known.includes(name)) return;
  context.report.add(path, name, {
    expectation: 'the name of a node of the cluster',
    suggestion:
      name === 'here'
        ? '"here" needs a fault that is anchored at a protocol point'
        : suggestName(name, known),
  });
}
