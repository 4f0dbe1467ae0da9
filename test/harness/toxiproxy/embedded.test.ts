/**
 * Where the embedded server promises more than Toxiproxy: refused values, half-close, real resets,
 * partitions of one direction, bounded memory, an API that never waits, nothing left behind.
 */
import { Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startToxiproxy, type ToxiproxyServer } from '../../../harness/toxiproxy/server.ts';
import { echo, soonMs, toxic, until, Upstream, withProxy, type Peer } from './rig.ts';

let server: ToxiproxyServer;
beforeAll(async () => {
  server = await startToxiproxy({ seed: 5 });
});
afterAll(() => server.close());

const silent = (): void => {};
const quietMs = 60;

async function post(path: string, body: unknown): Promise<{ status: number; text: string }> {
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

describe('values that break Toxiproxy are refused', () => {
  test.each([
    {
      title: 'a slicer without sizes',
      toxicJson: '{"type":"slicer"}',
      message: 'average_size must be at least 1, got 0',
    },
    {
      title: 'a negative rate',
      toxicJson: '{"type":"bandwidth","attributes":{"rate":-1}}',
      message: 'rate must be at least 0, got -1',
    },
    {
      title: 'a variation above the average',
      toxicJson: '{"type":"slicer","attributes":{"average_size":10,"size_variation":100}}',
      message: 'size_variation must be less than average_size',
    },
    {
      title: 'a jitter beyond all bounds',
      toxicJson: '{"type":"latency","attributes":{"jitter":4611686018427387904}}',
      message: 'jitter must be at most 2147483647',
    },
    {
      title: 'a negative timeout',
      toxicJson: '{"type":"timeout","attributes":{"timeout":-1}}',
      message: 'timeout must be at least 0, got -1',
    },
    {
      title: 'a negative limit',
      toxicJson: '{"type":"limit_data","attributes":{"bytes":-1}}',
      message: 'bytes must be at least 0, got -1',
    },
  ])('$title', async ({ toxicJson, message }) => {
    expect.hasAssertions();
    await withProxy(server.url, silent, async ({ proxy }) => {
      const path = `/proxies/${proxy.name}/toxics`;
      const reply = await post(path, toxicJson);
      expect(reply.status).toBe(400);
      expect(reply.text).toContain(message);
      expect(await (await fetch(`${server.url}${path}`)).text()).toBe('[]');
    });
  });

  test('a refused update changes nothing', async () => {
    expect.hasAssertions();
    await withProxy(server.url, silent, async ({ proxy }) => {
      const path = `/proxies/${proxy.name}/toxics`;
      await post(path, { type: 'slicer', name: 's', attributes: { average_size: 8 } });
      const change = { toxicity: 0.5, attributes: { average_size: 0 } };
      expect((await post(`${path}/s`, change)).status).toBe(400);
      expect((await proxy.getToxic('s')).toJson()).toMatchObject({
        toxicity: 1,
        attributes: { average_size: 8, size_variation: 0, delay: 0 },
      });
    });
  });

  test('listening beyond loopback', async () => {
    const body = { name: 'open', listen: '0.0.0.0:0', upstream: '127.0.0.1:9' };
    const reply = await post('/proxies', body);
    expect(reply.status).toBe(500);
    expect(reply.text).toContain('not a loopback address');
  });

  test('a body without end', async () => {
    const reply = await post('/proxies', `"${'x'.repeat(2_000_000)}"`);
    expect(reply.status).toBe(413);
  });
});

describe('connections', () => {
  test('half-close survives: one way ends, the other goes on', async () => {
    expect.hasAssertions();
    await withProxy(server.url, silent, async ({ connect, upstream }) => {
      const peer = await connect();
      const far = await upstream.peer();
      peer.socket.end('question');
      await until('the end at the server', () => far.hasEnded && far.text === 'question');
      for (let i = 0; i < 3; i++) {
        far.socket.write(`answer${i}.`);
        await sleep(10);
      }
      far.socket.end();
      await until('the end at the client', () => peer.hasEnded);
      expect(peer.text).toBe('answer0.answer1.answer2.');
    });
  });

  test('a reset passes as a reset, both ways', async () => {
    expect.hasAssertions();
    await withProxy(server.url, silent, async ({ connect, upstream }) => {
      const first = await connect();
      const firstFar = await upstream.peer(0);
      firstFar.socket.resetAndDestroy();
      await until('the reset at the client', () => first.error !== null);
      expect(first.error?.code).toBe('ECONNRESET');
      const second = await connect();
      const secondFar = await upstream.peer(1);
      second.socket.resetAndDestroy();
      await until('the reset at the server', () => secondFar.error !== null);
      expect(secondFar.error?.code).toBe('ECONNRESET');
    });
  });

  test('reset_peer resets connections that were open before', async () => {
    expect.hasAssertions();
    await withProxy(server.url, echo, async ({ connect, proxy }) => {
      const peer = await connect();
      peer.socket.write('a');
      await until('the echo', () => peer.text === 'a');
      await proxy.addToxic(toxic('reset_peer', { timeout: 0 }));
      peer.socket.write('b');
      await until('the reset', () => peer.error !== null);
      expect(peer.error?.code).toBe('ECONNRESET');
    });
  });

  test('a cut stops one direction, heals without loss, and holds the end too', async () => {
    expect.hasAssertions();
    await withProxy(server.url, silent, async ({ connect, proxy, upstream }) => {
      const peer = await connect();
      const far = await upstream.peer();
      const cut = await proxy.addToxic(toxic('cut', {}, { stream: 'upstream' }));
      peer.socket.write('one');
      peer.socket.end('two');
      far.socket.write('down');
      await until('the other direction', () => peer.text === 'down');
      await sleep(quietMs);
      expect(far.text).toBe('');
      expect(far.hasEnded).toBe(false);
      await cut.remove();
      await until('everything', () => far.hasEnded);
      expect(far.text).toBe('onetwo');
    });
  });

  test('half_open: one end is gone, the other is not told until it heals', async () => {
    expect.hasAssertions();
    await withProxy(server.url, silent, async ({ connect, proxy, upstream }) => {
      const peer = await connect();
      const far = await upstream.peer();
      const halfOpen = await proxy.addToxic(toxic('half_open', {}, { stream: 'upstream' }));
      await until('the loss at the server', () => far.isClosed);
      peer.socket.write('into the void');
      await sleep(quietMs);
      expect([peer.isClosed, peer.hasEnded, peer.text]).toEqual([false, false, '']);
      await halfOpen.remove();
      await until('the reset at the client', () => peer.error !== null);
      expect(peer.error?.code).toBe('ECONNRESET');
    });
  });

  test('half_open also hits connections made later', async () => {
    expect.hasAssertions();
    await withProxy(server.url, silent, async ({ connect, proxy, upstream }) => {
      await proxy.addToxic(toxic('half_open', {}, { stream: 'downstream' }));
      const peer = await connect();
      await until('the loss at the client', () => peer.isClosed);
      const far = await upstream.peer();
      await sleep(quietMs);
      expect([far.isClosed, far.hasEnded]).toEqual([false, false]);
    });
  });
});

/** Writes for a while; how many bytes the sender's system took. */
async function flood(peer: Peer): Promise<number> {
  const block = Buffer.alloc(1_000_000);
  for (let i = 0; i < 100; i++) peer.socket.write(block);
  let taken = -1;
  while (taken !== peer.socket.bytesWritten - peer.socket.writableLength) {
    taken = peer.socket.bytesWritten - peer.socket.writableLength;
    await sleep(200);
  }
  return taken;
}

describe('limits', () => {
  test('a cut direction takes a bounded amount and then stops the sender', async () => {
    expect.hasAssertions();
    await withProxy(server.url, silent, async ({ connect, proxy }) => {
      await proxy.addToxic(toxic('cut', {}, { stream: 'upstream' }));
      const taken = await flood(await connect());
      expect(taken).toBeLessThan(50_000_000);
    });
  });

  test('the API answers while a receiver does not read and a sender floods', async () => {
    expect.hasAssertions();
    await withProxy(
      server.url,
      (peer) => peer.socket.pause(),
      async ({ connect, proxy }) => {
        const body = toxic('bandwidth', { rate: 10 }, { stream: 'upstream' });
        const bandwidth = await proxy.addToxic(body);
        const latency = await proxy.addToxic(
          toxic('latency', { latency: 60_000, jitter: 0 }, { stream: 'upstream' }),
        );
        await flood(await connect());
        const start = performance.now();
        await bandwidth.remove();
        await latency.remove();
        expect(performance.now() - start).toBeLessThan(soonMs / 2);
      },
    );
  });

  test('another upstream breaks connections, but the port is not given up', async () => {
    const second = await Upstream.start(echo);
    await withProxy(server.url, echo, async ({ connect, proxy, upstream }) => {
      const before = await connect();
      await upstream.peer();
      const { listen } = proxy;
      const closing = vi.spyOn(Server.prototype, 'close');
      await proxy.update({ enabled: true, listen, upstream: `127.0.0.1:${second.port}` });
      expect(closing).not.toHaveBeenCalled();
      await proxy.update({ enabled: false, listen, upstream: proxy.upstream });
      expect(closing).toHaveBeenCalledOnce();
      closing.mockRestore();
      await proxy.update({ enabled: true, listen, upstream: `127.0.0.1:${second.port}` });
      await until('the old connection', () => before.isClosed || before.hasEnded);
      const after = await connect();
      after.socket.write('to the second');
      await until('the echo', () => after.text === 'to the second');
      expect(second.peers).toHaveLength(1);
    });
    await second.close();
  });

  test('closing leaves no socket, no timer, no port', async () => {
    const count = (kind: string): number =>
      process.getActiveResourcesInfo().filter((name) => name === kind).length;
    const own = await startToxiproxy({ seed: 1 });
    await withProxy(own.url, silent, async ({ connect, proxy, upstream }) => {
      await proxy.addToxic(toxic('latency', { latency: 600_000, jitter: 0 }));
      await proxy.addToxic(toxic('timeout', { timeout: 600_000 }, { stream: 'upstream' }));
      const peer = await connect();
      const far = await upstream.peer();
      far.socket.write('held');
      await sleep(quietMs);
      const listeners = count('TCPServerWrap');
      await own.close();
      await until('both listeners gone', () => count('TCPServerWrap') === listeners - 2);
      await until('both ends', () => peer.isClosed || peer.hasEnded);
      await until('the server side', () => far.isClosed || far.hasEnded);
    });
    await own.close();
    await expect(fetch(`${own.url}/version`)).rejects.toThrow('fetch failed');
  });
});
