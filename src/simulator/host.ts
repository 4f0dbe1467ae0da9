/**
 * A simulated machine with at most one engine process: starts and ends it, freezes and thaws it,
 * and lets nothing reach a process that is gone. A frozen process keeps its memory: what arrives
 * waits, and what it was about to do happens when it is thawed. It then works off its backlog bit
 * by bit, as threads do that all want to run: messages in their order, timers and replies beside
 * them.
 */
import type { EngineNode, Message } from '../engine/world/world.ts';

/** Ends the running engine step: the process died inside it. */
export class ProcessEnded extends Error {
  override readonly name = 'ProcessEnded';
}

/** A message and its sender. */
export interface Letter {
  readonly from: string;
  readonly message: Message;
}

/** Runs a step some time later; a pause is drawn anew for each. */
export type Later = (step: () => void) => void;

export interface HostListener {
  /** The engine threw: a bug in it, or in a user's function. */
  engineError(host: Host, error: unknown): void;
}

export class Host {
  readonly name: string;
  private readonly listener: HostListener;
  private engine: EngineNode | null = null;
  private frozen = false;
  /** Timers and replies that came due while the process stood still. */
  private due: (() => void)[] = [];
  /** Messages that arrived while it stood still, or behind those. */
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
    this.due = [];
    this.inbox = [];
    this.outbox = [];
  }

  freeze(): void {
    this.frozen = true;
  }

  thaw(later: Later): void {
    if (!this.frozen) return;
    this.frozen = false;
    const { outbox } = this;
    this.outbox = [];
    for (const effect of outbox) this.effect(effect);
    this.workOff(this.due, later);
    this.workOff(this.inbox, later);
  }

  /** Gives the engine of `incarnation` a turn of its own, now or when it is thawed. */
  turn(incarnation: number, step: () => void): void {
    if (this.engine === null || this.incarnation !== incarnation) return;
    if (this.frozen) this.due.push(step);
    else this.perform(step);
  }

  /** Lets a timer or a reply come in, behind those that wait. */
  run(incarnation: number, step: () => void): void {
    if (this.engine === null || this.incarnation !== incarnation) return;
    if (this.frozen || this.due.length > 0) this.due.push(step);
    else this.perform(step);
  }

  /** Hands the engine a message, behind all that arrived before it. */
  receive(incarnation: number, { from, message }: Letter): void {
    if (this.frozen || this.inbox.length > 0) {
      this.deliver(incarnation, (engine) => engine.onMessage(from, message));
      return;
    }
    if (this.engine === null || this.incarnation !== incarnation) return;
    try {
      this.engine.onMessage(from, message);
    } catch (error) {
      this.onThrown(error);
    }
  }

  /** Lets the engine take in news about its peers, behind all messages that arrived before. */
  deliver(incarnation: number, step: (engine: EngineNode) => void): void {
    if (this.engine === null || this.incarnation !== incarnation) return;
    const receive = (): void => {
      if (this.engine !== null) step(this.engine);
    };
    if (this.frozen || this.inbox.length > 0) this.inbox.push(receive);
    else this.perform(receive);
  }

  /** An effect of the engine on the outside: it waits while the process is frozen mid-step. */
  effect(action: () => void): void {
    if (this.frozen) this.outbox.push(action);
    else action();
  }

  /** The oldest waiting step stays in the queue until it was taken: nothing may overtake it. */
  private workOff(queue: (() => void)[], later: Later): void {
    if (queue.length === 0) return;
    later(() => {
      const oldest = queue[0];
      // A process that ended or froze again has other queues, or works them off anew.
      if (this.frozen || oldest === undefined || !this.holds(queue)) return;
      this.perform(oldest);
      queue.shift();
      this.workOff(queue, later);
    });
  }

  private holds(queue: (() => void)[]): boolean {
    return queue === this.due || queue === this.inbox;
  }

  private perform(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.onThrown(error);
    }
  }

  private onThrown(error: unknown): void {
    if (!(error instanceof ProcessEnded)) this.listener.engineError(this, error);
  }
}
