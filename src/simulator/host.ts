/**
 * A simulated machine with at most one engine process: starts and ends it, freezes and thaws it, and
 * lets nothing reach a process that is gone. A frozen process keeps its memory: what arrives waits,
 * and what it was about to do happens when it is thawed.
 */
import type { EngineNode } from '../engine/world.ts';

/** Ends the running engine step: the process died inside it. */
export class ProcessEnded extends Error {
  override readonly name = 'ProcessEnded';
}

export interface HostListener {
  /** The engine threw: a bug in it, or in a user's function. */
  engineError(host: Host, error: unknown): void;
}

export class Host {
  readonly name: string;
  private readonly listener: HostListener;
  private engine: EngineNode | null = null;
  private frozen = false;
  private inbox: (() => void)[] = [];
  private outbox: (() => void)[] = [];
  /** Number of the process, from 1; 0 before the first start. */
  incarnation = 0;
  clockOffsetMs = 0;

  constructor(name: string, listener: HostListener) {
    this.name = name;
    this.listener = listener;
  }

  get up(): boolean {
    return this.engine !== null;
  }

  get paused(): boolean {
    return this.frozen;
  }

  /** Starts a process; `boot` builds the engine for the new incarnation. */
  start(boot: (incarnation: number) => EngineNode): void {
    this.incarnation++;
    const engine = boot(this.incarnation);
    this.engine = engine;
    this.run(this.incarnation, () => engine.start());
  }

  /** The process is gone at once, with everything it held. */
  end(): void {
    this.engine = null;
    this.frozen = false;
    this.inbox = [];
    this.outbox = [];
  }

  freeze(): void {
    this.frozen = true;
  }

  thaw(): void {
    if (!this.frozen) return;
    this.frozen = false;
    const { outbox, inbox, incarnation } = this;
    this.outbox = [];
    this.inbox = [];
    for (const effect of outbox) this.effect(effect);
    for (const step of inbox) this.run(incarnation, step);
  }

  /** Lets the engine of `incarnation` take a step, now or when it is thawed. */
  run(incarnation: number, step: () => void): void {
    if (this.engine === null || this.incarnation !== incarnation) return;
    if (this.frozen) {
      this.inbox.push(step);
      return;
    }
    try {
      step();
    } catch (error) {
      if (!(error instanceof ProcessEnded)) this.listener.engineError(this, error);
    }
  }

  /** Like `run`, with the engine at hand. */
  deliver(incarnation: number, step: (engine: EngineNode) => void): void {
    this.run(incarnation, () => {
      if (this.engine !== null) step(this.engine);
    });
  }

  /** An effect of the engine on the outside: it waits while the process is frozen mid-step. */
  effect(action: () => void): void {
    if (this.frozen) this.outbox.push(action);
    else action();
  }
}
