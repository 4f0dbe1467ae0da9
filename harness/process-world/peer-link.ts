/**
 * The connection between this node and one peer. One of the two dials, through the harness's proxy;
 * both send. Messages wait while there is no connection; what a broken connection carried is lost,
 * and the engine is told so. A message that is missing or comes twice breaks the connection.
 * Bounded: who does not read is cut off.
 */
import { connect, type Socket } from 'node:net';

import { encodeFrame, FrameDecoder, FrameError, type Frame } from '../wire/frame.ts';
import { ReceivedNumbers, SentNumbers } from '../wire/sequence.ts';

/** Frames and waiting bytes of one peer, at most. */
const waitingBytesMax = 268_435_456;
/** Pause before a failed dial is repeated, ms. */
const redialMs = 20;
/** Bytes that are written at once at the latest. */
const batchBytes = 65_536;
const helloChannel = 0xffff_ffff;
/** Frames that only show that, and how fast, the link works. */
const pingChannel = 0xffff_fffe;

export interface Hello {
  readonly node: string;
  readonly incarnation: number;
}

export interface PeerLinkSettings {
  readonly peer: string;
  readonly self: Hello;
  /** Host and port to dial; port null: the peer dials. */
  readonly host: string;
  readonly port: number | null;
  readonly onBody: (body: Buffer) => void;
  readonly onPing: (body: Buffer) => void;
  readonly onLost: () => void;
}

export class PeerLink {
  private readonly settings: PeerLinkSettings;
  /** The connection that counts: both sides have said who they are. */
  private established: Socket | null = null;
  private waiting: Buffer[] = [];
  private waitingBytes = 0;
  /** Of the connection at present, or of the one that will take what is waiting. */
  private numbers = new SentNumbers();
  private flushPending = false;
  /** Messages were dropped while nobody was there: to the engine that is a lost connection. */
  private overflowed = false;

  constructor(settings: PeerLinkSettings) {
    this.settings = settings;
    if (settings.port !== null) this.dial(settings.port);
  }

  send(channel: number, body: Buffer): void {
    const frame = encodeFrame({ channel, sequence: this.numbers.take(channel), body });
    this.waiting.push(frame);
    this.waitingBytes += frame.length;
    if (this.waitingBytes > waitingBytesMax) this.overflow();
    else if (this.waitingBytes >= batchBytes) this.flush();
    else this.flushSoon();
  }

  /** Sent only over a connection that is there; waits for nothing. Marks go along. */
  ping(body: Buffer): void {
    const { established } = this;
    if (established === null) return;
    // Behind the frames they speak of.
    this.flush();
    for (const mark of this.numbers.takeMarks()) established.write(encodeFrame(mark));
    established.write(encodeFrame({ channel: pingChannel, sequence: 0, body }));
  }

  /** The peer dialled and said hello on `socket`. */
  accept(socket: Socket): void {
    // A new connection while the old one seems alive: the peer has seen it break.
    if (this.established !== null) this.lose(this.established);
    socket.write(helloFrame(this.settings.self));
    this.establish(socket);
  }

  /** Frames of an accepted connection. */
  onFrames(frames: readonly Frame[]): void {
    for (const { channel, body } of frames) {
      if (channel === pingChannel) this.settings.onPing(body);
      else if (channel !== helloChannel && body.length > 0) this.settings.onBody(body);
    }
  }

  /** `socket` is gone. */
  onClosed(socket: Socket): void {
    if (this.established === socket) this.lose(socket);
  }

  private dial(port: number): void {
    const socket = connect({ host: this.settings.host, port });
    const reader = new FrameReader(socket);
    socket.setNoDelay(true);
    socket.on('connect', () => socket.write(helloFrame(this.settings.self)));
    socket.on('data', (chunk: Buffer) => {
      const frames = reader.push(chunk);
      if (this.established !== socket && frames.some(({ channel }) => channel === helloChannel)) {
        this.establish(socket);
      }
      if (this.established === socket) this.onFrames(frames);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.onClosed(socket);
      setTimeout(() => this.dial(port), redialMs);
    });
  }

  private establish(socket: Socket): void {
    this.established = socket;
    if (this.overflowed) {
      this.overflowed = false;
      setImmediate(() => this.settings.onLost());
    }
    this.flush();
  }

  private lose(socket: Socket): void {
    this.established = null;
    this.forget();
    this.numbers = new SentNumbers();
    socket.destroy();
    this.settings.onLost();
  }

  private flushSoon(): void {
    if (this.flushPending) return;
    this.flushPending = true;
    setImmediate(() => {
      this.flushPending = false;
      this.flush();
    });
  }

  private flush(): void {
    const { established } = this;
    if (established === null || this.waiting.length === 0) return;
    const bytes = this.waiting.length === 1 ? this.waiting[0] : Buffer.concat(this.waiting);
    this.forget();
    established.write(bytes as Buffer);
    if (established.writableLength > waitingBytesMax) established.destroy();
  }

  private overflow(): void {
    this.forget();
    if (this.established === null) {
      this.numbers = new SentNumbers();
      this.overflowed = true;
    } else this.established.destroy();
  }

  private forget(): void {
    this.waiting = [];
    this.waitingBytes = 0;
  }
}

function helloFrame(hello: Hello): Buffer {
  const body = Buffer.from(JSON.stringify(hello));
  return encodeFrame({ channel: helloChannel, sequence: 0, body });
}

/** The first frame of a connection, if it says who dialled. */
export function helloOf(frame: Frame): Hello | null {
  if (frame.channel !== helloChannel) return null;
  return JSON.parse(frame.body.toString('utf8')) as Hello;
}

/** Reads one connection; bytes that are no frames, or not the frames that come next, break it. */
export class FrameReader {
  private readonly socket: Socket;
  private readonly decoder = new FrameDecoder();
  private readonly numbers = new ReceivedNumbers();

  constructor(socket: Socket) {
    this.socket = socket;
  }

  /** The frames that `chunk` completes. */
  push(chunk: Buffer): readonly Frame[] {
    try {
      const frames = this.decoder.push(chunk);
      for (const frame of frames) this.numbers.check(frame);
      return frames;
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.socket.destroy();
      return [];
    }
  }
}
