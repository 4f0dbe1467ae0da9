/**
 * Nodes of a run as operating-system processes on loopback.
 */
import type { Workspace } from '../../process-control/workspace.ts';
import type { Cluster } from './cluster.ts';
import { LinkFaults } from './link-faults.ts';
import type { NodeProgram } from './node-process.ts';
import { Spares } from './spares.ts';

export function processCluster(workspace: Workspace, program: NodeProgram): Cluster {
  const spares = new Spares(workspace, program);
  return {
    describes: 'processes',
    host: '127.0.0.1',
    source: () => spares,
    expectEnds: () => spares.keep(),
    linkFaults: ({ links, clock, partition }) => new LinkFaults(links, clock, partition),
    close: () => {
      spares.end();
      return Promise.resolve();
    },
  };
}
