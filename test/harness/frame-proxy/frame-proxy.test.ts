/** The frame proxy over real TCP on loopback. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { startFrameProxy, type FrameProxy } from '../../../harness/frame-proxy/frame-proxy.ts';
import type { FrameRule } from '../../../harness/frame-proxy/rule.ts';
import { encodeFrame, FrameDecoder } from '../../../harness/wire/frame.ts';
import { echo, open, until, Upstream, type Peer } from '../toxiproxy/rig.ts';

const all = { direction: 'upstream', channel: null, share: 1 } as const;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(
  rules: readonly FrameRule[],
  onPeer?: (peer: Peer) => void,
): Promise<{ proxy: FrameProxy; upstream: Upstream; peer: Peer }> {
  const upstream = await Upstream.start(onPeer);
  closing.push(() => upstream.close());
  const proxy = await startFrameProxy({ upstreamPort: upstream.port, seed: 1, rules });
  closing.push(() => proxy.close());
  const peer = await open(proxy.port);
  closing.push(async () => void peer.socket.destroy());
  return { proxy, upstream, peer };
}

const frame = (text: string): Buffer =>
  encodeFrame({ channel: text.charCodeAt(0), sequence: 0, body: Buffer.from(text) });

function texts(peer: Peer): string[] {
  return new FrameDecoder().push(peer.received).map(({ body }) => body.toString());
}

test('frames pass unchanged, both ways, in any pieces', async () => {
  const { proxy, peer } = await start([], echo);
  const sent = Array.from({ length: 200 }, (_, i) => `${'abc'.charAt(i % 3)}${'x'.repeat(i * 7)}`);
  const bytes = Buffer.concat(sent.map(frame));
  for (let at = 0; at < bytes.length; at += 1000) peer.socket.write(bytes.subarray(at, at + 1000));
  await until('all frames', () => peer.received.length === bytes.length);
  expect(texts(peer)).toEqual(sent);
  expect(proxy.statistics()).toMatchObject({
    connections: 1,
    brokenStreams: 0,
    frames: { upstream: { passed: 200 }, downstream: { passed: 200 } },
  });
});

test('rules apply to open connections, and what is held goes when they end', async () => {
  const { proxy, upstream, peer } = await start([
    { ...all, kind: 'delay', channel: 'a'.charCodeAt(0), delayMs: 600_000, jitterMs: 0 },
    { ...all, kind: 'duplicate', channel: 'b'.charCodeAt(0) },
  ]);
  const far = await upstream.peer();
  peer.socket.write(Buffer.concat(['a1', 'b1', 'a2', 'c1'].map(frame)));
  await until('what is not held', () => texts(far).length === 3);
  expect(texts(far)).toEqual(['b1', 'b1', 'c1']);
  proxy.setRules([]);
  await until('what was held', () => texts(far).length === 5);
  expect(texts(far)).toEqual(['b1', 'b1', 'c1', 'a1', 'a2']);
});

test('the end of the stream waits for held frames, the other direction goes on', async () => {
  const { upstream, peer } = await start([{ ...all, kind: 'delay', delayMs: 60, jitterMs: 0 }]);
  const far = await upstream.peer();
  peer.socket.end(frame('a1'));
  await until('the end', () => far.hasEnded);
  expect(texts(far)).toEqual(['a1']);
  far.socket.end(frame('b1'));
  await until('the answer', () => peer.hasEnded);
  expect(texts(peer)).toEqual(['b1']);
});

test('bytes that are no frames break the connection and are reported', async () => {
  const { proxy, upstream, peer } = await start([]);
  const far = await upstream.peer();
  const bytes = frame('a1');
  bytes[16] = 0;
  peer.socket.write(bytes);
  await until('the break on both sides', () => peer.isClosed && far.isClosed);
  expect(far.text).toBe('');
  expect(proxy.statistics()).toMatchObject({ connections: 0, brokenStreams: 1 });
  expect(proxy.statistics().lastFault).toContain('checksum');
});

test('an upstream that moved is found at its new place; open connections stay', async () => {
  const { proxy, upstream, peer } = await start([]);
  const before = await upstream.peer();
  const other = await Upstream.start();
  closing.push(() => other.close());
  proxy.moveUpstream({ host: '127.0.0.1', port: other.port });
  const later = await open(proxy.port);
  closing.push(async () => void later.socket.destroy());
  peer.socket.write(frame('a1'));
  later.socket.write(frame('b1'));
  const after = await other.peer();
  await until('both frames', () => texts(before).length + texts(after).length === 2);
  expect([texts(before), texts(after)]).toEqual([['a1'], ['b1']]);
});

test('a dead upstream breaks the client', async () => {
  const { proxy, upstream } = await start([]);
  await upstream.close();
  const peer = await open(proxy.port);
  await until('the break', () => peer.isClosed);
  expect(peer.text).toBe('');
});

test('a sender that is held back is not read without bound', async () => {
  const { peer } = await start([{ ...all, kind: 'delay', delayMs: 600_000, jitterMs: 0 }]);
  const block = encodeFrame({ channel: 1, sequence: 0, body: Buffer.alloc(1_000_000) });
  for (let i = 0; i < 80; i++) peer.socket.write(block);
  await sleep(300);
  expect(peer.socket.writableLength).toBeGreaterThan(20_000_000);
});

test('bad rules change nothing', async () => {
  const { proxy, upstream, peer } = await start([{ ...all, kind: 'duplicate' }]);
  expect(() => proxy.setRules([{ ...all, kind: 'drop', share: 2 }])).toThrow('share is 2');
  const far = await upstream.peer();
  peer.socket.write(frame('a1'));
  await until('both copies', () => texts(far).length === 2);
  expect(texts(far)).toEqual(['a1', 'a1']);
});

test('closing frees the port and breaks connections', async () => {
  const { proxy, peer } = await start([{ ...all, kind: 'delay', delayMs: 600_000, jitterMs: 0 }]);
  peer.socket.write(frame('a1'));
  await until('the frame at the proxy', () => proxy.statistics().connections === 1);
  await proxy.close();
  await until('the break', () => peer.isClosed || peer.hasEnded);
  const refused = await open(proxy.port);
  await until('the refusal', () => refused.error !== null);
  expect(refused.error?.code).toBe('ECONNREFUSED');
});
