/**
 * What the fault injector can do to a cluster of real processes. The injector and its rules for
 * when a fault strikes are the simulator's own; only the hands are others. An effect is recorded
 * when it was seen: here at once, or later by whoever sees it.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { FaultEvent } from '../../../src/model/history.ts';
import type { Cluster as InjectorPort } from '../../../src/faults/fault-injector.ts';
import type { ReferenceEngine } from '../../../src/engine/reference-engine.ts';
import type { Command } from '../../process-world/protocol.ts';
import { whenDone, type Done } from './done.ts';
import type { LinkFaults, LinkTrouble } from './link-faults.ts';
import type { Feeder } from './feeder.ts';
import type { Ends } from './links.ts';
import type { Recorder } from './recorder.ts';
import type { Registers } from './registers.ts';
import type { RunClock } from './run-clock.ts';
import type { RunFolders } from './run-folders.ts';
import type { StoreDisturbance } from './store-side.ts';
import type { UnsyncedFiles } from './unsynced-files.ts';

const usPerMs = 1_000;
const usPerSecond = 1_000_000;
/** How long notices of a node that was frozen may take to be read, ms. */
const drainMs = 10;

interface FrameFault {
  readonly kind: 'reorder' | 'drop' | 'duplicate';
}

interface GoingDown {
  readonly effect: 'torn-write' | 'lost-unsynced';
  readonly frozen: Done;
  readonly fault: number;
  readonly restartAfterMs: number;
}

/** The parts of a run that faults lay hands on. */
export interface Hands {
  readonly clock: RunClock;
  readonly recorder: Recorder;
  readonly feeder: Feeder;
  readonly folders: RunFolders;
  readonly linkFaults: LinkFaults;
  readonly registers: Registers;
  readonly unsynced: UnsyncedFiles;
  /** Something outside the engine went wrong: the run decides nothing. */
  fail(error: unknown): void;
  isUp(node: string): boolean;
  command(node: string, command: Command): void;
  crash(node: string, restartAfterMs: number): Done;
  pause(node: string): Done;
  /** Stops it without a record: what comes next says why. */
  freeze(node: string): Done;
  resume(node: string): void;
  jumpClock(node: string, byMs: number, fault: number): void;
  disturbLink(ends: Ends, trouble: LinkTrouble, span: LinkSpan): Promise<void>;
  disturbStore(disturbance: StoreDisturbance): Promise<void>;
}

interface LinkSpan {
  readonly untilMs: number;
  readonly onEffect: () => void;
}

export class FaultPort implements InjectorPort {
  private readonly run: Hands;
  private readonly engine: ReferenceEngine;
  /** The fault that is being injected. */
  private current = 0;
  private readonly seen = new Set<number>();
  private readonly effects = new Map<number, (detail: string) => void>();
  private underWay: Promise<void>[] = [];
  /** A machine that is about to lose its un-synced files, and how. */
  private losing: (Pick<GoingDown, 'effect' | 'frozen'> & { readonly node: string }) | null = null;
  /** Faults whose effect waits for somebody to see it. */
  private readonly unproven = new Map<number, Promise<boolean>>();

  constructor(run: Hands, engine: ReferenceEngine) {
    this.run = run;
    this.engine = engine;
  }

  /** Resolves when everything injected so far is in place. */
  async settled(): Promise<void> {
    const { underWay } = this;
    this.underWay = [];
    await Promise.all(underWay);
  }

  /** A node's adapter says that a fault showed. */
  onEffect(fault: number, detail: string): void {
    const effect = this.effects.get(fault);
    if (effect === undefined) this.effect(fault, detail);
    else effect(detail);
  }

  get nowUs(): number {
    return Math.round(this.run.clock.nowMs() * usPerMs);
  }

  after(delayUs: number, run: () => void): void {
    this.run.clock.after(delayUs / usPerMs, run);
  }

  record(fault: number, event: FaultEvent['event'], detail: string): void {
    if (event === 'injected') this.current = fault;
    if (event === 'effect') this.effectOnceProven(fault, detail);
    else this.run.recorder.record({ kind: 'fault', fault, event, detail });
  }

  crash(node: string, restartAfterUs: number): boolean {
    const restartAfterMs = restartAfterUs / usPerMs;
    if (this.losing?.node !== node) return this.underProof(this.run.crash(node, restartAfterMs));
    const { effect, frozen } = this.losing;
    this.losing = null;
    this.goDown(node, { effect, frozen, fault: this.current, restartAfterMs });
    return false;
  }

  pause(node: string): boolean {
    return this.underProof(this.run.pause(node));
  }

  resume(node: string): void {
    this.run.resume(node);
  }

  reset(a: string, b: string): boolean {
    if (!this.run.isUp(a) || !this.run.isUp(b)) return false;
    const fault = this.current;
    const onEffect = (): void => this.effect(fault, `connection ${a} - ${b} was reset`);
    this.start(this.run.linkFaults.reset({ from: a, to: b }, onEffect));
    return false;
  }

  disturbLink(
    ends: { readonly from: string; readonly to: string },
    fault: Parameters<InjectorPort['disturbLink']>[1],
    span: { readonly untilUs: number; readonly onEffect: () => void },
  ): void {
    const lasting = { untilMs: span.untilUs / usPerMs, onEffect: span.onEffect };
    switch (fault.kind) {
      case 'reorder': {
        const waitMs = fault.waitUs / usPerMs;
        this.run.linkFaults.disturbFrames(ends, { kind: 'reorder', waitMs }, lasting);
        return;
      }
      case 'drop':
      case 'duplicate':
        this.run.linkFaults.disturbFrames(ends, fault, lasting);
        return;
      default:
        this.start(this.run.disturbLink(ends, troubleOf(fault), lasting));
    }
  }

  failDisk(
    node: string,
    effect: 'io-error' | 'no-space',
    span: { readonly untilUs: number; readonly onEffect: () => void },
  ): void {
    const fault = this.current;
    this.effects.set(fault, span.onEffect);
    const untilMs = this.run.clock.startedAtMs + span.untilUs / usPerMs;
    this.run.command(node, { kind: 'disk', fault, effect, untilMs });
  }

  /** Only freezes the machine; the damage follows when everything it said has been read. */
  loseUnsynced(node: string, effect: 'torn-write' | 'lost-unsynced'): number {
    const frozen = this.run.freeze(node);
    if (frozen !== false) this.losing = { node, effect, frozen };
    return 0;
  }

  damageCheckpoint(effect: 'corrupt-file' | 'missing-file'): string | null {
    const path = this.engine.newestStateFile((name) => this.run.registers.value(name));
    if (path === null) return null;
    const parts = path.split('/').map(encodeURIComponent);
    const file = join(this.run.folders.checkpoints, ...parts);
    return damageFile(file, effect) ? path : null;
  }

  disturbStore(
    effect: Parameters<InjectorPort['disturbStore']>[0],
    span: { readonly untilUs: number; readonly onEffect: (detail: string) => void },
  ): void {
    const fault = this.current;
    this.effects.set(fault, span.onEffect);
    const untilMs = span.untilUs / usPerMs;
    const { onEffect } = span;
    this.start(this.run.disturbStore({ fault, effect, untilMs, onEffect }));
  }

  /** The effect is the node's own answer. */
  jumpClock(node: string, byMs: number): boolean {
    this.run.jumpClock(node, byMs, this.current);
    return false;
  }

  holdSplit(split: string, untilUs: number, onEffect: () => void): void {
    this.run.feeder.hold(split, untilUs / usPerMs, onEffect);
  }

  chainOf(vertex: string): readonly string[] {
    return this.engine.chainOf(vertex);
  }

  private goDown(node: string, how: GoingDown): void {
    const damage = (): void => {
      const files = this.run.unsynced.lose(node, how.effect);
      void whenDone(this.run.crash(node, how.restartAfterMs), (isGone) => {
        if (isGone) this.effect(how.fault, `${node} went down, ${files} un-synced files were hit`);
        return isGone;
      });
    };
    void whenDone(how.frozen, (standsStill) => {
      if (standsStill) this.run.clock.after(drainMs, damage);
      return standsStill;
    });
  }

  /** What is asked of a node counts as done; its effect is recorded when it was seen. */
  private underProof(done: Done): boolean {
    if (typeof done === 'boolean') return done;
    this.unproven.set(this.current, done);
    this.start(done.then(() => undefined));
    return true;
  }

  private effectOnceProven(fault: number, detail: string): void {
    const proof = this.unproven.get(fault) ?? true;
    void whenDone(proof, (isSeen) => {
      if (isSeen) this.effect(fault, detail);
      return isSeen;
    });
  }

  private effect(fault: number, detail: string): void {
    if (this.seen.has(fault)) return;
    this.seen.add(fault);
    this.run.recorder.record({ kind: 'fault', fault, event: 'effect', detail });
  }

  private start(work: Promise<void>): void {
    this.underWay.push(work.catch((error: unknown) => this.run.fail(error)));
  }
}

function troubleOf(
  fault: Exclude<Parameters<InjectorPort['disturbLink']>[1], FrameFault>,
): LinkTrouble {
  switch (fault.kind) {
    case 'partition':
      return fault;
    case 'delay':
      return { kind: 'delay', delayMs: fault.delayUs / usPerMs };
    case 'slow-link':
      return { kind: 'slow-link', messagesPerSecond: usPerSecond / fault.spacingUs };
  }
}

/** False when there is no such file. */
function damageFile(file: string, effect: 'corrupt-file' | 'missing-file'): boolean {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  if (effect === 'missing-file') rmSync(file);
  else writeFileSync(file, `${content.slice(0, -2)}?${content.slice(-1)}`);
  return true;
}
