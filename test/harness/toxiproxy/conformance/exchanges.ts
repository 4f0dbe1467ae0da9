/**
 * Replays recorded requests in order and compares the replies byte for byte, apart from what a
 * machine decides: ports. Recorded listen ports are mapped to free ones.
 */
import { readFileSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import type { Subject } from './subject.ts';

interface Exchange {
  readonly label: string;
  readonly method: string;
  readonly path: string;
  readonly userAgent: string | null;
  readonly body: string | null;
  readonly status: number;
  readonly contentType: string | null;
  readonly contentLength: number | null;
  readonly nosniff: boolean;
  readonly requestId: boolean;
  readonly responseBody: string;
}

interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const fixture = new URL('../fixtures/http-exchanges.json', import.meta.url);
/** Listen ports of the recording all lie in this range. */
const recordedPort = /\b170[0-2]\d\b/g;

export function exchangesSuite(subject: Subject): void {
  const { exchanges } = JSON.parse(readFileSync(fixture, 'utf8')) as { exchanges: Exchange[] };

  test(`${subject.name}: ${exchanges.length} recorded exchanges are reproduced`, async () => {
    const ports = await freePorts(exchanges);
    const differences: unknown[] = [];
    for (const exchange of exchanges) {
      const received = await send(subject.url(), exchange, ports);
      const expected = expectedReply(exchange);
      const observed = observedReply(received, ports);
      if (JSON.stringify(expected) !== JSON.stringify(observed)) {
        differences.push({ label: exchange.label, expected, observed });
      }
    }
    expect(exchanges.length).toBe(142);
    expect(differences).toEqual([]);
  });
}

function expectedReply(exchange: Exchange): unknown {
  return {
    status: exchange.status,
    contentType: exchange.contentType,
    hasLength: exchange.contentLength !== null || exchange.responseBody !== '',
    nosniff: exchange.nosniff,
    requestId: exchange.requestId,
    body: anyPort(exchange.responseBody),
  };
}

function observedReply(received: Received, ports: ReadonlyMap<string, string>): unknown {
  let body = received.body;
  for (const [recorded, real] of ports) body = body.replaceAll(real, recorded);
  return {
    status: received.status,
    contentType: received.headers['content-type'] ?? null,
    hasLength:
      received.headers['content-length'] === String(Buffer.byteLength(received.body)) ||
      received.headers['transfer-encoding'] === 'chunked',
    nosniff: received.headers['x-content-type-options'] === 'nosniff',
    requestId: received.headers['x-toxiproxy-request-id'] !== undefined,
    body: anyPort(body),
  };
}

/**
 * Ports the system chose become `*`, like the version; so does the address family of a listener
 * without a host.
 */
function anyPort(body: string): string {
  return body
    .replace(/"listen":"(?:127\.0\.0\.1|\[::\]):(?!170[0-2]\d")\d+"/g, '"listen":"127.0.0.1:*"')
    .replace(/^\{"version": "[^"]+"\}/, '{"version": "*"}')
    .replace(/ on [\d.]+:53: no such host/, ': no such host');
}

async function freePorts(exchanges: readonly Exchange[]): Promise<Map<string, string>> {
  const text = exchanges.map((exchange) => exchange.body ?? '').join();
  const recorded = [...new Set(text.match(recordedPort))];
  const servers = await Promise.all(
    recorded.map(async () => {
      const server = createServer();
      await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
      });
      return server;
    }),
  );
  const real = servers.map((server) => {
    const address = server.address();
    return address !== null && typeof address !== 'string' ? String(address.port) : '';
  });
  for (const server of servers) {
    await new Promise((resolve) => {
      server.close(resolve);
    });
  }
  return new Map(recorded.map((port, i) => [port, real[i] ?? '']));
}

/** node:http, because fetch changes user agents and paths and hides lengths. */
function send(
  url: string,
  exchange: Exchange,
  ports: ReadonlyMap<string, string>,
): Promise<Received> {
  const { hostname, port } = new URL(url);
  const body = exchange.body?.replace(recordedPort, (recorded) => ports.get(recorded) ?? recorded);
  const headers = {
    'user-agent': exchange.userAgent ?? 'conformance',
    'content-length': Buffer.byteLength(body ?? ''),
  };
  const { method, path } = exchange;
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}
