/**
 * The network between nodes: one Toxiproxy proxy per pair, one direction of it per directed link.
 * The later node of a pair dials. Spoken to through the client only.
 */
import type { Proxy as ToxiproxyProxy, Toxic } from 'toxiproxy-node-client';

import { assert, present } from '../../../src/base/assert.ts';
import type { ToxiproxyHandle } from '../../toxiproxy/connect.ts';

export interface Ends {
  readonly from: string;
  readonly to: string;
}

interface ToxicSpec {
  readonly type: string;
  readonly attributes: Readonly<Record<string, number>>;
}

export class Links {
  private readonly handle: ToxiproxyHandle;
  private readonly nodes: readonly string[];
  private readonly label: string;
  /** By `dialler>listener`. */
  private readonly proxies = new Map<string, ToxiproxyProxy>();
  private toxics = 0;

  /** `label` keeps the proxies of different runs on one server apart. */
  constructor(handle: ToxiproxyHandle, nodes: readonly string[], label: string) {
    this.handle = handle;
    this.nodes = nodes;
    this.label = label;
  }

  /** Opens all proxies; `ports` says where the nodes listen. */
  async open(ports: ReadonlyMap<string, number>): Promise<void> {
    const pairs = this.nodes.flatMap((listener, i) =>
      this.nodes.slice(i + 1).map((dialler) => ({ dialler, listener })),
    );
    await Promise.all(
      pairs.map(async ({ dialler, listener }) => {
        const proxy = await this.handle.client.createProxy({
          name: `${this.label} ${dialler}>${listener}`,
          listen: '127.0.0.1:0',
          upstream: `127.0.0.1:${present(ports.get(listener), `port of ${listener}`)}`,
          enabled: true,
        });
        this.proxies.set(`${dialler}>${listener}`, proxy);
      }),
    );
  }

  /** Where `dialler` reaches its peers; only those it has to dial. */
  dials(dialler: string): Record<string, number> {
    return Object.fromEntries(
      this.nodes
        .map((listener) => [listener, this.proxies.get(`${dialler}>${listener}`)] as const)
        .filter((entry): entry is [string, ToxiproxyProxy] => entry[1] !== undefined)
        .map(([listener, proxy]) => [listener, portOf(proxy.listen)]),
    );
  }

  /** The node listens somewhere else now: it was restarted. */
  async moved(listener: string, port: number): Promise<void> {
    const mine = [...this.proxies].filter(([pair]) => pair.endsWith(`>${listener}`));
    await Promise.all(
      mine.map(async ([pair, proxy]) => {
        const upstream = `127.0.0.1:${port}`;
        const { listen } = proxy;
        this.proxies.set(pair, await proxy.update({ enabled: true, listen, upstream }));
      }),
    );
  }

  /** Adds a toxic to a directed link; the result removes it. */
  async disturb({ from, to }: Ends, spec: ToxicSpec): Promise<() => Promise<void>> {
    const upstream = this.proxies.get(`${from}>${to}`);
    const proxy = upstream ?? this.proxies.get(`${to}>${from}`);
    assert(proxy !== undefined, `no link between ${from} and ${to}`);
    const name = `${spec.type}-${++this.toxics}`;
    const toxic: Toxic<unknown> = await proxy.addToxic<unknown>({
      name,
      // The client's list of types lacks the embedded server's extensions.
      type: spec.type as 'latency',
      stream: upstream === undefined ? 'downstream' : 'upstream',
      toxicity: 1,
      attributes: spec.attributes,
    });
    return async () => {
      await toxic.remove();
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.proxies.values()].map((proxy) => proxy.remove()));
  }
}

function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1));
}
