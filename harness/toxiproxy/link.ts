/**
 * One direction of one connection: source, toxics in their order, destination. Toxics are added,
 * changed and removed while data flows; none of that waits for anything. Not aware of sockets: the
 * connection feeds it and gives it a sink.
 */
import { assert } from '../../src/base/assert.ts';
import type { Clock } from './stages/clock.ts';
import { createStage, type Direction, type Toxic } from './toxic.ts';
import type { Item, Outlet, Stage, StageMemory } from './stages/stage.ts';
import { holdBytesSmall } from './toxics/kind.ts';

export interface LinkSettings {
  readonly seed: number;
  /** Names proxy, connection and direction in random streams. */
  readonly label: string;
  readonly direction: Direction;
  readonly clock: Clock;
  /** The far end; its `pass` writes to the destination. */
  readonly sink: Outlet;
}

interface Slot {
  readonly toxic: Toxic;
  readonly memory: StageMemory;
  stage: Stage;
}

export class Link {
  readonly direction: Direction;
  private readonly settings: LinkSettings;
  private slots: Slot[] = [];
  private closed = false;

  constructor(settings: LinkSettings) {
    this.settings = settings;
    this.direction = settings.direction;
  }

  get isClosed(): boolean {
    return this.closed;
  }

  /** Bytes that toxics keep back now. */
  get heldBytes(): number {
    let bytes = 0;
    for (const slot of this.slots) bytes += slot.stage.heldBytes;
    return bytes;
  }

  /** Above this many bytes under way the source has to wait. */
  get capacityBytes(): number {
    return this.slots.reduce((sum, slot) => sum + slot.toxic.kind.holdBytesMax, holdBytesSmall);
  }

  accept(item: Item): void {
    if (this.closed) return;
    const first = this.slots[0];
    if (first === undefined) this.settings.sink.pass(item);
    else first.stage.accept(item);
  }

  /** Adds the toxic at the end of the chain. */
  add(toxic: Toxic): void {
    if (this.closed) return;
    const memory: StageMemory = { transmittedBytes: 0 };
    const slot: Slot = { toxic, memory, stage: unplaced };
    slot.stage = this.stageFor(slot);
    this.slots.push(slot);
    slot.stage.start?.();
  }

  /** The toxic's values changed: what it held is judged anew by the new values. */
  update(toxic: Toxic): void {
    const slot = this.slots.find((candidate) => candidate.toxic === toxic);
    if (slot === undefined) return;
    const items = slot.stage.drain();
    slot.stage = this.stageFor(slot);
    slot.stage.start?.();
    for (const item of items) slot.stage.accept(item);
  }

  /** Takes the toxic out; what it held goes on at once. */
  remove(toxic: Toxic): void {
    const index = this.slots.findIndex((candidate) => candidate.toxic === toxic);
    const slot = this.slots[index];
    if (slot === undefined) return;
    const items = slot.stage.drain();
    const next = this.slots[index + 1];
    this.slots.splice(index, 1);
    const atMs = this.settings.clock.now();
    for (const item of items) this.forward(next, { ...item, atMs });
    slot.stage.removed?.();
  }

  /** Stops all timers and forgets what is held. Nothing passes afterwards. */
  close(): void {
    this.closed = true;
    const slots = this.slots;
    this.slots = [];
    for (const slot of slots) slot.stage.drain();
  }

  private passFrom(slot: Slot, item: Item): void {
    const index = this.slots.indexOf(slot);
    assert(index >= 0 || this.closed, 'a removed stage passed an item on');
    this.forward(this.slots[index + 1], item);
  }

  private forward(next: Slot | undefined, item: Item): void {
    if (this.closed) return;
    if (next === undefined) this.settings.sink.pass(item);
    else next.stage.accept(item);
  }

  private stageFor(slot: Slot): Stage {
    const { seed, label, clock, sink } = this.settings;
    const outlet: Outlet = {
      pass: (item) => this.passFrom(slot, item),
      close: () => sink.close(),
      reset: () => sink.reset(),
      abandonDestination: () => sink.abandonDestination(),
    };
    return createStage(slot.toxic, { seed, label, clock, memory: slot.memory, outlet });
  }
}

/** Stands in a slot between its making and its stage's. */
const unplaced: Stage = { heldBytes: 0, accept: () => {}, drain: () => [] };
