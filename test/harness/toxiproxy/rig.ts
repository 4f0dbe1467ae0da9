/** Sockets and waiting for the Toxiproxy tests: an upstream, clients, and what each of them saw. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Toxiproxy, type Proxy } from 'toxiproxy-node-client';

/** Upper bound of everything that should happen soon; generous, for loaded machines. */
export const soonMs = 8000;

/** One end of a connection and what it received. */
export class Peer {
  readonly socket: Socket;
  private readonly chunks: Buffer[] = [];
  hasEnded = false;
  isClosed = false;
  error: NodeJS.ErrnoException | null = null;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (data: Buffer) => this.chunks.push(data));
    socket.on('end', () => (this.hasEnded = true));
    socket.on('close', () => (this.isClosed = true));
    socket.on('error', (error) => (this.error = error));
  }

  get received(): Buffer {
    return Buffer.concat(this.chunks);
  }

  get text(): string {
    return this.received.toString('latin1');
  }

  get reads(): number {
    return this.chunks.length;
  }
}

/** Waits until `condition` holds; fails with `what` after {@link soonMs}. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = performance.now() + soonMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`did not happen in time: ${what}`);
    await sleep(2);
  }
}

/** A TCP server on loopback that keeps its peers; `onPeer` says what it does with each. */
export class Upstream {
  readonly peers: Peer[] = [];
  readonly port: number;
  private readonly server: Server;

  private constructor(server: Server, onPeer: (peer: Peer) => void) {
    this.server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (socket) => {
      const peer = new Peer(socket);
      this.peers.push(peer);
      onPeer(peer);
    });
  }

  static async start(onPeer: (peer: Peer) => void = () => {}): Promise<Upstream> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return new Upstream(server, onPeer);
  }

  /** The peer of the `index`-th connection. */
  async peer(index = 0): Promise<Peer> {
    await until(`connection ${index} at the upstream`, () => this.peers[index] !== undefined);
    return this.peers[index] as Peer;
  }

  async close(): Promise<void> {
    for (const peer of this.peers) peer.socket.destroy();
    await new Promise((resolve) => {
      this.server.close(resolve);
    });
  }
}

/** Sends back what comes. */
export function echo(peer: Peer): void {
  peer.socket.on('data', (data: Buffer) => peer.socket.write(data));
  peer.socket.on('end', () => peer.socket.end());
}

export async function open(port: number): Promise<Peer> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
  const peer = new Peer(socket);
  await until(`a connection to port ${port}`, () => !socket.connecting);
  return peer;
}

/** A client of the API, an upstream, and a proxy in front of it. */
export interface Stage {
  readonly client: Toxiproxy;
  readonly proxy: Proxy;
  readonly upstream: Upstream;
  readonly port: number;
  readonly connect: () => Promise<Peer>;
}

let proxies = 0;

/** Runs `body` with a fresh proxy in front of a fresh upstream, and takes both away again. */
export async function withProxy(
  url: string,
  onPeer: (peer: Peer) => void,
  body: (stage: Stage) => Promise<void>,
): Promise<void> {
  const client = new Toxiproxy(url);
  const upstream = await Upstream.start(onPeer);
  const proxy = await client.createProxy({
    name: `p${proxies++}`,
    listen: '127.0.0.1:0',
    upstream: `127.0.0.1:${upstream.port}`,
  });
  const port = Number(proxy.listen.split(':').at(-1));
  const opened: Peer[] = [];
  const connectOne = async (): Promise<Peer> => {
    const peer = await open(port);
    opened.push(peer);
    return peer;
  };
  try {
    await body({ client, proxy, upstream, port, connect: connectOne });
  } finally {
    for (const peer of opened) peer.socket.destroy();
    await upstream.close();
    await proxy.remove().catch(() => {});
  }
}

/**
 * A toxic as the client wants it, with the API's defaults. The client's types lack the extensions.
 */
export function toxic(
  type: string,
  attributes: Readonly<Record<string, number>>,
  rest: { stream?: 'upstream' | 'downstream'; toxicity?: number; name?: string } = {},
): Parameters<Proxy['addToxic']>[0] {
  const stream = rest.stream ?? 'downstream';
  const name = rest.name ?? `${type}_${stream}`;
  const toxicity = rest.toxicity ?? 1;
  return { type, attributes, stream, name, toxicity } as Parameters<Proxy['addToxic']>[0];
}
