/**
 * The container of one node: made with its first incarnation, killed and started again for the next
 * ones, removed at the end. Whatever is asked of it happens one after the other.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import type { NodeHandle, NodeSource } from '../processes/node-handle.ts';
import { createContainer, type NodeContainerSettings } from './create-container.ts';
import { refusalOf, unlessRefused, type Docker } from './docker.ts';
import { type ContainerEnd, ContainerNode, type NodeRunner } from './container-node.ts';
import { removeContainer } from './sweep.ts';

const logLines = 8;
/**
 * In front of each piece of a log stands its stream in one byte, three zeros, its length in four.
 */
const pieceHeader = { bytes: 8, lengthAt: 4 } as const;

export class NodeContainer implements NodeSource, NodeRunner {
  readonly settings: NodeContainerSettings;
  private id: string | null = null;
  private incarnations: ContainerNode[] = [];
  private turn: Promise<unknown> = Promise.resolve();
  private closed = false;

  constructor(settings: NodeContainerSettings) {
    this.settings = settings;
    mkdirSync(settings.controlFolder, { recursive: true });
  }

  take(): NodeHandle {
    const node = new ContainerNode(this);
    this.incarnations.push(node);
    return node;
  }

  /** Starts it; `beforeStart` runs when its predecessor is gone. Resolves with how it will end. */
  start(beforeStart: () => void): Promise<{ readonly ended: Promise<ContainerEnd> }> {
    return this.inTurn(async () => {
      if (this.closed) throw new Error('the run is over');
      beforeStart();
      if (this.id === null) await this.create();
      else await this.container.start();
      const { container } = this;
      return { ended: container.wait().then((end) => this.endOf(end as { StatusCode: number })) };
    });
  }

  /** SIGKILL; true: the engine says it does not run. */
  kill(): Promise<boolean> {
    return this.inTurn(async () => {
      if (this.id === null) return true;
      await unlessRefused(this.container.kill({ signal: 'SIGKILL' }), 404, 409);
      return !(await this.state()).Running;
    });
  }

  /** True: the engine says it stands still. */
  pause(): Promise<boolean> {
    return this.inTurn(async () => {
      await unlessRefused(this.container.pause(), 404, 409);
      return (await this.state()).Paused;
    });
  }

  resume(): Promise<void> {
    return this.inTurn(() => unlessRefused(this.container.unpause(), 404, 409, 500));
  }

  /** Takes it off the network; true: the engine says it is off. */
  detach(): Promise<boolean> {
    return this.inTurn(async () => {
      const { network } = this.settings;
      await network.detach(this.container.id);
      return !(await network.isAttached(this.container.id));
    });
  }

  attach(): Promise<void> {
    return this.inTurn(() =>
      this.settings.network.attach(this.container.id, this.settings.address),
    );
  }

  /** Removes it, in whatever state it is. */
  async close(): Promise<void> {
    this.closed = true;
    await this.inTurn(async () => {
      if (this.id !== null) await removeContainer(this.settings.docker.engine, this.id);
    });
    for (const incarnation of this.incarnations) incarnation.close();
  }

  /** What it printed last. */
  async lastLines(): Promise<string> {
    if (this.id === null) return '';
    try {
      const log = await this.container.logs({ stdout: true, stderr: true, tail: logLines });
      return textOf(log).trimEnd();
    } catch (error) {
      if (refusalOf(error) === null) throw error;
      return '';
    }
  }

  private get container(): ReturnType<Docker['engine']['getContainer']> {
    return this.settings.docker.engine.getContainer(this.id ?? this.settings.name);
  }

  private async create(): Promise<void> {
    const { controlFolder, network } = this.settings;
    this.id = await createContainer(this.settings, [controlFolder, network.gateway]);
  }

  private async state(): Promise<{ readonly Running: boolean; readonly Paused: boolean }> {
    try {
      return (await this.container.inspect()).State;
    } catch (error) {
      if (refusalOf(error) !== 404) throw error;
      return { Running: false, Paused: false };
    }
  }

  private async endOf({
    StatusCode: code,
  }: {
    readonly StatusCode: number;
  }): Promise<ContainerEnd> {
    return { code, lastLines: await this.lastLines() };
  }

  private inTurn<T>(act: () => Promise<T>): Promise<T> {
    const result = this.turn.then(act);
    this.turn = result.catch(() => undefined);
    return result;
  }
}

function textOf(log: Buffer): string {
  const pieces: Buffer[] = [];
  for (let at = 0; at + pieceHeader.bytes <= log.length;) {
    const start = at + pieceHeader.bytes;
    at = start + log.readUInt32BE(at + pieceHeader.lengthAt);
    pieces.push(log.subarray(start, at));
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** Where the pipes of a node are below the folder of a run. */
export function controlFolderOf(root: string, node: string): string {
  return join(root, 'control', node);
}
