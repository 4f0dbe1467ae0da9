/**
 * Nodes of a run as containers on the private network of the harness.
 */
import { present } from '../../../src/base/assert.ts';
import type { BugFile } from '../../planting/bug-file.ts';
import type { Workspace } from '../../process-control/workspace.ts';
import type { Cluster } from '../processes/cluster.ts';
import type { Docker } from './docker.ts';
import { IsolatingFaults } from './isolating-faults.ts';
import { ownerOf, type Labels } from './labels.ts';
import { controlFolderOf, NodeContainer } from './node-container.ts';
import type { PrivateNetwork } from './private-network.ts';

export interface ContainerClusterSettings {
  readonly docker: Docker;
  readonly workspace: Workspace;
  readonly image: string;
  readonly network: PrivateNetwork;
  readonly labels: Labels;
  /** What the engine of every node carries; null: nothing. */
  readonly bug: BugFile | null;
  /** Of the run; unique among those of this harness. */
  readonly label: string;
  readonly root: string;
}

export function containerCluster(settings: ContainerClusterSettings): Cluster {
  const { docker, workspace, image, network, labels, bug, label, root } = settings;
  const containers = new Map<string, NodeContainer>();
  return {
    describes: 'containers',
    host: network.gateway,
    source: (node) => {
      const container = new NodeContainer({
        docker,
        workspace,
        network,
        image,
        labels,
        bug,
        name: `tidemark-${present(ownerOf(labels), 'owner')}-${label}-${node}`,
        address: network.address(containers.size),
        root,
        controlFolder: controlFolderOf(root, node),
      });
      containers.set(node, container);
      return container;
    },
    // A container is started again, not replaced.
    expectEnds: () => undefined,
    linkFaults: (parts) => new IsolatingFaults({ ...parts, containers }),
    close: async () => {
      await Promise.all([...containers.values()].map((container) => container.close()));
    },
  };
}
