/**
 * What every store behind the sinks has to do, whatever it is made of. A test hands in how to open
 * one, as a node of the given number of restarts, and how an outside reader sees it.
 */
import { expect, it } from 'vitest';

import type { Failure, SinkIdentity, StorePort } from '../../../src/engine/world/world.ts';
import type { Row } from '../../../src/model/value.ts';

export interface StoreUnderTest {
  /** A node's handle; each call stands for another process. */
  readonly open: () => Promise<StorePort> | StorePort;
  /** Rows a read-committed reader sees, in order, with the transaction they came in. */
  readonly visible: () => Promise<
    { readonly transaction: string | null; readonly rows: readonly Row[] }[]
  >;
}

type Calls = {
  [K in keyof StorePort]: (
    ...args: StorePort[K] extends (...args: [...infer A, infer _R]) => void ? A : never
  ) => Promise<{ readonly failure: Failure['kind'] | null; readonly value: unknown }>;
};

/** The store with promises for replies. */
export function callsOf(store: StorePort): Calls {
  const entries = Object.entries(store) as [string, (...args: unknown[]) => void][];
  return Object.fromEntries(
    entries.map(([name, call]) => [
      name,
      (...args: unknown[]) =>
        new Promise((resolve) => {
          call(...args, (failure: Failure | null, value: unknown) =>
            resolve({ failure: failure?.kind ?? null, value }),
          );
        }),
    ]),
  ) as unknown as Calls;
}

export function identity(epoch: number, subtask = 0): SinkIdentity {
  return { sink: 'out.é', subtask, epoch };
}

export function row(n: number): Row {
  return { key: `k'${n}`, ts: n, value: { n, text: 'ü\n"' } };
}

const done = { failure: null };

export function describeStore(open: () => Promise<StoreUnderTest>): void {
  it('shows a transaction when it is committed, whole and once', async () => {
    const test = await open();
    const store = callsOf(await test.open());
    const me = identity(1);
    expect(await store.fence(me)).toMatchObject(done);
    expect(await store.write(me, { transaction: 'a/1', rows: [row(1), row(2)] })).toMatchObject(
      done,
    );
    expect(await store.write(me, { transaction: 'a/1', rows: [row(3)] })).toMatchObject(done);
    expect(await test.visible()).toEqual([]);
    expect(await store.prepare(me, { transaction: 'a/1', checkpoint: 7 })).toMatchObject(done);
    expect(await store.prepare(me, { transaction: 'a/1', checkpoint: 7 })).toMatchObject(done);
    expect(await test.visible()).toEqual([]);
    for (let i = 0; i < 2; i++) expect(await store.commit(me, 'a/1')).toMatchObject(done);
    expect(await test.visible()).toEqual([{ transaction: 'a/1', rows: [row(1), row(2), row(3)] }]);
  });

  it('keeps the next transaction open while it commits one', async () => {
    const test = await open();
    const store = callsOf(await test.open());
    const me = identity(1);
    await store.fence(me);
    await store.write(me, { transaction: 'a', rows: [row(1)] });
    await store.prepare(me, { transaction: 'a', checkpoint: 1 });
    await store.write(me, { transaction: 'b', rows: [row(2)] });
    expect(await store.commit(me, 'a')).toMatchObject(done);
    expect(await store.prepare(me, { transaction: 'b', checkpoint: 2 })).toMatchObject(done);
    expect(await store.commit(me, 'b')).toMatchObject(done);
    expect((await test.visible()).map(({ transaction }) => transaction)).toEqual(['a', 'b']);
  });

  it('hands prepared transactions over to the next epoch', async () => {
    const test = await open();
    const first = callsOf(await test.open());
    await first.fence(identity(1));
    for (const [index, transaction] of ['a', 'b'].entries()) {
      await first.write(identity(1), { transaction, rows: [row(index)] });
      await first.prepare(identity(1), { transaction, checkpoint: index + 1 });
    }
    await first.fence(identity(1, 1));
    await first.write(identity(1, 1), { transaction: 'other', rows: [row(9)] });
    await first.prepare(identity(1, 1), { transaction: 'other', checkpoint: 1 });
    const second = callsOf(await test.open());
    expect(await second.fence(identity(2))).toMatchObject(done);
    const pending = await second.pending(identity(2));
    expect([...(pending.value as string[])].sort()).toEqual(['a', 'b']);
    expect(await second.commit(identity(2), 'a')).toMatchObject(done);
    expect(await second.abort(identity(2), 'b')).toMatchObject(done);
    expect(await second.abort(identity(2), 'b')).toMatchObject(done);
    expect((await second.pending(identity(2))).value).toEqual([]);
    expect(await test.visible()).toEqual([{ transaction: 'a', rows: [row(0)] }]);
  });

  it('lets a fenced epoch do nothing at all', async () => {
    const test = await open();
    const zombie = callsOf(await test.open());
    const old = identity(1);
    await zombie.fence(old);
    await zombie.write(old, { transaction: 'a', rows: [row(1)] });
    await zombie.prepare(old, { transaction: 'a', checkpoint: 1 });
    await zombie.write(old, { transaction: 'b', rows: [row(2)] });
    await callsOf(await test.open()).fence(identity(3));
    const refused = [
      await zombie.commit(old, 'a'),
      await zombie.commit(old, 'a'),
      await zombie.abort(old, 'a'),
      await zombie.append(old, [row(3)]),
      await zombie.upsert(old, [row(3)]),
      await zombie.fence(old),
      await zombie.fence(identity(2)),
      await zombie.pending(old),
    ];
    const kinds = new Set(refused.map(({ failure }) => failure));
    // A call that meets its ended session first hears that the outcome is unknown.
    kinds.delete('unknown');
    expect([...kinds]).toEqual(['fenced']);
    expect((await zombie.prepare(old, { transaction: 'b', checkpoint: 2 })).failure).not.toBeNull();
    expect((await zombie.write(old, { transaction: 'c', rows: [row(4)] })).failure).not.toBeNull();
    expect(await test.visible()).toEqual([]);
  });

  it('gives of several takers the highest epoch the last word', async () => {
    const test = await open();
    const stores = await Promise.all([1, 2, 3, 4].map(async () => callsOf(await test.open())));
    await Promise.all(stores.map((store, index) => store.fence(identity(index + 1))));
    const last = stores.at(-1);
    expect(await last?.append(identity(4), [row(1)])).toMatchObject(done);
    expect((await stores[0]?.append(identity(1), [row(2)]))?.failure).not.toBeNull();
    expect((await test.visible()).map(({ rows }) => rows)).toEqual([[row(1)]]);
  });

  it('says that it does not know a transaction', async () => {
    const test = await open();
    const store = callsOf(await test.open());
    await store.fence(identity(1));
    expect((await store.commit(identity(1), 'never')).failure).toBe('not-found');
    expect(await store.abort(identity(1), 'never')).toMatchObject(done);
    const prepared = await store.prepare(identity(1), { transaction: 'never', checkpoint: 1 });
    expect(prepared.failure).toBe('not-found');
    await store.write(identity(1), { transaction: 'a', rows: [row(1)] });
    await store.prepare(identity(1), { transaction: 'a', checkpoint: 1 });
    await store.commit(identity(1), 'a');
    expect((await store.abort(identity(1), 'a')).failure).toBe('not-found');
  });

  it('shows direct writes at once and in order', async () => {
    const test = await open();
    const store = callsOf(await test.open());
    await store.fence(identity(1));
    await Promise.all([1, 2, 3].map((n) => store.append(identity(1), [row(n)])));
    await store.upsert(identity(1), [row(1), { ...row(1), value: 'newer' }]);
    expect((await test.visible()).map(({ rows }) => rows)).toEqual([
      [row(1)],
      [row(2)],
      [row(3)],
      [row(1), { ...row(1), value: 'newer' }],
    ]);
  });
}
