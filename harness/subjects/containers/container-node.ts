/**
 * One incarnation of a node in its container: the named pipes made for it, and what it said.
 */
import type { Done } from '../processes/done.ts';
import type { NodeHandle, NodeListener } from '../processes/node-handle.ts';
import { subjectFailure, type SubjectFailure } from '../processes/subject-failure.ts';
import type { Command, GoOn, Notice } from '../../process-world/protocol.ts';
import { ControlPipes } from './control-pipes.ts';
import type { NodeContainerSettings } from './create-container.ts';

/** How a container ended. */
export interface ContainerEnd {
  readonly code: number;
  readonly lastLines: string;
}

/** What starts and stops the container that a node lives in. */
export interface NodeRunner {
  readonly settings: Pick<NodeContainerSettings, 'address' | 'controlFolder' | 'workspace'>;
  /** Starts it; `beforeStart` runs when its predecessor is gone. Resolves with how it will end. */
  start(beforeStart: () => void): Promise<{ readonly ended: Promise<ContainerEnd> }>;
  /** SIGKILL; true: the engine says it does not run. */
  kill(): Promise<boolean>;
  /** True: the engine says it stands still. */
  pause(): Promise<boolean>;
  resume(): Promise<void>;
  /** Of its log. */
  lastLines(): Promise<string>;
}

/** From the start of the container. */
const listenTimeoutMs = 20_000;

export class ContainerNode implements NodeHandle {
  private readonly container: NodeRunner;
  private readonly listening: Promise<number>;
  private onPort: (port: number) => void = () => undefined;
  private onNoPort: (reason: string) => void = () => undefined;
  private listener: NodeListener | null = null;
  private pipes: ControlPipes | null = null;
  private over = false;
  private lines = '';

  constructor(container: NodeRunner) {
    this.container = container;
    const port = new Promise<number>((resolve, reject) => {
      this.onPort = resolve;
      this.onNoPort = (reason) => reject(this.failure(`the node of a container ${reason}`));
    });
    port.catch(() => undefined);
    this.listening = this.start().then(() => port);
    // Who waits for the address hears of it; one that is never booted must not end the harness.
    this.listening.catch(() => undefined);
  }

  async ready(): Promise<string> {
    return `${this.container.settings.address}:${await this.listening}`;
  }

  attach(listener: NodeListener): void {
    this.listener = listener;
  }

  send(command: Command): void {
    if (!this.over) this.pipes?.send(command);
  }

  goOn(answer: GoOn): void {
    if (!this.over) this.pipes?.goOn(answer);
  }

  kill(): Done {
    this.over = true;
    return this.container.kill().catch(() => false);
  }

  pause(): Done {
    return this.container.pause().catch(() => false);
  }

  resume(): void {
    // A container that is gone meanwhile is told of by its end.
    this.container.resume().catch(() => undefined);
  }

  failure(sentence: string): SubjectFailure {
    return subjectFailure(sentence, {
      lastLines: this.lines,
      next: 'the run decides nothing; run it again, and keep the lines below if it repeats',
    });
  }

  close(): void {
    this.pipes?.close();
  }

  private async start(): Promise<void> {
    try {
      const { ended } = await this.container.start(() => {
        const { controlFolder: folder, workspace } = this.container.settings;
        const onNotice = (notice: Notice): void => this.onNotice(notice);
        this.pipes = new ControlPipes({ folder, workspace, onNotice });
      });
      const late = setTimeout(
        () => this.onNoPort(`did not listen within ${listenTimeoutMs} ms`),
        listenTimeoutMs,
      );
      void this.listening.catch(() => undefined).then(() => clearTimeout(late));
      void ended.then(
        ({ code, lastLines }) => this.onEnded(code, lastLines),
        (error: unknown) => this.onLost(error),
      );
    } catch (error) {
      this.lines = await this.container.lastLines().catch(() => '');
      throw this.failure(`the container of a node did not start: ${String(error)}`);
    }
  }

  private onNotice(notice: Notice): void {
    if (notice.kind === 'listening') this.onPort(notice.port);
    else this.listener?.onNotice(notice);
  }

  /** Whoever runs the container no longer tells how it is. */
  private onLost(error: unknown): void {
    if (this.over) return;
    this.over = true;
    this.lines = `the Docker engine does not answer: ${String(error)}`;
    this.onNoPort('cannot be watched any more');
    this.listener?.onEnded({ code: null, signal: null, error: String(error) });
  }

  private onEnded(code: number, lastLines: string): void {
    this.over = true;
    this.lines = lastLines;
    this.onNoPort(`ended before it listened: code ${code}`);
    this.listener?.onEnded({ code, signal: null, error: null });
  }
}
