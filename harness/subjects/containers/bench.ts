/**
 * What container runs of one harness process share: the engine, the image, the private network with
 * the proxies at its gateway, and the janitors. Opened with the first run.
 */
import { resolve } from 'node:path';
import { threadId } from 'node:worker_threads';

import { present } from '../../../src/base/assert.ts';
import { startJanitor, startJanitorProgram, type Janitor } from '../../process-control/janitor.ts';
import { sweepLeftovers, Workspace } from '../../process-control/workspace.ts';
import { connectToxiproxy, type ToxiproxyHandle } from '../../toxiproxy/connect.ts';
import type { Cluster, NodeLoad, RunBench } from '../processes/cluster.ts';
import { openPostgres, type PostgresServer } from '../processes/postgres-server.ts';
import { subjectFailure, type SubjectFailure } from '../processes/subject-failure.ts';
import { containerCluster } from './container-cluster.ts';
import { openDocker, type Docker } from './docker.ts';
import { buildImage } from './image.ts';
import { isGone, newLabels, ownerOf, type Labels } from './labels.ts';
import { makeNetwork, type PrivateNetwork } from './private-network.ts';
import { sweep } from './sweep.ts';
import { startWatchman, type Watchman } from './watchman.ts';

export class ContainerBench implements RunBench {
  readonly workspace: Workspace;
  readonly toxiproxy: ToxiproxyHandle;
  private readonly parts: BenchParts;
  private runs = 0;
  private server: Promise<PostgresServer> | null = null;

  private constructor(parts: BenchParts) {
    this.workspace = parts.workspace;
    this.toxiproxy = parts.toxiproxy;
    this.parts = parts;
  }

  /**
   * Sweeps what an earlier harness left, and makes image and network. Rejects with a SubjectFailure
   * when containers cannot be run here. `parent`: where folders of runs are kept.
   */
  static async open(parent?: string): Promise<ContainerBench> {
    const docker = await openDocker();
    sweepLeftovers(parent);
    await sweep(docker.engine, isGone);
    const workspace = Workspace.create(parent === undefined ? undefined : resolve(parent));
    const labels = newLabels();
    const owner = present(ownerOf(labels), 'owner');
    // From here on somebody cleans up, whatever happens.
    const janitors = [startJanitor(workspace), startContainerJanitor(owner)];
    try {
      const { engine } = docker;
      const { folder } = workspace;
      const name = `tidemark-node:${owner}`;
      const [image, network] = await Promise.all([
        buildImage(engine, { parent: folder, labels, name }),
        makeNetwork(engine, labels),
      ]);
      const watching = startWatchman(engine, { image, labels, parent: folder });
      const [toxiproxy, watchman] = await Promise.all([
        connectToxiproxy({ gateway: network.gateway }),
        watching,
      ]);
      const shared = { docker, workspace, labels, image, network, toxiproxy };
      return new ContainerBench({ ...shared, janitors, watchman });
    } catch (error) {
      await sweep(docker.engine, (found) => found === owner);
      workspace.remove();
      for (const janitor of janitors) janitor.dismiss();
      throw error;
    }
  }

  /** A label that no other run on this machine has. */
  nextLabel(): string {
    return `run-${process.pid}-${threadId}-${++this.runs}`;
  }

  /** Started when it is first asked for. Rejects with a SubjectFailure when there is none. */
  postgres(): Promise<PostgresServer> {
    this.server ??= openPostgres(this.workspace);
    return this.server;
  }

  cluster(label: string, root: string, { bug, functions }: NodeLoad): Cluster {
    if (functions !== null) throw noOwnFunctions(functions.scenario);
    const { docker, workspace, image, network, labels } = this.parts;
    return containerCluster({ docker, workspace, image, network, labels, bug, label, root });
  }

  /** The label of everything of this bench on the engine. */
  get owner(): string {
    return present(ownerOf(this.parts.labels), 'owner');
  }

  async close(): Promise<void> {
    await this.server?.then(
      (server) => server.close(),
      () => undefined,
    );
    await this.toxiproxy.close();
    const { docker, janitors, watchman } = this.parts;
    await sweep(docker.engine, (owner) => owner === this.owner);
    watchman?.dismiss();
    this.workspace.remove();
    for (const janitor of janitors) janitor.dismiss();
  }
}

/** The image holds Tidemark's own sources and nothing of the user's. */
function noOwnFunctions(scenario: string): SubjectFailure {
  return subjectFailure(`functions of the scenario "${scenario}" do not reach containers`, {
    next: 'verify it on the simulator or on processes',
  });
}

interface BenchParts {
  readonly docker: Docker;
  readonly workspace: Workspace;
  readonly labels: Labels;
  readonly image: string;
  readonly network: PrivateNetwork;
  readonly toxiproxy: ToxiproxyHandle;
  readonly janitors: readonly Janitor[];
  readonly watchman: Watchman | null;
}

function startContainerJanitor(owner: string): Janitor {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  return startJanitorProgram(new URL(`./janitor-main${extension}`, import.meta.url), owner);
}
