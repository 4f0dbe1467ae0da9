/**
 * How much a proxy of the embedded server adds to a round trip of a small message, measured twice:
 * with both ends on the proxy's own event loop (what the proxy itself costs), and with both ends on
 * another thread (with the waking of threads, as between processes). Returns figures; judges
 * nothing.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Toxiproxy } from 'toxiproxy-node-client';
import { startToxiproxy } from '../toxiproxy/server.ts';
import {
  compareRoundTrips,
  startEcho,
  throughput,
  type PingPongOptions,
  type RoundTripFigures,
} from './ping-pong.ts';

export interface ToxiproxyBenchOptions extends PingPongOptions {
  readonly throughputBytes: number;
}

export interface ToxiproxyFigures {
  /** Round trips behind each median. */
  readonly roundTrips: number;
  readonly messageBytes: number;
  readonly sameLoop: RoundTripFigures;
  readonly otherThread: RoundTripFigures;
  /** Through the proxy on the same loop, MB/s. */
  readonly throughputMegabytesPerSecond: number;
}

const defaults: ToxiproxyBenchOptions = {
  roundTrips: 2000,
  batches: 5,
  messageBytes: 64,
  throughputBytes: 64 * 1024 * 1024,
};

export async function benchToxiproxy(
  options: Partial<ToxiproxyBenchOptions> = {},
): Promise<ToxiproxyFigures> {
  const settings = { ...defaults, ...options };
  const echo = await startEcho();
  const toxiproxy = await startToxiproxy();
  const client = new Toxiproxy(toxiproxy.url);
  try {
    const port = await proxyTo(client, echo.port);
    const sameLoop = await compareRoundTrips(echo.port, port, settings);
    const throughputMegabytesPerSecond = await throughput(port, settings.throughputBytes);
    return {
      roundTrips: settings.roundTrips * settings.batches,
      messageBytes: settings.messageBytes,
      sameLoop,
      otherThread: await onOtherThread(client, settings),
      throughputMegabytesPerSecond,
    };
  } finally {
    await toxiproxy.close();
    echo.server.close();
  }
}

/** Client and echo live in a worker, which sends its echo's port and, told the proxy's, figures. */
async function onOtherThread(
  client: Toxiproxy,
  settings: PingPongOptions,
): Promise<RoundTripFigures> {
  const worker = new Worker(new URL('./toxiproxy-worker.ts', import.meta.url), {
    workerData: settings,
  });
  try {
    const [echoPort] = (await once(worker, 'message')) as [number];
    worker.postMessage(await proxyTo(client, echoPort), []);
    const [figures] = (await once(worker, 'message')) as [RoundTripFigures];
    return figures;
  } finally {
    await worker.terminate();
  }
}

async function proxyTo(client: Toxiproxy, port: number): Promise<number> {
  const proxy = await client.createProxy({
    name: `bench-${port}`,
    listen: '127.0.0.1:0',
    upstream: `127.0.0.1:${port}`,
  });
  return Number(proxy.listen.split(':').at(-1));
}
