/**
 * One proxied connection: two sockets and the two links between them. Half-close survives: a FIN
 * passes one way while the other direction goes on; a broken connection is passed on as RST.
 * Reading stops while a link is full, so memory stays bounded whatever the toxics hold.
 */
import type { Socket } from 'node:net';
import type { Clock } from './stages/clock.ts';
import { Link } from './link.ts';
import type { Item, Outlet } from './stages/stage.ts';
import type { Direction, Toxic } from './toxic.ts';

export interface ConnectionSettings {
  readonly client: Socket;
  readonly server: Socket;
  readonly seed: number;
  /** Names proxy and connection in random streams. */
  readonly label: string;
  readonly clock: Clock;
  readonly toxics: readonly Toxic[];
  /** Called once, when both sockets are gone. */
  readonly onClosed: (connection: Connection) => void;
}

export class Connection {
  private readonly settings: ConnectionSettings;
  private readonly links: Readonly<Record<Direction, Link>>;
  private readonly closedSockets = new Set<Socket>();
  /** The side that lost its connection without the other being told. */
  private abandoned: Socket | null = null;

  constructor(settings: ConnectionSettings) {
    this.settings = settings;
    const { client, server } = settings;
    this.links = {
      upstream: this.createLink('upstream', client, server),
      downstream: this.createLink('downstream', server, client),
    };
    for (const toxic of settings.toxics) this.addToxic(toxic);
    this.attach(client, this.links.upstream);
    this.attach(server, this.links.downstream);
    // Sockets come paused; this starts them, unless a toxic has something against it.
    this.applyBackpressure();
  }

  addToxic(toxic: Toxic): void {
    this.links[toxic.direction].add(toxic);
    this.applyBackpressure();
  }

  updateToxic(toxic: Toxic): void {
    this.links[toxic.direction].update(toxic);
    this.applyBackpressure();
  }

  removeToxic(toxic: Toxic): void {
    this.links[toxic.direction].remove(toxic);
    this.applyBackpressure();
  }

  /** Ends both sides at once; what is under way is lost. */
  destroy(): void {
    this.links.upstream.close();
    this.links.downstream.close();
    this.settings.client.destroy();
    this.settings.server.destroy();
  }

  private createLink(direction: Direction, source: Socket, destination: Socket): Link {
    const { seed, label, clock } = this.settings;
    const sink: Outlet = {
      pass: (item) => this.deliver(item, direction),
      close: () => this.closeGracefully(direction),
      reset: () => this.reset(),
      abandonDestination: () => this.abandon(source, destination),
    };
    return new Link({ seed, label: `${label}/${direction}`, direction, clock, sink });
  }

  private attach(socket: Socket, link: Link): void {
    const { clock } = this.settings;
    let isOver = false;
    const finish = (kind: 'end' | 'reset'): void => {
      if (isOver || this.abandoned !== null) return;
      isOver = true;
      link.accept({ kind, atMs: clock.now() });
    };
    socket.setNoDelay(true);
    socket.on('data', (data: Buffer) => {
      link.accept({ kind: 'data', data, atMs: clock.now() });
      this.throttle(link);
    });
    socket.on('end', () => finish('end'));
    socket.on('error', () => finish('reset'));
    socket.on('drain', () => this.applyBackpressure());
    socket.on('close', () => {
      finish('end');
      this.noteClosed(socket);
    });
  }

  /** The far end of a link. */
  private deliver(item: Item, direction: Direction): void {
    const destination = this.destinationOf(direction);
    if (item.kind === 'data') {
      if (destination.writable) destination.write(item.data);
      this.throttle(this.links[direction]);
    } else if (item.kind === 'reset') {
      this.links[direction].close();
      destination.resetAndDestroy();
    } else if (this.links[opposite(direction)].isClosed) {
      destination.destroySoon();
    } else {
      destination.end();
    }
  }

  /**
   * The destination gets what was passed, then FIN; what it sent before still reaches the source.
   */
  private closeGracefully(direction: Direction): void {
    const source = this.sourceOf(direction);
    this.links[direction].close();
    source.resume();
    this.destinationOf(direction).destroySoon();
    if (source.writableEnded) source.destroySoon();
  }

  private reset(): void {
    this.links.upstream.close();
    this.links.downstream.close();
    this.settings.client.resetAndDestroy();
    this.settings.server.resetAndDestroy();
  }

  private abandon(source: Socket, destination: Socket): void {
    if (this.abandoned !== null) return;
    this.abandoned = destination;
    source.pause();
    destination.resetAndDestroy();
  }

  private applyBackpressure(): void {
    this.throttle(this.links.upstream);
    this.throttle(this.links.downstream);
  }

  /** Stops or restarts reading the link's source by how much is under way. */
  private throttle(link: Link): void {
    const source = this.sourceOf(link.direction);
    if (this.abandoned !== null) return;
    if (link.isClosed) {
      if (source.isPaused()) source.resume();
      return;
    }
    const underWay = link.heldBytes + this.destinationOf(link.direction).writableLength;
    if (source.isPaused()) {
      if (underWay * 2 <= link.capacityBytes) source.resume();
    } else if (underWay > link.capacityBytes) source.pause();
  }

  private sourceOf(direction: Direction): Socket {
    return direction === 'upstream' ? this.settings.client : this.settings.server;
  }

  private destinationOf(direction: Direction): Socket {
    return direction === 'upstream' ? this.settings.server : this.settings.client;
  }

  private noteClosed(socket: Socket): void {
    this.closedSockets.add(socket);
    if (this.closedSockets.size < 2) return;
    this.links.upstream.close();
    this.links.downstream.close();
    this.settings.onClosed(this);
  }
}

function opposite(direction: Direction): Direction {
  return direction === 'upstream' ? 'downstream' : 'upstream';
}
