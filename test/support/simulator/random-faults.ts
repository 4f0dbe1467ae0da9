/**
 * Faults drawn at random for a case: every kind, at any time, aimed at anything, sensible or not.
 * The generators of scenarios aim faults where they have an effect; tests of laws want the others
 * too.
 */
import { RandomStream } from '../../../src/base/random.ts';
import type { Case } from '../../../src/model/case.ts';
import {
  protocolPoints,
  type Fault,
  type FaultAction,
  type FaultTime,
  type Links,
} from '../../../src/model/fault.ts';

/** `count` faults within `spanMs`, the same for the same case and label. */
export function randomFaults(
  kase: Case,
  label: string,
  wanted: { readonly count: number; readonly spanMs: number },
): Fault[] {
  const draw = new RandomStream(kase.seed, `random faults ${label}`);
  return Array.from({ length: wanted.count }, () => ({
    when: randomTime(kase, draw, wanted.spanMs),
    action: randomAction(kase, draw),
  }));
}

function randomTime(kase: Case, draw: RandomStream, spanMs: number): FaultTime {
  if (draw.chance(0.7)) return { at: draw.between(0, spanMs) };
  const operators = kase.pipeline.operators.map((operator) => operator.id);
  return {
    point: draw.pick(protocolPoints),
    phase: draw.pick(['before', 'after']),
    checkpoint: draw.chance(0.5) ? null : draw.between(1, 12),
    operator: draw.chance(0.5) ? null : draw.pick(operators),
    subtask: draw.chance(0.5) ? null : draw.between(0, 3),
    occurrence: draw.between(1, 4),
  };
}

function randomLinks(draw: RandomStream, nodes: readonly string[]): Links {
  const from = draw.pick(nodes);
  const to = draw.pick(nodes.filter((node) => node !== from));
  return { from: [from], to: [to], bothWays: draw.chance(0.5) };
}

function randomAction(kase: Case, draw: RandomStream): FaultAction {
  const taskManagers = Array.from({ length: kase.options.taskManagers }, (_, i) => `tm${i}`);
  const nodes = ['jm', ...taskManagers];
  const node = draw.pick(nodes);
  const durationMs = draw.between(1, 600);
  const links = randomLinks(draw, nodes);
  const split = draw.pick(kase.workload.splits).split;
  const actions: readonly FaultAction[] = [
    { kind: 'crash', node, restartAfterMs: durationMs },
    { kind: 'pause', node, durationMs },
    { kind: 'partition', links, durationMs },
    { kind: 'delay', links, delayMs: draw.between(1, 80), durationMs },
    { kind: 'slow-link', links, messagesPerSecond: draw.between(20, 2000), durationMs },
    { kind: 'reset', links },
    { kind: 'reorder', links, waitMs: draw.between(1, 80), durationMs },
    { kind: draw.pick(['drop', 'duplicate']), links, durationMs },
    { kind: 'disk', effect: draw.pick(['io-error', 'no-space']), node, durationMs },
    { kind: 'disk', effect: draw.pick(['torn-write', 'lost-unsynced']), node, durationMs },
    {
      kind: 'store',
      effect: draw.pick(['unavailable', 'reply-lost', 'transaction-timeout', 'crash']),
      durationMs,
    },
    { kind: 'clock-jump', node, byMs: draw.pick([-500, -20, 30, 700]) },
    { kind: 'source-hold', split, durationMs },
  ];
  return draw.pick(actions);
}
