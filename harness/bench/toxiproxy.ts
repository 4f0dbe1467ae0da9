/**
 * How much a proxy of the embedded server adds to a round trip: ping-pong of small messages, direct
 * and proxied in turn, so that both see the same machine. Returns figures; judges nothing.
 */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Toxiproxy } from 'toxiproxy-node-client';
import { startToxiproxy } from '../toxiproxy/server.ts';

export interface ToxiproxyBenchOptions {
  /** Round trips per batch and kind. */
  readonly roundTrips: number;
  readonly batches: number;
  readonly messageBytes: number;
}

/** Times in microseconds. */
export interface ToxiproxyFigures {
  readonly roundTrips: number;
  readonly messageBytes: number;
  readonly directMedianUs: number;
  readonly proxiedMedianUs: number;
  readonly addedMedianUs: number;
  readonly proxiedP99Us: number;
  readonly throughputMegabytesPerSecond: number;
}

const defaults: ToxiproxyBenchOptions = { roundTrips: 2000, batches: 5, messageBytes: 64 };
const warmUpRoundTrips = 2000;
const throughputBytes = 64 * 1024 * 1024;

export async function benchToxiproxy(
  options: Partial<ToxiproxyBenchOptions> = {},
): Promise<ToxiproxyFigures> {
  const { roundTrips, batches, messageBytes } = { ...defaults, ...options };
  const echo = createServer({ noDelay: true }, (socket) => socket.pipe(socket));
  const echoPort = await listen(echo);
  const toxiproxy = await startToxiproxy();
  try {
    const proxyPort = await createProxy(toxiproxy.url, echoPort);
    const [direct, proxied] = [await open(echoPort), await open(proxyPort)];
    const message = Buffer.alloc(messageBytes, 1);
    const times: { direct: number[]; proxied: number[] } = { direct: [], proxied: [] };
    await pingPong(direct, message, warmUpRoundTrips);
    await pingPong(proxied, message, warmUpRoundTrips);
    for (let batch = 0; batch < batches; batch++) {
      times.direct.push(...(await pingPong(direct, message, roundTrips)));
      times.proxied.push(...(await pingPong(proxied, message, roundTrips)));
    }
    const throughputMegabytesPerSecond = await throughput(proxied);
    direct.destroy();
    proxied.destroy();
    const directMedianUs = quantile(times.direct, 0.5);
    const proxiedMedianUs = quantile(times.proxied, 0.5);
    return {
      roundTrips: roundTrips * batches,
      messageBytes,
      directMedianUs,
      proxiedMedianUs,
      addedMedianUs: round(proxiedMedianUs - directMedianUs),
      proxiedP99Us: quantile(times.proxied, 0.99),
      throughputMegabytesPerSecond,
    };
  } finally {
    await toxiproxy.close();
    echo.close();
  }
}

/** Times of `count` round trips in microseconds. */
function pingPong(socket: Socket, message: Buffer, count: number): Promise<number[]> {
  return new Promise((resolve) => {
    const times: number[] = [];
    let missing = message.length;
    let start = performance.now();
    const onData = (data: Buffer): void => {
      missing -= data.length;
      if (missing > 0) return;
      times.push((performance.now() - start) * 1000);
      if (times.length === count) {
        socket.off('data', onData);
        resolve(times);
        return;
      }
      missing = message.length;
      start = performance.now();
      socket.write(message);
    };
    socket.on('data', onData);
    socket.write(message);
  });
}

/** Echoes a fixed amount through the proxy; counted once, though it travels both ways. */
function throughput(socket: Socket): Promise<number> {
  return new Promise((resolve) => {
    const block = Buffer.alloc(65_536, 2);
    const start = performance.now();
    let toSend = throughputBytes;
    let received = 0;
    const fill = (): void => {
      while (toSend > 0) {
        toSend -= block.length;
        if (!socket.write(block)) return;
      }
    };
    socket.on('drain', fill);
    socket.on('data', (data: Buffer) => {
      received += data.length;
      if (received < throughputBytes) return;
      resolve(round(throughputBytes / 1000 / (performance.now() - start)));
    });
    fill();
  });
}

async function createProxy(url: string, upstreamPort: number): Promise<number> {
  const proxy = await new Toxiproxy(url).createProxy({
    name: 'bench',
    listen: '127.0.0.1:0',
    upstream: `127.0.0.1:${upstreamPort}`,
  });
  return Number(proxy.listen.split(':').at(-1));
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => resolve(socket));
  });
}

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return round(sorted[Math.floor(q * (sorted.length - 1))] ?? Number.NaN);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
