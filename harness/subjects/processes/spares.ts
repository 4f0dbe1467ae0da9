/**
 * Node processes that are up and have not been told who they are. A restart takes one of them, so
 * that a node is back when the schedule says and not when its program has been loaded.
 */
import type { Workspace } from '../../process-control/workspace.ts';
import type { NodeSource } from './node-handle.ts';
import { NodeProcess, type NodeProgram } from './node-process.ts';

export class Spares implements NodeSource {
  private readonly workspace: Workspace;
  private readonly program: NodeProgram;
  private waiting: NodeProcess | null = null;
  private keeping = false;

  constructor(workspace: Workspace, program: NodeProgram) {
    this.workspace = workspace;
    this.program = program;
  }

  /** From now on one process waits in advance. */
  keep(): void {
    this.keeping = true;
    this.waiting ??= this.start();
  }

  take(): NodeProcess {
    const taken = this.waiting ?? this.start();
    this.waiting = this.keeping ? this.start() : null;
    return taken;
  }

  end(): void {
    this.keeping = false;
    this.waiting?.kill();
    this.waiting = null;
  }

  private start(): NodeProcess {
    return new NodeProcess(this.workspace, this.program);
  }
}
