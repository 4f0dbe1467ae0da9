/**
 * What toxics do to streams, on any server. Lower bounds of times are what a toxic promises; upper
 * bounds only tell "soon" from "never", so that a loaded machine changes no result.
 */
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { echo, toxic, until, withProxy, type Peer, type Stage } from '../rig.ts';
import type { Subject } from './subject.ts';

/** Timers may fire this much early, in ms. */
const slackMs = 3;
/** Long enough that what would come at once has come. */
const quietMs = 60;

export function streamsSuite(subject: Subject): void {
  const { name, url } = subject;
  const define =
    (onPeer: (peer: Peer) => void): Define =>
    (title, body) =>
      test(`${name}: ${title}`, async () => {
        expect.hasAssertions();
        await withProxy(url(), onPeer, body);
      });
  const echoTest = define(echo);
  const silentTest = define(() => {});
  transport(echoTest, silentTest);
  delays(echoTest, silentTest);
  closings(echoTest, silentTest);
  changes(echoTest, silentTest);
}

type Define = (title: string, body: (stage: Stage) => Promise<void>) => void;

/** Sends `text` and waits for its echo; the ms it took. */
async function roundTripMs(peer: Peer, text: string): Promise<number> {
  const before = peer.received.length;
  const start = performance.now();
  peer.socket.write(text);
  await until(`the echo of ${text}`, () => peer.received.length >= before + text.length);
  return performance.now() - start;
}

function transport(echoTest: Define, silentTest: Define): void {
  echoTest('bytes arrive unchanged, both ways', async ({ connect, proxy }) => {
    await proxy.addToxic(toxic('noop', {}));
    const peer = await connect();
    const data = randomBytes(2_000_000);
    peer.socket.write(data);
    await until('the echo', () => peer.received.length === data.length);
    const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    expect(digest(peer.received)).toBe(digest(data));
  });

  silentTest('a toxic works in its direction only', async ({ connect, proxy, upstream }) => {
    await proxy.addToxic(toxic('timeout', { timeout: 0 }, { stream: 'upstream' }));
    const peer = await connect();
    const far = await upstream.peer();
    far.socket.write('down');
    peer.socket.write('up');
    await until('data from the server', () => peer.text === 'down');
    await sleep(quietMs);
    expect(far.text).toBe('');
  });

  echoTest('a toxicity of 0 spares every connection', async ({ connect, proxy }) => {
    await proxy.addToxic(toxic('timeout', { timeout: 0 }, { toxicity: 0 }));
    const peer = await connect();
    await roundTripMs(peer, 'spared');
    expect(peer.text).toBe('spared');
  });

  silentTest('a dead upstream closes the client', async ({ connect, upstream }) => {
    await upstream.close();
    const peer = await connect();
    await until('the end of the connection', () => peer.isClosed || peer.hasEnded);
    expect(peer.text).toBe('');
  });
}

function delays(echoTest: Define, silentTest: Define): void {
  echoTest('latency delays, and that of several toxics adds up', async ({ connect, proxy }) => {
    await proxy.addToxic(toxic('latency', { latency: 40, jitter: 0 }, { name: 'a' }));
    await proxy.addToxic(toxic('latency', { latency: 30, jitter: 0 }, { name: 'b' }));
    await proxy.addToxic(toxic('latency', { latency: 20, jitter: 0 }, { stream: 'upstream' }));
    expect(await roundTripMs(await connect(), 'ping')).toBeGreaterThanOrEqual(90 - slackMs);
  });

  echoTest('jitter stays within its bounds', async ({ connect, proxy }) => {
    await proxy.addToxic(toxic('latency', { latency: 30, jitter: 10 }));
    const peer = await connect();
    for (let i = 0; i < 5; i++) {
      expect(await roundTripMs(peer, 'ping')).toBeGreaterThanOrEqual(20 - slackMs);
    }
  });

  silentTest('bandwidth bounds the rate', async ({ connect, proxy, upstream }) => {
    await proxy.addToxic(toxic('bandwidth', { rate: 500 }, { stream: 'upstream' }));
    const peer = await connect();
    const far = await upstream.peer();
    const start = performance.now();
    peer.socket.write(Buffer.alloc(100_000));
    await until('all bytes', () => far.received.length === 100_000);
    // 100 kB at 500 kB/s are 200 ms; what the last piece saves is allowed for.
    expect(performance.now() - start).toBeGreaterThanOrEqual(150);
  });

  silentTest('slices are many and lose nothing', async ({ connect, proxy, upstream }) => {
    const attributes = { average_size: 100, size_variation: 50, delay: 2000 };
    await proxy.addToxic(toxic('slicer', attributes, { stream: 'upstream' }));
    const peer = await connect();
    const far = await upstream.peer();
    const data = randomBytes(2000);
    peer.socket.write(data);
    await until('all bytes', () => far.received.length === data.length);
    expect(far.received.equals(data)).toBe(true);
    expect(far.reads).toBeGreaterThanOrEqual(3);
    expect(far.reads).toBeLessThanOrEqual(60);
  });

  silentTest('slow_close keeps the connection open for a while', async (stage) => {
    await stage.proxy.addToxic(toxic('slow_close', { delay: 150 }));
    const peer = await stage.connect();
    const far = await stage.upstream.peer();
    const start = performance.now();
    far.socket.end('bye');
    await until('the data', () => peer.text === 'bye');
    await until('the end', () => peer.hasEnded);
    expect(performance.now() - start).toBeGreaterThanOrEqual(150 - slackMs);
  });
}

function closings(echoTest: Define, silentTest: Define): void {
  echoTest('timeout swallows data and closes', async ({ connect, proxy }) => {
    await proxy.addToxic(toxic('timeout', { timeout: 80 }));
    const start = performance.now();
    const peer = await connect();
    peer.socket.write('lost');
    await until('the end', () => peer.hasEnded || peer.isClosed);
    expect(performance.now() - start).toBeGreaterThanOrEqual(80 - slackMs);
    expect(peer.text).toBe('');
  });

  echoTest('timeout 0 keeps the connection until it is removed', async ({ connect, proxy }) => {
    const added = await proxy.addToxic(toxic('timeout', { timeout: 0 }));
    const peer = await connect();
    peer.socket.write('lost');
    await sleep(quietMs);
    expect(peer.hasEnded || peer.isClosed).toBe(false);
    await added.remove();
    await until('the end', () => peer.hasEnded || peer.isClosed);
    expect(peer.text).toBe('');
  });

  echoTest('reset_peer resets the client after its timeout', async ({ connect, proxy }) => {
    await proxy.addToxic(toxic('reset_peer', { timeout: 60 }, { stream: 'upstream' }));
    const peer = await connect();
    const start = performance.now();
    peer.socket.write('data');
    await until('the reset', () => peer.error !== null);
    expect(peer.error?.code).toBe('ECONNRESET');
    expect(performance.now() - start).toBeGreaterThanOrEqual(60 - slackMs);
    expect(peer.text).toBe('');
  });

  silentTest('limit_data passes so many bytes and closes', async ({ connect, proxy, upstream }) => {
    await proxy.addToxic(toxic('limit_data', { bytes: 1000 }));
    const peer = await connect();
    const far = await upstream.peer();
    far.socket.write(Buffer.alloc(600, 'a'));
    await until('the first bytes', () => peer.received.length === 600);
    far.socket.write(Buffer.alloc(600, 'b'));
    await until('the end', () => peer.hasEnded || peer.isClosed);
    expect(peer.text).toBe('a'.repeat(600) + 'b'.repeat(400));
  });

  silentTest('the end of the stream passes after the data', async ({ connect, upstream }) => {
    const peer = await connect();
    const far = await upstream.peer();
    far.socket.end('last words');
    await until('the end', () => peer.hasEnded);
    expect(peer.text).toBe('last words');
  });
}

function changes(echoTest: Define, silentTest: Define): void {
  echoTest('toxics change and go on open connections', async ({ connect, proxy }) => {
    const peer = await connect();
    await roundTripMs(peer, 'a');
    const body = toxic('latency', { latency: 50, jitter: 0 });
    const added = await proxy.addToxic(body);
    expect(await roundTripMs(peer, 'b')).toBeGreaterThanOrEqual(50 - slackMs);
    const updated = await added.update({ ...body, attributes: { latency: 90, jitter: 0 } });
    expect(await roundTripMs(peer, 'c')).toBeGreaterThanOrEqual(90 - slackMs);
    await updated.remove();
    await roundTripMs(peer, 'd');
    expect(peer.text).toBe('abcd');
  });

  echoTest('removing a latency lets go what it held', async ({ connect, proxy }) => {
    const added = await proxy.addToxic(toxic('latency', { latency: 600_000, jitter: 0 }));
    const peer = await connect();
    peer.socket.write('held');
    await sleep(quietMs);
    expect(peer.text).toBe('');
    await added.remove();
    await until('the held data', () => peer.text === 'held');
    expect(peer.hasEnded).toBe(false);
  });

  echoTest('a disabled proxy breaks and refuses connections', async ({ connect, proxy }) => {
    const peer = await connect();
    await roundTripMs(peer, 'up');
    const { listen, upstream } = proxy;
    await proxy.update({ enabled: false, listen, upstream });
    await until('the end', () => peer.hasEnded || peer.isClosed);
    const refused = await connect();
    await until('the refusal', () => refused.error !== null);
    expect(refused.error?.code).toBe('ECONNREFUSED');
    await proxy.update({ enabled: true, listen, upstream });
    const again = await connect();
    await roundTripMs(again, 'again');
    expect(again.text).toBe('again');
  });

  silentTest('a removed proxy closes its connections', async ({ connect, proxy, upstream }) => {
    const peer = await connect();
    const far = await upstream.peer();
    await proxy.remove();
    await until('both ends', () => peer.hasEnded && far.hasEnded);
    expect(peer.text).toBe('');
  });
}
