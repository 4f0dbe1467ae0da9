/**
 * Frame proxies behind the Toxiproxy proxies of those links whose messages a schedule drops,
 * repeats or reorders; all other links do without. What is counted as hit was hit (law A6).
 */
import { present } from '../../../src/base/assert.ts';
import type { Links as FaultLinks, Schedule } from '../../../src/model/fault.ts';
import { startFrameProxy, type FrameProxy } from '../../frame-proxy/frame-proxy.ts';
import type { FrameFate } from '../../frame-proxy/lane.ts';
import type { FrameDirection, FrameRule } from '../../frame-proxy/rule.ts';

export type FrameTrouble =
  | { readonly kind: 'reorder'; readonly waitMs: number }
  | { readonly kind: 'drop' }
  | { readonly kind: 'duplicate' };

interface AtWork {
  readonly rule: FrameRule;
  readonly fate: FrameFate;
  readonly onEffect: () => void;
  /** It has hit what it may. */
  isSpent: boolean;
}

interface Framed {
  readonly proxy: FrameProxy;
  readonly atWork: Set<AtWork>;
}

const kinds: ReadonlySet<string> = new Set<FrameTrouble['kind']>(['reorder', 'drop', 'duplicate']);
const fates = { reorder: 'reordered', drop: 'dropped', duplicate: 'duplicated' } as const;

/** Whether the schedule meddles with single messages between two nodes. */
export function meddlesWith(schedule: Schedule, a: string, b: string): boolean {
  return schedule.some(
    ({ action }) =>
      'links' in action &&
      kinds.has(action.kind) &&
      (joins(action.links, a, b) || joins(action.links, b, a)),
  );
}

/** Which node is `here` is known only later: it may be any. */
function joins({ from, to }: FaultLinks, sender: string, receiver: string): boolean {
  const names = (nodes: readonly string[], node: string): boolean =>
    nodes.includes(node) || nodes.includes('here');
  return names(from, sender) && names(to, receiver);
}

export class FramedLinks {
  private readonly seed: number;
  private readonly framed = new Map<string, Framed>();

  /** `seed`: for the choice of the messages that wait. */
  constructor(seed: number) {
    this.seed = seed;
  }

  /** Opens a proxy for a link; the result is the address that leads through it. */
  async open(link: string, address: string): Promise<string> {
    const { host, port } = endpointOf(address);
    const atWork = new Set<AtWork>();
    const proxy = await startFrameProxy({
      upstreamHost: host,
      upstreamPort: port,
      seed: this.seed,
      onFate: (fate, direction) => noteFate(atWork, fate, direction),
    });
    this.framed.set(link, { proxy, atWork });
    return `127.0.0.1:${proxy.port}`;
  }

  /** The listener is somewhere else now; false: the link has no frame proxy. */
  moved(link: string, address: string): boolean {
    const framed = this.framed.get(link);
    framed?.proxy.moveUpstream(endpointOf(address));
    return framed !== undefined;
  }

  /** Meddles with one direction of a link; the result ends that. */
  disturb(
    { link, direction }: { readonly link: string; readonly direction: FrameDirection },
    trouble: FrameTrouble,
    onEffect: () => void,
  ): () => void {
    const { proxy, atWork } = present(this.framed.get(link), `frame proxy of ${link}`);
    const rule = ruleOf(trouble, direction);
    const entry: AtWork = { rule, fate: fates[trouble.kind], onEffect, isSpent: false };
    const apply = (): void => {
      proxy.setRules([...atWork].filter(({ isSpent }) => !isSpent).map((one) => one.rule));
    };
    atWork.add(entry);
    apply();
    return () => {
      atWork.delete(entry);
      apply();
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.framed.values()].map(({ proxy }) => proxy.close()));
  }
}

function noteFate(atWork: ReadonlySet<AtWork>, fate: FrameFate, direction: FrameDirection): void {
  for (const entry of atWork) {
    if (entry.fate !== fate || entry.rule.direction !== direction || entry.isSpent) continue;
    entry.isSpent = entry.rule.limit !== undefined;
    entry.onEffect();
    return;
  }
}

/** As in the simulator: half of the messages wait; of the others, one is hit. */
function ruleOf(trouble: FrameTrouble, direction: FrameDirection): FrameRule {
  if (trouble.kind !== 'reorder') {
    return { kind: trouble.kind, direction, channel: null, share: 1, limit: 1 };
  }
  const { waitMs } = trouble;
  return { kind: 'reorder', direction, channel: null, share: 1 / 2, frames: 1_000_000, waitMs };
}

function endpointOf(address: string): { readonly host: string; readonly port: number } {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
}
