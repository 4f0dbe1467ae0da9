/**
 * Message deliveries of the simulator alone: nodes that pass tokens on and do nothing else, so that
 * what is measured is scheduler, network and host, not what an engine does with a message.
 */
import { defaultCase } from '../../scenarios/default-case.ts';
import { simulateEngine, type SimulatedEngine } from '../../src/simulator/simulate.ts';

const nodes = ['n0', 'n1', 'n2', 'n3'] as const;
const tokensPerNode = 8;
const deadlineMs = 20_000;

const tokenRing: SimulatedEngine = {
  subject: 'token ring',
  nodes,
  boot: (node, world) => {
    const next = nodes[(nodes.findIndex((name) => name === node) + 1) % nodes.length] ?? node;
    const pass = (): void => world.send(next, { type: 'heartbeat', leader: 1 });
    return {
      start: () => {
        for (let i = 0; i < tokensPerNode; i++) pass();
      },
      onMessage: pass,
      onConnectionLost: () => undefined,
    };
  },
  chainOf: () => [],
  newestStateFile: () => null,
};

/** Deliveries per second of wall time, on one core. */
export function measureDeliveries(): number {
  const kase = { ...defaultCase(1, 0), deadlineMs };
  simulateEngine({ ...kase, deadlineMs: deadlineMs / 10 }, tokenRing);
  const startedAt = performance.now();
  const { messages } = simulateEngine(kase, tokenRing);
  return Math.round((messages * 1000) / (performance.now() - startedAt));
}
