/**
 * Entry of a node process: binds its port, says so, waits for its boot command, and runs the
 * reference engine on the real World. It is started by the harness only, with the notice pipe as
 * file descriptor 3.
 */
import { readFileSync } from 'node:fs';

import { assert } from '../../../src/base/assert.ts';
import { createReferenceEngine } from '../../../src/engine/reference-engine.ts';
import type { StorePort } from '../../../src/engine/world.ts';
import type { Case } from '../../../src/model/case.ts';
import { ControlChannel } from '../../world/control-channel.ts';
import { createFileStore } from '../../world/file-store.ts';
import { Network } from '../../world/network.ts';
import type { NodeBoot } from '../../world/protocol.ts';
import { createRealWorld, type RealWorld } from '../../world/real-world.ts';
import type { StoreEffect } from '../../world/store-effects.ts';
import { createStoreLog } from '../../world/store-log.ts';
import { Troubles } from '../../world/troubles.ts';

const engineErrorCode = 70;
/** How often the number of messages sent is reported, ms. */
const countEveryMs = 200;

const control = new ControlChannel();
const network = new Network();
let world: RealWorld | null = null;

process.on('uncaughtException', (error) => {
  console.error(error);
  control.notify({ kind: 'engine-error', message: error.message });
  process.exit(engineErrorCode);
});
// Ctrl-C reaches the whole group; the harness decides when to end.
process.on('SIGINT', () => undefined);

control.onCommand((command) => {
  if (command.kind === 'boot') void boot(command);
  else world?.obey(command);
});
control.notify({ kind: 'listening', port: await network.listen() });

async function boot(settings: NodeBoot): Promise<void> {
  assert(world === null, 'a node boots once');
  const kase = JSON.parse(readFileSync(settings.caseFile, 'utf8')) as Case;
  const { node, incarnation, dials, peers, startedAtMs } = settings;
  const storeTroubles = new Troubles<StoreEffect>(control);
  const store = await openStore(settings, storeTroubles);
  const booted = createRealWorld({
    boot: settings,
    seed: kase.seed,
    control,
    network,
    storeTroubles,
    store,
  });
  world = booted;
  const engine = createReferenceEngine(kase).boot(node, booted);
  network.start({ self: { node, incarnation }, dials, peers, control }, engine);
  reportMessages();
  void startedAtMs;
  engine.start();
}

async function openStore(
  { store, startedAtMs }: NodeBoot,
  troubles: Troubles<StoreEffect>,
): Promise<StorePort> {
  const log = createStoreLog(control, startedAtMs);
  if (store.kind === 'files') return createFileStore({ folder: store.folder, log, troubles });
  // Loading the driver takes time; most runs need none.
  const { createPostgresStore } = await import('../../world/postgres-store.ts');
  return createPostgresStore({ ...store, log, control });
}

function reportMessages(): void {
  let reported = 0;
  setInterval(() => {
    if (network.messages === reported) return;
    control.notify({ kind: 'sent', messages: network.messages - reported });
    reported = network.messages;
  }, countEveryMs);
}
