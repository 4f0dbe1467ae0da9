/**
 * What differs between runs on processes and runs in containers: where nodes come from, where they
 * reach the harness, and how their network is broken.
 */
import type { Workspace } from '../../process-control/workspace.ts';
import type { BugFile } from '../../planting/bug-file.ts';
import type { FunctionSource } from '../port/subject.ts';
import type { PostgresServer } from './postgres-server.ts';
import type { ToxiproxyHandle } from '../../toxiproxy/connect.ts';
import type { LinkFaults } from './link-faults.ts';
import type { Links } from './links.ts';
import type { NodeSource } from './node-handle.ts';
import type { RunClock } from './run-clock.ts';

export interface Cluster {
  /** For the head of the history. */
  readonly describes: string;
  /** Where nodes reach listeners of the harness. */
  readonly host: string;
  source(node: string): NodeSource;
  /** The schedule ends nodes: have their successors at hand. */
  expectEnds(): void;
  linkFaults(parts: {
    readonly links: Links;
    readonly clock: RunClock;
    readonly partition: 'cut' | 'timeout';
    readonly onFailure: (error: unknown) => void;
  }): LinkFaults;
  close(): Promise<void>;
}

/** What runs of one harness process share. */
export interface RunBench {
  /** Below it each run has its folder. */
  readonly workspace: Workspace;
  readonly toxiproxy: ToxiproxyHandle;
  nextLabel(): string;
  postgres(): Promise<PostgresServer>;
  /**
   * `root`: the folder of the run, which nodes see under the same path.
   */
  cluster(label: string, root: string, load: NodeLoad): Cluster;
}

/** What every node of a run loads besides its program. */
export interface NodeLoad {
  /** In its engine; null: nothing. */
  readonly bug: BugFile | null;
  /** Functions of a scenario's own; null: none. */
  readonly functions: FunctionSource | null;
}
