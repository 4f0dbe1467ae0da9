/**
 * The network between nodes: one Toxiproxy proxy per pair, one direction of it per directed link.
 * The later node of a pair dials. Spoken to through the client only. Links with single messages to
 * meddle with have a frame proxy behind it.
 */
import type { Proxy as ToxiproxyProxy, Toxic } from 'toxiproxy-node-client';

import { assert, present } from '../../../src/base/assert.ts';
import type { Schedule } from '../../../src/model/fault.ts';
import type { ToxiproxyHandle } from '../../toxiproxy/connect.ts';
import { FramedLinks, meddlesWith, type FrameTrouble } from './framed-links.ts';
import { reopen } from './reopen.ts';

export interface Ends {
  readonly from: string;
  readonly to: string;
}

export interface LinksSettings {
  /** Keeps the proxies of different runs on one server apart. */
  readonly label: string;
  /** Where the proxies listen. */
  readonly host: string;
  readonly schedule: Schedule;
  readonly seed: number;
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
  private readonly framed: FramedLinks;
  private toxics = 0;

  constructor(handle: ToxiproxyHandle, nodes: readonly string[], settings: LinksSettings) {
    this.handle = handle;
    this.nodes = nodes;
    this.settings = settings;
    this.framed = new FramedLinks(settings.seed);
  }

  /** Opens all proxies; `addresses` says where the nodes listen, as `host:port`. */
  async open(addresses: ReadonlyMap<string, string>): Promise<void> {
    const { label, host, schedule } = this.settings;
    const pairs = this.nodes.flatMap((listener, i) =>
      this.nodes.slice(i + 1).map((dialler) => ({ dialler, listener })),
    );
    await Promise.all(
      pairs.map(async ({ dialler, listener }) => {
        const link = `${dialler}>${listener}`;
        const address = present(addresses.get(listener), `address of ${listener}`);
        const proxy = await this.handle.client.createProxy({
          name: `${label} ${link}`,
          listen: `${host}:0`,
          upstream: meddlesWith(schedule, dialler, listener)
            ? await this.framed.open(link, address)
            : address,
          enabled: true,
        });
        this.proxies.set(link, proxy);
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
        if (this.framed.moved(pair, upstream)) return;
        this.proxies.set(pair, await reopen(proxy, upstream));
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

  /** Meddles with the messages of a directed link; the result ends that. */
  disturbFrames({ from, to }: Ends, trouble: FrameTrouble, onEffect: () => void): () => void {
    const isDialled = this.proxies.has(`${from}>${to}`);
    const link = isDialled ? `${from}>${to}` : `${to}>${from}`;
    const direction = isDialled ? 'upstream' : 'downstream';
    return this.framed.disturb({ link, direction }, trouble, onEffect);
  }

  async close(): Promise<void> {
    await Promise.all([...this.proxies.values()].map((proxy) => proxy.remove()));
    await this.framed.close();
  }
}

function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1));
}
