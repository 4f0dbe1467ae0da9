import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createFileStore } from '../../../harness/process-world/file-store.ts';
import {
  ownerName,
  ownersFolder,
  parseVisible,
  visibleFolder,
} from '../../../harness/process-world/file-store-layout.ts';
import { machineMs } from '../../../harness/process-world/machine-clock.ts';
import type { StoreEffect } from '../../../harness/process-world/store-effects.ts';
import { createStoreLog } from '../../../harness/process-world/store-log.ts';
import { Troubles } from '../../../harness/process-world/troubles.ts';
import type { StorePort } from '../../../src/engine/world/world.ts';
import type { Row } from '../../../src/model/value.ts';
import { FakeControl } from './fake-control.ts';
import { callsOf, describeStore, identity, row, type StoreUnderTest } from './store-contract.ts';

let parent = '';
beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), 'file-store-test-'));
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

interface Rig extends StoreUnderTest {
  readonly control: FakeControl;
  readonly troubles: Troubles<StoreEffect>;
  readonly open: () => StorePort;
}

function rig(): Rig {
  const folder = mkdtempSync(join(parent, 'store-'));
  const { sink } = identity(0);
  for (const subtask of [0, 1]) {
    mkdirSync(join(ownersFolder(folder, sink, subtask), ownerName(0)), { recursive: true });
    mkdirSync(visibleFolder(folder, sink, subtask), { recursive: true });
  }
  const control = new FakeControl();
  const troubles = new Troubles<StoreEffect>(control);
  const log = createStoreLog(control, machineMs());
  return {
    control,
    troubles,
    open: () => createFileStore({ folder, log, troubles }),
    visible: () => {
      const visible = visibleFolder(folder, sink, 0);
      const shown = readdirSync(visible)
        .sort()
        .map((name) => ({
          transaction: parseVisible(name).transaction,
          rows: readFileSync(join(visible, name), 'utf8')
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line) as Row),
        }));
      return Promise.resolve(shown);
    },
  };
}

describe('the file sink', () => {
  describeStore(() => Promise.resolve(rig()));
});

describe('the file sink under faults', () => {
  const until = machineMs() + 3_600_000;

  it('refuses while it is down, and says that the fault took effect', async () => {
    const { open, troubles, control, visible } = rig();
    const store = callsOf(open());
    troubles.add({ fault: 4, effect: 'unavailable', untilMs: until });
    expect((await store.fence(identity(1))).failure).toBe('unavailable');
    expect((await store.append(identity(1), [row(1)])).failure).toBe('unavailable');
    expect(control.of('effect')).toEqual([
      { kind: 'effect', fault: 4, detail: 'fence was refused' },
    ]);
    expect(await visible()).toEqual([]);
  });

  it('does what it gives no answer to', async () => {
    const { open, troubles, control, visible } = rig();
    const store = callsOf(open());
    await store.fence(identity(1));
    await store.write(identity(1), { transaction: 'a', rows: [row(1)] });
    await store.prepare(identity(1), { transaction: 'a', checkpoint: 1 });
    troubles.add({ fault: 0, effect: 'reply-lost', untilMs: until });
    expect((await store.commit(identity(1), 'a')).failure).toBe('unknown');
    expect(await visible()).toHaveLength(1);
    expect(control.of('effect')).toHaveLength(1);
  });

  it('gives up open transactions, never prepared ones', async () => {
    const { open, troubles, control } = rig();
    const store = callsOf(open());
    await store.fence(identity(1));
    await store.write(identity(1), { transaction: 'a', rows: [row(1)] });
    await store.prepare(identity(1), { transaction: 'a', checkpoint: 1 });
    await store.write(identity(1), { transaction: 'b', rows: [row(2)] });
    troubles.add({ fault: 0, effect: 'transaction-timeout', untilMs: until });
    const prepared = await store.prepare(identity(1), { transaction: 'b', checkpoint: 2 });
    expect(prepared.failure).toBe('not-found');
    expect((await store.commit(identity(1), 'a')).failure).toBeNull();
    const events = control.of('record').map(({ event }) => ('event' in event ? event.event : ''));
    expect(events).toContain('timed-out');
  });
});
