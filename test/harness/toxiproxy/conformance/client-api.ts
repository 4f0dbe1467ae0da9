/** Every call of toxiproxy-node-client 4.1.0, against a server. */
import { expect, test } from 'vitest';
import { Toxiproxy, ToxiproxyError } from 'toxiproxy-node-client';
import { toxic, withProxy } from '../rig.ts';
import type { Subject } from './subject.ts';

export function clientApiSuite(subject: Subject): void {
  proxyCalls(subject);
  toxicCalls(subject);
  errorCalls(subject);
}

function proxyCalls(subject: Subject): void {
  test(`${subject.name}: version`, async () => {
    const client = new Toxiproxy(subject.url());
    expect(await client.getVersion()).toMatch(/^\{"version": "[\w.-]+"\}\n$/);
  });

  test(`${subject.name}: create, get, list, update and remove a proxy`, async () => {
    const client = new Toxiproxy(subject.url());
    const created = await client.createProxy({
      name: 'calls',
      listen: '127.0.0.1:0',
      upstream: '127.0.0.1:9',
    });
    expect(created.listen).toMatch(/^127\.0\.0\.1:[1-9]\d+$/);
    expect((await client.get('calls')).toJson()).toEqual(created.toJson());
    expect(Object.keys(await client.getAll())).toContain('calls');
    const disabled = await created.update({
      enabled: false,
      listen: created.listen,
      upstream: '127.0.0.1:8',
    });
    expect(disabled.toJson()).toEqual({
      name: 'calls',
      listen: created.listen,
      upstream: '127.0.0.1:8',
      enabled: false,
    });
    await created.remove();
    expect(Object.keys(await client.getAll())).not.toContain('calls');
  });

  test(`${subject.name}: populate keeps equal proxies and replaces changed ones`, async () => {
    const client = new Toxiproxy(subject.url());
    const one = { name: 'one', listen: '127.0.0.1:0', upstream: '127.0.0.1:9' };
    const first = await client.populate([one, { ...one, name: 'two', enabled: false }]);
    expect(first['two']?.enabled).toBe(false);
    const listen = first['one']?.listen ?? '';
    const same = await client.populate([{ ...one, listen }]);
    expect(same['one']?.toJson()).toEqual(first['one']?.toJson());
    const changed = await client.populate([{ ...one, listen, upstream: '127.0.0.1:7' }]);
    expect(changed['one']?.toJson()).toMatchObject({ listen, upstream: '127.0.0.1:7' });
    await changed['one']?.remove();
    await first['two']?.remove();
  });

  test(`${subject.name}: reset enables proxies and removes toxics`, async () => {
    await withProxy(
      subject.url(),
      () => {},
      async ({ client, proxy }) => {
        await proxy.addToxic(toxic('latency', { latency: 5, jitter: 0 }));
        await proxy.update({ enabled: false, listen: proxy.listen, upstream: proxy.upstream });
        await client.reset();
        expect((await client.get(proxy.name)).enabled).toBe(true);
        await expect(proxy.getToxic('latency_downstream')).rejects.toThrow('404');
      },
    );
  });
}

function toxicCalls(subject: Subject): void {
  test(`${subject.name}: add, get, update and remove a toxic`, async () => {
    await withProxy(
      subject.url(),
      () => {},
      async ({ proxy }) => {
        const body = toxic('latency', { latency: 5, jitter: 1 }, { stream: 'upstream' });
        const added = await proxy.addToxic(body);
        expect(added.toJson()).toEqual(body);
        const got = await proxy.getToxic('latency_upstream');
        expect(got.toJson()).toEqual(body);
        const updated = await got.update({
          ...body,
          toxicity: 0.5,
          attributes: { latency: 7, jitter: 1 },
        });
        expect(updated.toxicity).toBe(0.5);
        expect(updated.attributes).toEqual({ latency: 7, jitter: 1 });
        await updated.remove();
        await expect(proxy.getToxic('latency_upstream')).rejects.toThrow('404');
      },
    );
  });
}

function errorCalls(subject: Subject): void {
  test(`${subject.name}: errors reach the client with their status`, async () => {
    const client = new Toxiproxy(subject.url());
    const missing = client.get('nobody');
    await expect(missing).rejects.toThrow('404');
    await expect(missing).rejects.toBeInstanceOf(ToxiproxyError);
    await withProxy(
      subject.url(),
      () => {},
      async ({ proxy }) => {
        const { name, listen, upstream } = proxy;
        await expect(client.createProxy({ name, listen, upstream })).rejects.toThrow('409');
        await expect(proxy.addToxic(toxic('nonsense', {}))).rejects.toThrow('400');
        await proxy.addToxic(toxic('slow_close', { delay: 1 }));
        await expect(proxy.addToxic(toxic('slow_close', { delay: 1 }))).rejects.toThrow('409');
      },
    );
  });
}
