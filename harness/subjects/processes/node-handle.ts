/**
 * One incarnation of a node as the rest of a run sees it, whether it is a process or a container.
 */
import type { Ending } from '../../process-control/start-process.ts';
import type { Command, GoOn, Notice } from '../../process-world/protocol.ts';
import type { Done } from './done.ts';
import type { SubjectFailure } from './subject-failure.ts';

export interface NodeListener {
  onNotice(notice: Notice): void;
  onEnded(ending: Ending): void;
}

export interface NodeHandle {
  /** `host:port` it listens on. Rejects with a {@link SubjectFailure} when it does not come up. */
  ready(): Promise<string>;
  attach(listener: NodeListener): void;
  send(command: Command): void;
  /** Releases the node from the protocol point it waits at. */
  goOn(answer: GoOn): void;
  /** SIGKILL; true once it is gone. */
  kill(): Done;
  /** Freezes it; true once it stands still. */
  pause(): Done;
  resume(): void;
  /** The sentence with what the node printed last. */
  failure(sentence: string): SubjectFailure;
}

/** Where a machine gets its nodes from, one incarnation after the other. */
export interface NodeSource {
  take(): NodeHandle;
}
