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

export interface LinksSettings {
  /** Keeps the proxies of different runs on one server apart. */
  readonly label: string;
  /** Where the proxies listen. */
  readonly host: string;
}

interface ToxicSpec {
  readonly type: string;
  readonly attributes: Readonly<Record<string, number>>;
}

export class Links {
  private readonly handle: ToxiproxyHandle;
  private readonly nodes: readonly string[];
  private readonly settings: LinksSettings;
  /** By `dialler>listener`. */
  private readonly proxies = new Map<string, ToxiproxyProxy>();
  private toxics = 0;

  constructor(handle: ToxiproxyHandle, nodes: readonly string[], settings: LinksSettings) {
    this.handle = handle;
    this.nodes = nodes;
    this.settings = settings;
  }

  /** Opens all proxies; `addresses` says where the nodes listen, as `host:port`. */
  async open(addresses: ReadonlyMap<string, string>): Promise<void> {
    const { label, host } = this.settings;
    const pairs = this.nodes.flatMap((listener, i) =>
      this.nodes.slice(i + 1).map((dialler) => ({ dialler, listener })),
    );
    await Promise.all(
      pairs.map(async ({ dialler, listener }) => {
        const proxy = await this.handle.client.createProxy({
          name: `${label} ${dialler}>${listener}`,
          listen: `${host}:0`,
          upstream: present(addresses.get(listener), `address of ${listener}`),
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
  async moved(listener: string, upstream: string): Promise<void> {
    const mine = [...this.proxies].filter(([pair]) => pair.endsWith(`>${listener}`));
    await Promise.all(
      mine.map(async ([pair, proxy]) => {
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
