/**
 * Makes and starts the container of a node through testcontainers, and waits for the line that says
 * that the node listens.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import type { BugFile } from '../../planting/bug-file.ts';
import type { Workspace } from '../../process-control/workspace.ts';
import { plantedBugVariable } from '../../planting/planted-bug-variable.ts';
import { imagePaths } from './image.ts';
import { listeningLine } from './listening-line.ts';
import type { Docker, Library } from './docker.ts';
import type { Labels } from './labels.ts';
import { ownUser } from './own-user.ts';
import type { PrivateNetwork } from './private-network.ts';

export interface NodeContainerSettings {
  readonly docker: Docker;
  readonly workspace: Workspace;
  readonly network: PrivateNetwork;
  readonly image: string;
  readonly labels: Labels;
  /** What the engine carries; null: nothing. */
  readonly bug: BugFile | null;
  /** Unique on the engine. */
  readonly name: string;
  readonly address: string;
  /** Folder of the run, the same path inside and outside. */
  readonly root: string;
  /** Folder below it for the control pipes of this node. */
  readonly controlFolder: string;
}

const startTimeoutMs = 20_000;

/** Resolves with its id. */
export async function createContainer(
  settings: NodeContainerSettings,
  nodeArguments: readonly string[],
): Promise<string> {
  const { docker, workspace, network, image, labels, name, address, root, bug } = settings;
  const { PullPolicy, Wait } = docker.library;
  const entry = inside('containers/node-main');
  const planted = bug === null ? {} : { [plantedBugVariable]: JSON.stringify(bug) };
  const planting = bug === null ? [] : ['--import', inside('processes/plant-main')];
  const container = new (addressed(docker.library, { network: network.name, address }))(image)
    .withPullPolicy(PullPolicy.neverPull())
    .withAutoCleanup(false)
    .withName(name)
    .withLabels({ ...labels })
    .withNetworkMode(network.name)
    .withBindMounts([
      { source: root, target: root },
      { source: compileCache(workspace), target: imagePaths.compileCache },
    ])
    .withDroppedCapabilities('ALL')
    .withEnvironment({ NODE_COMPILE_CACHE: imagePaths.compileCache, ...planted })
    .withCommand([imagePaths.node, ...planting, entry, ...nodeArguments])
    .withWaitStrategy(Wait.forLogMessage(listeningLine))
    .withStartupTimeout(startTimeoutMs);
  const user = ownUser();
  if (user !== null) container.withUser(user);
  return (await container.start()).getId();
}

/** Shared by all nodes of this harness: the first ones compile for the others. */
function compileCache({ folder }: Workspace): string {
  const path = join(folder, 'compile-cache');
  mkdirSync(path, { recursive: true });
  return path;
}

/** Path in the image of a module of `harness/subjects`. */
function inside(module: string): string {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  return `${imagePaths.project}/harness/subjects/${module}${extension}`;
}

/** A container with a fixed address: what the library's builder has no method for. */
function addressed(
  { GenericContainer }: Library,
  { network, address }: { readonly network: string; readonly address: string },
): typeof GenericContainer {
  return class extends GenericContainer {
    constructor(image: string) {
      super(image);
      this.createOpts.NetworkingConfig = {
        EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: address } } },
      };
    }
  };
}
