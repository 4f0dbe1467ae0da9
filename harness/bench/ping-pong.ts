/** Round trips and throughput over TCP on loopback: the measuring part of network benches. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface PingPongOptions {
  /** Round trips per batch and kind. */
  readonly roundTrips: number;
  readonly batches: number;
  readonly messageBytes: number;
}

/** Times in microseconds. */
export interface RoundTripFigures {
  readonly directMedianUs: number;
  readonly proxiedMedianUs: number;
  readonly addedMedianUs: number;
  readonly proxiedP99Us: number;
}

const warmUpRoundTrips = 1000;

/** A server that sends back what comes. */
export async function startEcho(): Promise<{ server: Server; port: number }> {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.pipe(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return { server, port: (server.address() as AddressInfo).port };
}

/** Direct and proxied batches in turn, so that both see the same machine. */
export async function compareRoundTrips(
  directPort: number,
  proxiedPort: number,
  { roundTrips, batches, messageBytes }: PingPongOptions,
): Promise<RoundTripFigures> {
  const [direct, proxied] = [await open(directPort), await open(proxiedPort)];
  const message = Buffer.alloc(messageBytes, 1);
  const times: { direct: number[]; proxied: number[] } = { direct: [], proxied: [] };
  await pingPong(direct, message, warmUpRoundTrips);
  await pingPong(proxied, message, warmUpRoundTrips);
  for (let batch = 0; batch < batches; batch++) {
    times.direct.push(...(await pingPong(direct, message, roundTrips)));
    times.proxied.push(...(await pingPong(proxied, message, roundTrips)));
  }
  direct.destroy();
  proxied.destroy();
  const directMedianUs = quantile(times.direct, 0.5);
  const proxiedMedianUs = quantile(times.proxied, 0.5);
  const addedMedianUs = round(proxiedMedianUs - directMedianUs);
  return {
    directMedianUs,
    proxiedMedianUs,
    addedMedianUs,
    proxiedP99Us: quantile(times.proxied, 0.99),
  };
}

/** MB/s of an echo through `port`; bytes count once, though they travel both ways. */
export async function throughput(port: number, bytes: number): Promise<number> {
  const socket = await open(port);
  const block = Buffer.alloc(65_536, 2);
  const start = performance.now();
  let toSend = bytes;
  const fill = (): void => {
    while (toSend > 0) {
      const size = Math.min(toSend, block.length);
      toSend -= size;
      if (!socket.write(block.subarray(0, size))) return;
    }
  };
  await new Promise<void>((resolve) => {
    let received = 0;
    socket.on('drain', fill);
    socket.on('data', (data: Buffer) => {
      received += data.length;
      if (received === bytes) resolve();
    });
    fill();
  });
  const elapsedMs = performance.now() - start;
  socket.destroy();
  return round(bytes / 1000 / elapsedMs);
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
