/**
 * Generated operation histories for measurements: reproducible, of any length, without the cost of
 * simulating a store. Operations of `clients` processes overlap at random; each takes effect at one
 * moment in between, so that the history is linearizable unless a read is spoilt on purpose.
 */
import { RandomStream } from '../../src/base/random.ts';
import {
  HistoryBuilder,
  type OperationHistory,
  outcomeFailed,
  outcomeIndefinite,
  outcomeOk,
} from '../../src/linearizability/history/history.ts';

export interface HistoryShape {
  readonly model: 'register' | 'cas-register' | 'key-value';
  readonly clients: number;
  readonly operations: number;
  /** Only `key-value` has more than one. */
  readonly keys: number;
  /** How many different values are written; 0: every write has its own. */
  readonly values: number;
  /** Probability that a reply never comes. */
  readonly indefinite: number;
  /** Number of reads that return what nobody could have seen then. */
  readonly badReads: number;
}

/** Like Jepsen's tests of a register: short, with lost replies. */
export const registerShape: HistoryShape = {
  model: 'cas-register',
  clients: 5,
  operations: 84,
  keys: 1,
  values: 5,
  indefinite: 0.3,
  badReads: 0,
};

/** Many clients on few keys, whose texts grow. */
export const keyValueShape: HistoryShape = {
  model: 'key-value',
  clients: 50,
  operations: 2_000,
  keys: 10,
  values: 0,
  indefinite: 0,
  badReads: 0,
};

/** Seeds whose history takes more steps than this to judge are not looked for. */
export const seedStepsMax = 200_000;

interface Open {
  readonly f: string;
  readonly key: number;
  readonly input: number | string | readonly number[] | null;
  output: number | string | null;
  failed: boolean;
  applied: boolean;
}

class Generator {
  private readonly random: RandomStream;
  private readonly shape: HistoryShape;
  private readonly builder = new HistoryBuilder();
  private readonly state: (number | string | null)[];
  private readonly clients: number[];
  private readonly open: (Open | null)[];
  private started = 0;
  private running = 0;
  private nextProcess: number;
  private bad: number;

  constructor(seed: number, shape: HistoryShape) {
    this.random = new RandomStream(seed, `history/${shape.model}`);
    this.shape = shape;
    this.state = Array.from({ length: shape.keys }, () => null);
    this.clients = Array.from({ length: shape.clients }, (_, i) => i);
    this.open = this.clients.map(() => null);
    this.nextProcess = shape.clients;
    this.bad = shape.badReads;
  }

  history(): OperationHistory {
    while (this.started < this.shape.operations || this.running > 0) {
      const slot = this.random.below(this.clients.length);
      const open = this.open[slot] ?? null;
      if (open === null) {
        if (this.started < this.shape.operations) this.start(slot);
      } else if (open.applied) {
        this.finish(slot, open);
      } else {
        this.apply(open);
      }
    }
    return this.builder.finish();
  }

  private start(slot: number): void {
    const open = this.call();
    const { builder } = this;
    const key = this.shape.model === 'key-value' ? builder.table.intern(`k${open.key}`) : -1;
    builder.call({
      process: builder.processId(this.clients[slot] as number),
      f: builder.functionId(open.f),
      key,
      value: builder.table.intern(open.input),
      line: ++this.started,
    });
    this.open[slot] = open;
    this.running++;
  }

  private call(): Open {
    const { random, shape } = this;
    const key = random.below(shape.keys);
    const value = shape.values === 0 ? this.started + 1 : random.below(shape.values);
    const open = { key, input: null, output: null, failed: false, applied: false };
    const pick = random.below(100);
    if (shape.model === 'key-value') {
      if (pick < 45) return { ...open, f: 'get' };
      return { ...open, f: pick < 50 ? 'put' : 'append', input: `x ${slotText(value)} y` };
    }
    if (pick < 50) return { ...open, f: 'read' };
    if (pick < 75 || shape.model === 'register') return { ...open, f: 'write', input: value };
    return { ...open, f: 'cas', input: [random.below(shape.values), value] };
  }

  private apply(open: Open): void {
    const now = this.state[open.key] ?? null;
    open.applied = true;
    if (open.f === 'read') open.output = now;
    else if (open.f === 'get') open.output = now ?? '';
    else if (open.f === 'append') this.state[open.key] = `${now ?? ''}${String(open.input)}`;
    else if (open.f !== 'cas') this.state[open.key] = open.input as number | string;
    else {
      const [from, to] = open.input as readonly [number, number];
      open.failed = now !== from;
      if (!open.failed) this.state[open.key] = to;
    }
  }

  private finish(slot: number, open: Open): void {
    const { builder, random, shape } = this;
    const process = builder.processId(this.clients[slot] as number);
    this.open[slot] = null;
    this.running--;
    const isRead = open.f === 'read' || open.f === 'get';
    if (!isRead && random.chance(shape.indefinite)) {
      builder.complete(process, outcomeIndefinite, { f: -1, value: 0 });
      this.clients[slot] = this.nextProcess++;
      return;
    }
    const isLate = this.started > shape.operations * 0.9;
    let output = isRead ? open.output : null;
    if (isRead && this.bad > 0 && isLate && output !== null && output !== '') {
      output = typeof output === 'string' ? output.slice(0, -1) : this.spoil(output);
      this.bad--;
    }
    const outcome = open.failed ? outcomeFailed : outcomeOk;
    builder.complete(process, outcome, { f: -1, value: builder.table.intern(output) });
  }

  /** A value that was written, but long ago. */
  private spoil(value: number): number {
    return this.shape.values === 0 ? Math.max(1, value >> 1) : (value + 1) % this.shape.values;
  }
}

function slotText(value: number): string {
  return `${value % 50} ${value}`;
}

/** The history of `shape` and `seed`. */
export function generateHistory(seed: number, shape: HistoryShape): OperationHistory {
  return new Generator(seed, shape).history();
}
