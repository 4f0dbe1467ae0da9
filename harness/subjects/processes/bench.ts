/**
 * What runs of one harness process share: the workspace with its janitor, the Toxiproxy, how nodes
 * are started. Opened with the first run.
 */
import { threadId } from 'node:worker_threads';

import { startJanitor, type Janitor } from '../../process-control/janitor.ts';
import { sweepLeftovers, Workspace } from '../../process-control/workspace.ts';
import { connectToxiproxy, type ToxiproxyHandle } from '../../toxiproxy/connect.ts';
import type { Cluster, NodeLoad, RunBench } from './cluster.ts';
import type { NodeProgram } from './node-process.ts';
import { plantedProgram } from './node-program.ts';
import { programWith } from './own-catalog.ts';
import { openPostgres, type PostgresServer } from './postgres-server.ts';
import { processCluster } from './process-cluster.ts';

export interface BenchSettings {
  readonly program: NodeProgram;
  /** Where folders of runs are kept; the system's for temporary files unless given. */
  readonly parent?: string;
}

export class Bench implements RunBench {
  readonly workspace: Workspace;
  readonly toxiproxy: ToxiproxyHandle;
  readonly program: NodeProgram;
  private readonly janitor: Janitor;
  private runs = 0;
  private server: Promise<PostgresServer> | null = null;

  private constructor(settings: BenchSettings, workspace: Workspace, toxiproxy: ToxiproxyHandle) {
    this.workspace = workspace;
    this.toxiproxy = toxiproxy;
    this.program = settings.program;
    this.janitor = startJanitor(workspace);
  }

  /** Sweeps what an earlier harness left, and makes room for this one. */
  static async open(settings: BenchSettings): Promise<Bench> {
    sweepLeftovers(settings.parent);
    const workspace = Workspace.create(settings.parent);
    return new Bench(settings, workspace, await connectToxiproxy());
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

  cluster(_label: string, _root: string, { bug, functions }: NodeLoad): Cluster {
    const program = bug === null ? this.program : plantedProgram(bug);
    return processCluster(this.workspace, programWith(program, functions));
  }

  async close(): Promise<void> {
    await this.server?.then(
      (server) => server.close(),
      () => undefined,
    );
    await this.toxiproxy.close();
    this.workspace.remove();
    this.janitor.dismiss();
  }
}
