/**
 * A node program, wherever it runs: binds its port, says so, waits for its boot command, and runs
 * the reference engine on the real World.
 */
import { readFileSync } from 'node:fs';

import { assert } from '../../../src/base/assert.ts';
import { createReferenceEngine } from '../../../src/engine/reference-engine.ts';
import type { StorePort } from '../../../src/engine/world/world.ts';
import { FunctionFailure } from '../../../src/model/validate/function-guard.ts';
import type { FunctionCatalog } from '../../../src/model/functions.ts';
import type { Case } from '../../../src/model/case.ts';
import { onFirstReached } from '../../planting/reached.ts';
import type { ControlChannel } from '../../process-world/control-channel.ts';
import { createFileStore } from '../../process-world/file-store.ts';
import type { Network } from '../../process-world/network.ts';
import type { Command, NodeBoot } from '../../process-world/protocol.ts';
import { createRealWorld, type RealWorld } from '../../process-world/real-world.ts';
import type { StoreEffect } from '../../process-world/store-effects.ts';
import { createStoreLog } from '../../process-world/store-log.ts';
import { Troubles } from '../../process-world/troubles.ts';
import { ownCatalog } from './own-catalog.ts';

const engineErrorCode = 70;
/** How often the number of messages sent is reported, ms. */
const countEveryMs = 200;

/** Resolves when it listens; from then on the harness says what happens. */
export async function runNode(control: ControlChannel, network: Network): Promise<void> {
  process.on('uncaughtException', (error) => {
    console.error(error);
    const given = error instanceof FunctionFailure;
    control.notify({ kind: 'engine-error', message: error.message, given });
    process.exit(engineErrorCode);
  });
  // Ctrl-C reaches the whole group; the harness decides when to end.
  process.on('SIGINT', () => undefined);

  const catalog = await ownCatalog();
  let world: RealWorld | null = null;
  // Booting takes a moment; what is asked of the node meanwhile is done after it.
  const early: Command[] = [];
  const onWorld = (booted: RealWorld): void => {
    world = booted;
    for (const command of early) booted.obey(command);
  };
  control.onCommand((command) => {
    if (command.kind === 'boot') {
      assert(world === null, 'a node boots once');
      void boot(command, { control, network, onWorld, catalog });
    } else if (world === null) early.push(command);
    else world.obey(command);
  });
  onFirstReached(() => control.notify({ kind: 'reached' }));
  control.notify({ kind: 'listening', port: await network.listen() });
}

interface Surroundings {
  readonly control: ControlChannel;
  readonly network: Network;
  readonly onWorld: (world: RealWorld) => void;
  readonly catalog: FunctionCatalog;
}

async function boot(settings: NodeBoot, surroundings: Surroundings): Promise<void> {
  const { control, network, onWorld, catalog } = surroundings;
  const kase = JSON.parse(readFileSync(settings.caseFile, 'utf8')) as Case;
  const { node, incarnation, dials, peers } = settings;
  const storeTroubles = new Troubles<StoreEffect>(control);
  const store = await openStore(settings, storeTroubles, control);
  const booted = createRealWorld({
    boot: settings,
    seed: kase.seed,
    control,
    network,
    storeTroubles,
    store,
  });
  onWorld(booted);
  const engine = createReferenceEngine(kase, catalog).boot(node, booted);
  network.start({ self: { node, incarnation }, dials, peers, control }, engine);
  reportMessages(control, network);
  engine.start();
}

async function openStore(
  { store, startedAtMs }: NodeBoot,
  troubles: Troubles<StoreEffect>,
  control: ControlChannel,
): Promise<StorePort> {
  const log = createStoreLog(control, startedAtMs);
  if (store.kind === 'files') return createFileStore({ folder: store.folder, log, troubles });
  // Loading the driver takes time; most runs need none.
  const { createPostgresStore } = await import('../../process-world/postgres-store.ts');
  return createPostgresStore({ ...store, log, control });
}

function reportMessages(control: ControlChannel, network: Network): void {
  let reported = 0;
  setInterval(() => {
    if (network.messages === reported) return;
    control.notify({ kind: 'sent', messages: network.messages - reported });
    reported = network.messages;
  }, countEveryMs);
}
