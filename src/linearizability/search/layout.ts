/**
 * The time line of one partition as the search walks it: returns in order, what has been called
 * before each, the slot of every operation while it is pending (R2), and the classes of indefinite
 * operations (R5). Linear in the number of events.
 */
import type { Compiled } from '../compile/compiled.ts';
import type { Partition } from '../history/partitions.ts';

export interface Layout {
  /** Operations in order of their returns; the search passes them one by one. */
  readonly returnOp: Int32Array;
  /** Operations that return, in order of their calls. */
  readonly callOp: Int32Array;
  /** How many entries of `callOp` precede return i. */
  readonly callEnd: Int32Array;
  /** Bit of an operation while it is pending. */
  readonly slot: Int32Array;
  /** Return index of an operation; the deadline by which R9 compares. */
  readonly deadline: Int32Array;
  /** Number of 32-bit words of a mask. */
  readonly words: number;
  /** Operations that never returned and might matter, in order of their calls. */
  readonly crashOp: Int32Array;
  readonly crashClass: Int32Array;
  /** By operation its class of indefinite ones, or -1. */
  readonly classOf: Int32Array;
  /** How many entries of `crashOp` precede return i, and how many classes those have. */
  readonly crashEnd: Int32Array;
  readonly classEnd: Int32Array;
  readonly classCount: number;
  /** Members of class c: `members[classStart[c] .. classStart[c + 1])`, in order of their calls. */
  readonly classStart: Int32Array;
  readonly members: Int32Array;
}

export interface LayoutOptions {
  readonly slotMasks: boolean;
  readonly crashSymmetry: boolean;
}

export function layoutOf(partition: Partition, compiled: Compiled, options: LayoutOptions): Layout {
  const walk = new Walk(partition, compiled, options);
  for (const event of partition.events) walk.event(event);
  return walk.finish();
}

class Walk {
  private readonly compiled: Compiled;
  private readonly options: LayoutOptions;
  private readonly returnOp: Int32Array;
  private readonly callOp: Int32Array;
  private readonly callEnd: Int32Array;
  private readonly slot: Int32Array;
  private readonly deadline: Int32Array;
  private readonly crashOp: Int32Array;
  private readonly crashClass: Int32Array;
  private readonly classOf: Int32Array;
  private readonly crashEnd: Int32Array;
  private readonly classEnd: Int32Array;
  private readonly isLive: Uint8Array;
  private readonly freeSlots: number[] = [];
  private readonly classes = new Map<number, number>();
  private slots = 0;
  private calls = 0;
  private crashes = 0;
  private returned = 0;

  constructor(partition: Partition, compiled: Compiled, options: LayoutOptions) {
    this.compiled = compiled;
    this.options = options;
    const count = partition.ops.length;
    const live = count - partition.indefinite;
    this.returnOp = new Int32Array(live);
    this.callOp = new Int32Array(live);
    this.callEnd = new Int32Array(live);
    this.crashEnd = new Int32Array(live);
    this.classEnd = new Int32Array(live);
    this.slot = new Int32Array(count);
    this.deadline = new Int32Array(count).fill(live);
    this.crashOp = new Int32Array(partition.indefinite);
    this.crashClass = new Int32Array(partition.indefinite);
    this.classOf = new Int32Array(count).fill(-1);
    this.isLive = new Uint8Array(count);
    for (const event of partition.events) if ((event & 1) === 1) this.isLive[event >> 1] = 1;
  }

  event(event: number): void {
    const op = event >> 1;
    if ((event & 1) === 1) this.return(op);
    else if (this.isLive[op] === 1) this.call(op);
    else if (this.compiled.observer[op] === 0) this.crash(op);
  }

  private call(op: number): void {
    this.slot[op] = this.freeSlots.pop() ?? this.slots++;
    this.callOp[this.calls++] = op;
  }

  private return(op: number): void {
    const r = this.returned++;
    this.returnOp[r] = op;
    this.deadline[op] = r;
    this.callEnd[r] = this.calls;
    this.crashEnd[r] = this.crashes;
    this.classEnd[r] = this.classes.size;
    if (this.options.slotMasks) this.freeSlots.push(this.slot[op] as number);
  }

  private crash(op: number): void {
    const label = this.options.crashSymmetry ? (this.compiled.effect[op] as number) : op;
    let number = this.classes.get(label);
    if (number === undefined) {
      number = this.classes.size;
      this.classes.set(label, number);
    }
    this.crashOp[this.crashes] = op;
    this.crashClass[this.crashes++] = number;
    this.classOf[op] = number;
  }

  finish(): Layout {
    const classCount = this.classes.size;
    const classStart = new Int32Array(classCount + 1);
    for (let i = 0; i < this.crashes; i++) {
      const next = (this.crashClass[i] as number) + 1;
      classStart[next] = (classStart[next] as number) + 1;
    }
    for (let c = 0; c < classCount; c++) {
      classStart[c + 1] = (classStart[c + 1] as number) + (classStart[c] as number);
    }
    const fill = classStart.slice(0, classCount);
    const members = new Int32Array(this.crashes);
    for (let i = 0; i < this.crashes; i++) {
      const c = this.crashClass[i] as number;
      const at = fill[c] as number;
      members[at] = this.crashOp[i] as number;
      fill[c] = at + 1;
    }
    return {
      returnOp: this.returnOp,
      callOp: this.callOp,
      callEnd: this.callEnd,
      slot: this.slot,
      deadline: this.deadline,
      words: Math.max(1, (this.slots + 31) >>> 5),
      crashOp: this.crashOp.subarray(0, this.crashes),
      crashClass: this.crashClass.subarray(0, this.crashes),
      classOf: this.classOf,
      crashEnd: this.crashEnd,
      classEnd: this.classEnd,
      classCount,
      classStart,
      members,
    };
  }
}
