/**
 * One connection through a frame proxy: two sockets, a decoder and a lane each way. Half-close
 * survives, a reset passes as a reset, bytes that are no frames break the connection.
 */
import type { Socket } from 'node:net';
import type { Clock } from '../toxiproxy/stages/clock.ts';
import { FrameDecoder, FrameError } from '../wire/frame.ts';
import { Lane, type FrameCounters, type FrameFate } from './lane.ts';
import type { ActiveRule, FrameDirection } from './rule.ts';

export interface FrameConnectionSettings {
  readonly client: Socket;
  readonly server: Socket;
  readonly seed: number;
  readonly label: string;
  readonly clock: Clock;
  readonly rules: readonly ActiveRule[];
  readonly bodyBytesMax: number;
  readonly frames: Readonly<Record<FrameDirection, FrameCounters>>;
  readonly onFate?: (fate: FrameFate, direction: FrameDirection) => void;
  readonly onFault: (fault: FrameError) => void;
  /** Called once, when both sockets are gone. */
  readonly onClosed: () => void;
}

interface Way {
  readonly source: Socket;
  readonly destination: Socket;
  readonly decoder: FrameDecoder;
  readonly lane: Lane;
}

/** Bytes held or unsent above which a source is not read. */
const underWayBytesMax = 4_194_304;

export class FrameConnection {
  private readonly settings: FrameConnectionSettings;
  private readonly ways: readonly Way[];
  private openSockets = 2;

  constructor(settings: FrameConnectionSettings) {
    this.settings = settings;
    const { client, server } = settings;
    this.ways = [
      this.createWay('upstream', client, server),
      this.createWay('downstream', server, client),
    ];
    for (const way of this.ways) this.attach(way);
    // Until there is somewhere to go, the client's bytes wait in its socket.
    server.once('connect', () => client.resume());
  }

  setRules(rules: readonly ActiveRule[]): void {
    for (const way of this.ways) way.lane.setRules(rules);
    this.throttle();
  }

  /** Ends both sides at once; held frames are lost. */
  destroy(): void {
    for (const { lane, source } of this.ways) {
      lane.close();
      source.destroy();
    }
  }

  private createWay(direction: FrameDirection, source: Socket, destination: Socket): Way {
    const { seed, label, clock, rules, frames, bodyBytesMax, onFate } = this.settings;
    const lane = new Lane({
      direction,
      seed,
      label,
      clock,
      rules,
      counters: frames[direction],
      onFate: (fate) => onFate?.(fate, direction),
      emit: (bytes) => {
        if (destination.writable) destination.write(bytes);
        this.throttle();
      },
      onEnd: () => destination.end(),
    });
    return { source, destination, decoder: new FrameDecoder(bodyBytesMax), lane };
  }

  private attach(way: Way): void {
    const { source, decoder, lane } = way;
    source.setNoDelay(true);
    source.on('data', (chunk: Buffer) => {
      this.guarded(() => {
        for (const frame of decoder.push(chunk)) lane.accept(frame);
      });
      this.throttle();
    });
    source.on('end', () => {
      this.guarded(() => {
        decoder.end();
        lane.end();
      });
    });
    source.on('drain', () => this.throttle());
    source.on('error', () => this.reset());
    source.on('close', () => this.noteClosed());
  }

  private guarded(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.settings.onFault(error);
      this.reset();
    }
  }

  private reset(): void {
    for (const { lane, source } of this.ways) {
      lane.close();
      if (!source.destroyed) source.resetAndDestroy();
    }
  }

  private throttle(): void {
    if (this.settings.server.connecting) return;
    for (const { source, destination, lane } of this.ways) {
      const underWay = lane.heldBytes + destination.writableLength;
      if (source.isPaused()) {
        if (underWay * 2 <= underWayBytesMax) source.resume();
      } else if (underWay > underWayBytesMax) source.pause();
    }
  }

  private noteClosed(): void {
    this.openSockets--;
    if (this.openSockets > 0) return;
    for (const { lane } of this.ways) lane.close();
    this.settings.onClosed();
  }
}
