/**
 * One proxy: a listener on loopback, an upstream address, connections, and the toxics in order.
 * Starting and stopping take turns with other changes of proxies (see `collection.ts`); toxics
 * change at once and wait for nothing.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { AddressError, formatAddress, parseAddress, resolveListen } from './address.ts';
import type { Clock } from './stages/clock.ts';
import { Connection } from './connection.ts';
import type { Direction, Toxic } from './toxic.ts';

export interface ProxySettings {
  readonly name: string;
  readonly listen: string;
  readonly upstream: string;
  readonly seed: number;
  readonly clock: Clock;
  /** Where it may listen besides loopback; null: nowhere. */
  readonly gateway: string | null;
}

/** What a proxy is asked to become. */
export interface ProxyChange {
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
}

export class Proxy {
  readonly name: string;
  private readonly settings: ProxySettings;
  private readonly chains: Readonly<Record<Direction, Toxic[]>> = { upstream: [], downstream: [] };
  private readonly connections = new Set<Connection>();
  /** Clients whose upstream connection is not there yet, and those half connections. */
  private readonly dialing = new Set<Socket>();
  private listenAddress: string;
  private upstreamAddress: string;
  private listener: Server | null = null;
  private accepted = 0;

  constructor(settings: ProxySettings) {
    this.settings = settings;
    this.name = settings.name;
    this.listenAddress = settings.listen;
    this.upstreamAddress = settings.upstream;
  }

  get listen(): string {
    return this.listenAddress;
  }

  get upstream(): string {
    return this.upstreamAddress;
  }

  get enabled(): boolean {
    return this.listener !== null;
  }

  /** In the order of the API: upstream first, each direction in order of creation. */
  get toxics(): readonly Toxic[] {
    return [...this.chains.upstream, ...this.chains.downstream];
  }

  findToxic(name: string): Toxic | undefined {
    return this.toxics.find((toxic) => toxic.name === name);
  }

  addToxic(toxic: Toxic): void {
    this.chains[toxic.direction].push(toxic);
    for (const connection of this.connections) connection.addToxic(toxic);
  }

  updateToxic(toxic: Toxic, change: Pick<Toxic, 'toxicity' | 'attributes'>): void {
    toxic.toxicity = change.toxicity;
    toxic.attributes = change.attributes;
    for (const connection of this.connections) connection.updateToxic(toxic);
  }

  removeToxic(toxic: Toxic): void {
    const chain = this.chains[toxic.direction];
    chain.splice(chain.indexOf(toxic), 1);
    for (const connection of this.connections) connection.removeToxic(toxic);
  }

  removeToxics(): void {
    for (const toxic of this.toxics) this.removeToxic(toxic);
  }

  /** Listens, if it does not yet. Throws {@link AddressError}. */
  async start(): Promise<void> {
    if (this.listener !== null) return;
    const listener = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) =>
      this.onClient(client),
    );
    this.listenAddress = await listenOn(listener, this.listenAddress, this.settings.gateway);
    this.listener = listener;
  }

  /** Stops listening and breaks all connections. */
  async stop(): Promise<void> {
    const listener = this.listener;
    if (listener === null) return;
    this.listener = null;
    const closed = new Promise<void>((resolve) => {
      listener.close(() => resolve());
    });
    this.breakConnections();
    await closed;
  }

  private breakConnections(): void {
    for (const connection of this.connections) connection.destroy();
    for (const socket of this.dialing) socket.destroy();
  }

  /** True when `listen` resolves to another address, or `upstream` is another. */
  async differs(change: Pick<ProxyChange, 'listen' | 'upstream'>): Promise<boolean> {
    return (await this.moves(change.listen)) || change.upstream !== this.upstreamAddress;
  }

  private async moves(listen: string): Promise<boolean> {
    return formatAddress(await resolveListen(listen, this.settings.gateway)) !== this.listenAddress;
  }

  /**
   * Applies the change; a proxy that cannot listen on the new address stays stopped. Where only the
   * upstream changes the port is kept: given up for a moment, somebody else could take it.
   */
  async update(change: ProxyChange): Promise<void> {
    if (await this.moves(change.listen)) {
      await this.stop();
      this.listenAddress = change.listen;
    } else if (change.upstream !== this.upstreamAddress) {
      this.breakConnections();
    }
    this.upstreamAddress = change.upstream;
    if (change.enabled) await this.start();
    else await this.stop();
  }

  private onClient(client: Socket): void {
    const ordinal = this.accepted++;
    const server = this.dial();
    if (server === null) {
      client.on('error', () => {});
      client.destroy();
      return;
    }
    const abort = (): void => {
      client.destroy();
      server.destroy();
      this.dialing.delete(client);
      this.dialing.delete(server);
    };
    this.dialing.add(client).add(server);
    for (const socket of [client, server]) socket.on('error', abort).on('close', abort);
    server.once('connect', () => {
      for (const socket of [client, server]) {
        socket.off('error', abort).off('close', abort);
        this.dialing.delete(socket);
      }
      this.join(client, server, ordinal);
    });
  }

  private dial(): Socket | null {
    try {
      const { host, port } = parseAddress(this.upstreamAddress);
      return connect({ host: host === '' ? '127.0.0.1' : host, port, allowHalfOpen: true });
    } catch {
      // The address is only looked at when a client comes, as Toxiproxy does; the client is
      // dropped.
      return null;
    }
  }

  private join(client: Socket, server: Socket, ordinal: number): void {
    const { seed, clock } = this.settings;
    const connection = new Connection({
      client,
      server,
      seed,
      label: `${this.name}/${ordinal}`,
      clock,
      toxics: this.toxics,
      onClosed: (closed) => this.connections.delete(closed),
    });
    this.connections.add(connection);
  }
}

/** Starts listening; the address it got, with the real port. Throws {@link AddressError}. */
async function listenOn(
  listener: Server,
  address: string,
  gateway: string | null,
): Promise<string> {
  const target = await resolveListen(address, gateway).catch((error: unknown) => {
    if (!(error instanceof AddressError)) throw error;
    throw new AddressError(`listen tcp: ${error.message}`, { cause: error });
  });
  await new Promise<void>((resolve, reject) => {
    listener.once('error', (error: NodeJS.ErrnoException) =>
      reject(new AddressError(bindMessage(formatAddress(target), error), { cause: error })),
    );
    listener.listen(target.port, target.host, resolve);
  });
  const bound = listener.address();
  if (bound === null || typeof bound === 'string') throw new AddressError('no address was bound');
  return formatAddress({ host: bound.address, port: bound.port });
}

function bindMessage(address: string, error: NodeJS.ErrnoException): string {
  const reasons: Record<string, string> = {
    EADDRINUSE: 'address already in use',
    EACCES: 'permission denied',
    EADDRNOTAVAIL: 'cannot assign requested address',
  };
  return `listen tcp ${address}: bind: ${reasons[error.code ?? ''] ?? error.message}`;
}
