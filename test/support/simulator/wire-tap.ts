/**
 * An engine with taps on its wires: what each subtask handed to its node's connections, and what
 * each process of a receiving node was given. Wraps the World and the node; neither notices.
 */
import type { Element, Message } from '../../../src/engine/world/messages.ts';
import { createReferenceEngine } from '../../../src/engine/reference-engine.ts';
import type { EngineNode, World } from '../../../src/engine/world/world.ts';
import type { Case } from '../../../src/model/case.ts';
import { simulateEngine, type SimulationResult } from '../../../src/simulator/simulate.ts';

type Data = Extract<Message, { type: 'data' }>;

/** One channel of one attempt, seen by one process of the receiver. */
export interface Reception {
  readonly channel: string;
  readonly from: string;
  readonly buffers: (readonly Element[])[];
  /** The process was told that its connection to the sender broke: nothing counts after that. */
  closed: boolean;
}

export interface Taps {
  /** Buffers by `attempt vertex/subtask#channel`, in the order of sending. */
  readonly sent: ReadonlyMap<string, readonly (readonly Element[])[]>;
  readonly received: readonly Reception[];
  readonly result: SimulationResult;
}

function channelOf({ attempt, task, channel }: Data): string {
  return `${attempt} ${task.vertex}/${task.subtask}#${channel}`;
}

/** Runs the case with taps. */
export function runTapped(kase: Case): Taps {
  const engine = createReferenceEngine(kase);
  const sent = new Map<string, (readonly Element[])[]>();
  const received: Reception[] = [];
  const tapSend = (world: World): World => ({
    ...world,
    send: (to, message) => {
      if (message.type === 'data') {
        const name = channelOf(message);
        sent.set(name, [...(sent.get(name) ?? []), message.elements]);
      }
      world.send(to, message);
    },
  });
  const result = simulateEngine(kase, {
    ...engine,
    boot: (node, world) => tapReceipts(engine.boot(node, tapSend(world)), received),
  });
  return { sent, received, result };
}

/** One process: a restarted node has channels of its own. */
function tapReceipts(node: EngineNode, received: Reception[]): EngineNode {
  const open = new Map<string, Reception>();
  /** The attempt this process was given; buffers of others are none of its business. */
  let attempt = 0;
  /** Peers it lost since. Channels that were not heard of before are dead as well. */
  const lost = new Set<string>();
  const onData = (from: string, message: Data): void => {
    if (message.attempt !== attempt || lost.has(from)) return;
    const channel = channelOf(message);
    const known = open.get(channel) ?? { channel, from, buffers: [], closed: false };
    if (known.buffers.length === 0) received.push(known);
    open.set(channel, known);
    known.buffers.push(message.elements);
  };
  return {
    start: () => node.start(),
    onMessage: (from, message) => {
      if (message.type === 'deploy' && message.attempt > attempt) {
        ({ attempt } = message);
        lost.clear();
      }
      if (message.type === 'data') onData(from, message);
      node.onMessage(from, message);
    },
    onConnectionLost: (peer) => {
      lost.add(peer);
      for (const reception of open.values()) if (reception.from === peer) reception.closed = true;
      node.onConnectionLost(peer);
    },
  };
}
