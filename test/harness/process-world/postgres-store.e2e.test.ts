import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Workspace } from '../../../harness/process-control/workspace.ts';
import { findPostgres } from '../../../harness/subjects/processes/postgres-binaries.ts';
import {
  schemaStatements,
  visibleQuery,
} from '../../../harness/subjects/processes/postgres-schema.ts';
import {
  openPostgres,
  type PostgresServer,
} from '../../../harness/subjects/processes/postgres-server.ts';
import { machineMs } from '../../../harness/process-world/machine-clock.ts';
import { createPostgresStore } from '../../../harness/process-world/postgres-store.ts';
import { createStoreLog } from '../../../harness/process-world/store-log.ts';
import type { StorePort } from '../../../src/engine/world/world.ts';
import type { Row } from '../../../src/model/value.ts';
import { FakeControl } from './fake-control.ts';
import { callsOf, describeStore, identity, row, type StoreUnderTest } from './store-contract.ts';

const missing = await findPostgres().then(
  () => null,
  (error: unknown) => String(error),
);
if (missing !== null) console.warn(`skipped: ${missing}`);

let workspace: Workspace;
let server: PostgresServer;
let reader: Client;
let schemas = 0;

interface Shown {
  readonly transaction: string | null;
  readonly keys: readonly string[] | null;
  readonly ts: readonly string[] | null;
  readonly row_values: readonly string[] | null;
}

interface Rig extends StoreUnderTest {
  readonly schema: string;
  readonly control: FakeControl;
  readonly open: () => StorePort;
}

async function rig(): Promise<Rig> {
  const schema = `test_${++schemas}`;
  await reader.query(`CREATE SCHEMA ${schema}`);
  await reader.query(`SET search_path = ${schema}`);
  for (const statement of schemaStatements) await reader.query(statement);
  const control = new FakeControl();
  const log = createStoreLog(control, machineMs());
  return {
    schema,
    control,
    open: () => createPostgresStore({ connectionString: server.direct, schema, log, control }),
    visible: async () => {
      const { rows } = await reader.query<Shown>(visibleQuery, [new Date(0)]);
      return rows.map(({ transaction, keys, ts, row_values: values }) => ({
        transaction,
        rows: (keys ?? []).map((key, i) => ({
          key,
          ts: Number(ts?.[i]),
          value: JSON.parse(values?.[i] ?? '') as Row['value'],
        })),
      }));
    },
  };
}

describe.skipIf(missing !== null)('PostgreSQL as the store', () => {
  beforeAll(async () => {
    workspace = Workspace.create();
    server = await openPostgres(workspace, '');
    reader = new Client({ connectionString: server.direct });
    await reader.connect();
  });
  afterAll(async () => {
    await reader.end();
    await server.close();
    workspace.remove();
  });

  describeStore(rig);

  it('keeps prepared transactions when its sessions end, and gives up open ones', async () => {
    const { open, schema, control, visible } = await rig();
    const store = callsOf(open());
    const me = identity(1);
    await store.fence(me);
    await store.write(me, { transaction: 'a', rows: [row(1)] });
    await store.prepare(me, { transaction: 'a', checkpoint: 1 });
    await store.write(me, { transaction: 'b', rows: [row(2)] });
    await reader.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1',
      [schema],
    );
    await expect.poll(async () => (await store.pending(me)).failure).toBeNull();
    expect((await store.pending(me)).value).toContain('a');
    expect((await store.prepare(me, { transaction: 'b', checkpoint: 2 })).failure).not.toBeNull();
    await expect.poll(async () => (await store.commit(me, 'a')).failure).toBeNull();
    expect((await visible()).map(({ transaction }) => transaction)).toEqual(['a']);
    expect(control.of('store-failure').length).toBeGreaterThan(0);
  });

  it('lets no commit through that was under way when the fence came', async () => {
    for (let i = 0; i < 20; i++) {
      const { open, visible } = await rig();
      const zombie = callsOf(open());
      await zombie.fence(identity(1));
      await zombie.write(identity(1), { transaction: 'a', rows: [row(1)] });
      await zombie.prepare(identity(1), { transaction: 'a', checkpoint: 1 });
      const successor = callsOf(open());
      const commit = zombie.commit(identity(1), 'a');
      expect((await successor.fence(identity(2))).failure).toBeNull();
      // Either it was done before the fence, or it is never done.
      const before = await visible();
      const pending = (await successor.pending(identity(2))).value as string[];
      expect(before.length + pending.length).toBe(1);
      await commit;
      expect(await visible()).toEqual(before);
    }
  });
});
