/**
 * A place for one node: its process at present, the one that will replace it, and what the harness
 * knows of it. The counterpart of the simulator's host, on real processes.
 */
import type { Command, NodeBoot, Notice } from '../../process-world/protocol.ts';
import { whenDone, type Done } from './done.ts';
import type { NodeHandle, NodeSource } from './node-handle.ts';
import type { SubjectFailure } from './subject-failure.ts';

export interface MachineSettings {
  readonly name: string;
  readonly source: NodeSource;
  readonly onNotice: (machine: Machine, notice: Notice) => void;
  /** The process ended and nobody meant it to. */
  readonly onUnexpectedEnd: (machine: Machine, failure: SubjectFailure) => void;
}

export class Machine {
  readonly name: string;
  private readonly settings: MachineSettings;
  private process: NodeHandle;
  /** Commands for the moment the node goes on; null: it is not waiting at a point. */
  private heldCommands: Command[] | null = null;
  private isUp = false;
  paused = false;
  /** Number of the process, from 1; 0 before the first boot. */
  incarnation = 0;
  clockOffsetMs = 0;

  constructor(settings: MachineSettings) {
    this.name = settings.name;
    this.settings = settings;
    this.process = settings.source.take();
  }

  /** Booted, and not killed since. */
  get up(): boolean {
    return this.isUp;
  }

  /** Address of the process at present, or of its successor once this one was killed. */
  ready(): Promise<string> {
    return this.process.ready();
  }

  boot(command: NodeBoot): void {
    const { process } = this;
    this.isUp = true;
    this.incarnation = command.incarnation;
    process.attach({
      onNotice: (notice) => this.onNotice(process, notice),
      onEnded: () => {
        if (this.process !== process || !this.isUp) return;
        const failure = process.failure(`node ${this.name} ended by itself`);
        this.settings.onUnexpectedEnd(this, failure);
      },
    });
    process.send(command);
  }

  /** At the point where it waits, or else as soon as it listens. */
  command(command: Command): void {
    if (this.heldCommands !== null) this.heldCommands.push(command);
    else if (this.isUp) this.process.send(command);
  }

  goOn(): void {
    const commands = this.heldCommands ?? [];
    this.heldCommands = null;
    this.process.goOn({ commands });
  }

  /**
   * SIGKILL. Another process takes its place at once, to be booted later. True: the old one is
   * gone.
   */
  kill(): Done {
    this.isUp = false;
    this.paused = false;
    this.heldCommands = null;
    const gone = this.process.kill();
    this.process = this.settings.source.take();
    return gone;
  }

  /** Freezes it; true: it stands still. */
  pause(): Done {
    const { process } = this;
    const done = process.pause();
    this.paused = done !== false;
    return whenDone(done, (standsStill) => {
      if (!standsStill && this.process === process) this.paused = false;
      return standsStill;
    });
  }

  resume(): void {
    this.paused = false;
    this.process.resume();
  }

  /** For good. */
  async end(): Promise<void> {
    this.isUp = false;
    await this.process.kill();
  }

  private onNotice(from: NodeHandle, notice: Notice): void {
    // What a killed process said before its end still counts, but nobody waits for an answer.
    if (notice.kind === 'point' && notice.waits && from === this.process && this.isUp) {
      this.heldCommands = [];
    }
    this.settings.onNotice(this, notice);
  }
}
