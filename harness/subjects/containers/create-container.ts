/**
 * Makes and starts the container of a node through testcontainers, and waits for the line that says
 * that the node listens.
 */
import { imagePaths } from './image.ts';
import { listeningLine } from './listening-line.ts';
import type { Library } from './docker.ts';
import type { NodeContainerSettings } from './node-container.ts';

const startTimeoutMs = 20_000;

/** Resolves with its id. */
export async function createContainer(
  settings: NodeContainerSettings,
  nodeArguments: readonly string[],
): Promise<string> {
  const { docker, network, image, labels, name, address, root } = settings;
  const { PullPolicy, Wait } = docker.library;
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const entry = `${imagePaths.project}/harness/subjects/containers/node-main${extension}`;
  const container = new (addressed(docker.library, { network: network.name, address }))(image)
    .withPullPolicy(PullPolicy.neverPull())
    .withAutoCleanup(false)
    .withName(name)
    .withLabels({ ...labels })
    .withNetworkMode(network.name)
    .withBindMounts([{ source: root, target: root }])
    .withDroppedCapabilities('ALL')
    .withCommand([imagePaths.node, entry, ...nodeArguments])
    .withWaitStrategy(Wait.forLogMessage(listeningLine))
    .withStartupTimeout(startTimeoutMs);
  const user = ownUser();
  if (user !== null) container.withUser(user);
  return (await container.start()).getId();
}

/** Files in the folder of the run are to belong to the harness. */
function ownUser(): string | null {
  const uid = process.getuid?.();
  const gid = process.getgid?.();
  return uid === undefined || gid === undefined ? null : `${uid}:${gid}`;
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
