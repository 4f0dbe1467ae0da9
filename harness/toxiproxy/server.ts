/**
 * The embedded Toxiproxy-compatible server: its HTTP side and its life. Loopback only. Same API and
 * toxics as Toxiproxy 2.12.0, without metrics; differences are listed in README.md.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { answer } from './api.ts';
import { bodyTooLarge } from './api-error.ts';
import { systemClock, type Clock } from './stages/clock.ts';
import { ProxyCollection } from './collection.ts';
import type { Reply } from './reply.ts';
import { portTaken } from './unavailable-error.ts';

export interface ToxiproxySettings {
  /** Port of the control API; 0 or absent: any free port. */
  readonly port?: number;
  /** Seed of jitter, slicing and toxicity; 0 when absent. */
  readonly seed?: number;
  readonly clock?: Clock;
  /**
   * Where proxies may listen besides loopback: this machine's address in a private network that the
   * harness made. The control API stays on loopback.
   */
  readonly gateway?: string;
}

export interface ToxiproxyServer {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  readonly port: number;
  /** Stops everything and frees all ports and timers. Safe to call twice. */
  close(): Promise<void>;
}

const host = '127.0.0.1';
const bodyBytesMax = 1_048_576;

/** Starts a server. Rejects with {@link ToxiproxyUnavailableError} when the port cannot be had. */
export async function startToxiproxy(settings: ToxiproxySettings = {}): Promise<ToxiproxyServer> {
  const proxies = new ProxyCollection({
    seed: settings.seed ?? 0,
    clock: settings.clock ?? systemClock,
    gateway: settings.gateway ?? null,
  });
  const server = createServer((request, response) => void respond(proxies, request, response));
  await listen(server, settings.port ?? 0);
  const address = server.address();
  const port = address !== null && typeof address !== 'string' ? address.port : 0;
  let closing: Promise<void> | null = null;
  return {
    url: `http://${host}:${port}`,
    port,
    close: () => (closing ??= closeAll(server, proxies)),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(portTaken(port, error)));
    server.listen(port, host, resolve);
  });
}

async function closeAll(server: Server, proxies: ProxyCollection): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeAllConnections();
  await proxies.close();
  await closed;
}

async function respond(
  proxies: ProxyCollection,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const reply = await answer(proxies, {
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    userAgent: request.headers['user-agent'] ?? '',
    readBody: () => readBody(request),
  });
  // What was not read of a request must not be taken for the next one.
  if (!request.readableEnded) request.resume();
  send(response, reply, request.method === 'HEAD');
}

function send(response: ServerResponse, reply: Reply, isHead: boolean): void {
  if (response.destroyed) return;
  response.statusCode = reply.status;
  for (const [name, value] of Object.entries(reply.headers)) response.setHeader(name, value);
  const hasBody = reply.status !== 204 && !isHead;
  if (hasBody) response.setHeader('Content-Length', Buffer.byteLength(reply.body));
  response.end(hasBody ? reply.body : undefined);
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Read on without keeping: an answer to a sender who is still talking would be lost.
    if (bytes <= bodyBytesMax) chunks.push(chunk);
  }
  if (bytes > bodyBytesMax) throw bodyTooLarge(bodyBytesMax);
  return Buffer.concat(chunks);
}
