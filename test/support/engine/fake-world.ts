/**
 * A World for tests of single engine modules: time moves only when the test says so, every call to
 * an outside system answers at once unless the test planned another outcome. Not the simulator: no
 * latencies, no randomness, one node.
 */
import { Heap } from '../../../src/base/heap.ts';
import type { Message } from '../../../src/engine/world/messages.ts';
import type {
  Failure,
  PointSite,
  Reply,
  TimerHandle,
  World,
} from '../../../src/engine/world/world.ts';
import type { PointName, PointPhase } from '../../../src/model/fault.ts';
import type { HistoryEvent } from '../../../src/model/history.ts';
import type { Unstamped } from '../../../src/engine/world/world.ts';
import { FakeFiles, FakeRegisters, FakeStore, type Answer } from './fake-services.ts';
import { FakeLogs } from './fake-logs.ts';

interface Due {
  readonly at: number;
  readonly sequence: number;
  readonly run: () => void;
}

/**
 * How one call goes: `failed` without effect, `lost`: done, but the caller is told of the failure,
 * `held`: done, the reply waits for `release`.
 */
export type Outcome =
  | { readonly kind: 'failed' | 'lost'; readonly failure: Failure }
  | { readonly kind: 'held' };

export interface Sent {
  readonly to: string;
  readonly message: Message;
}

export class FakeWorld implements World {
  private readonly due = new Heap<Due>(
    (a, b) => a.at < b.at || (a.at === b.at && a.sequence < b.sequence),
  );
  private sequence = 0;
  private readonly outcomes = new Map<string, Outcome[]>();
  private readonly held: (() => void)[] = [];
  /** Ms; the wall clock is `clockMs` ahead of it. */
  time = 0;
  clockMs = 0;
  readonly sent: Sent[] = [];
  readonly events: Unstamped<HistoryEvent>[] = [];
  /** `point/phase` or `point/phase/checkpoint`. */
  readonly points: string[] = [];
  /** Names of the calls to outside systems, e.g. `store.commit t1`. */
  readonly calls: string[] = [];
  readonly ends: string[] = [];
  /** What `random` answers, in turn; 0 when used up. */
  readonly draws: number[] = [];

  readonly files: FakeFiles;
  readonly cells: FakeRegisters;
  readonly external: FakeStore;
  readonly logs: FakeLogs = new FakeLogs(() => this.time);
  readonly storage: World['storage'];
  readonly registers: World['registers'];
  readonly store: World['store'];
  readonly source: World['source'];

  constructor() {
    const answer: Answer = (name, act, reply) => this.answer(name, act, reply);
    this.files = new FakeFiles(answer);
    this.cells = new FakeRegisters(answer);
    this.external = new FakeStore(answer);
    this.storage = this.files.port;
    this.registers = this.cells.port;
    this.store = this.external.port;
    this.source = this.logs;
  }

  now(): number {
    return this.time + this.clockMs;
  }

  monotonic(): number {
    return this.time;
  }

  random(_label: string, bound: number): number {
    return (this.draws.shift() ?? 0) % bound;
  }

  send(to: string, message: Message): void {
    this.sent.push({ to, message });
  }

  timer(delayMs: number, action: () => void): TimerHandle {
    const handle: TimerHandle = { cancelled: false };
    this.at(this.time + delayMs, () => {
      if (!handle.cancelled) action();
    });
    return handle;
  }

  defer(action: () => void): void {
    this.at(this.time, action);
  }

  point(point: PointName, phase: PointPhase, { checkpoint }: PointSite): void {
    this.points.push(`${point}/${phase}${checkpoint === null ? '' : `/${checkpoint}`}`);
  }

  finished(outcome: 'finished' | 'suspended' | 'failed', reason: string): void {
    this.ends.push(`${outcome}: ${reason}`);
  }

  record(event: Unstamped<HistoryEvent>): void {
    this.events.push(event);
  }

  /** The next calls of this name (e.g. `store.commit`) go like this, one outcome each. */
  plan(name: string, ...outcomes: Outcome[]): void {
    this.outcomes.set(name, [...(this.outcomes.get(name) ?? []), ...outcomes]);
  }

  /** Lets the held replies go. */
  release(): void {
    for (const reply of this.held.splice(0)) this.defer(reply);
    this.settle();
  }

  /** Runs everything that is due now. */
  settle(): void {
    this.pass(0);
  }

  /** Lets `ms` pass. */
  pass(ms: number): void {
    const until = this.time + ms;
    for (let steps = 0; ; steps++) {
      if (steps > 100_000) throw new Error(`no progress in time at ${this.time} ms`);
      const next = this.due.peek();
      if (next === undefined || next.at > until) break;
      this.due.pop();
      this.time = next.at;
      next.run();
    }
    this.time = until;
  }

  /** Messages sent since the last call, oldest first. */
  takeSent(): Sent[] {
    return this.sent.splice(0);
  }

  private at(at: number, run: () => void): void {
    this.due.push({ at, sequence: this.sequence++, run });
  }

  private answer<T>(name: string, act: () => T | Failure, reply: Reply<T>): void {
    this.calls.push(name);
    const outcome = this.outcomes.get(name.split(' ')[0] as string)?.shift();
    if (outcome?.kind === 'failed') {
      this.defer(() => reply(outcome.failure, null));
      return;
    }
    const result = act();
    const tell = (): void => {
      if (outcome?.kind === 'lost') reply(outcome.failure, null);
      else if (isFailure(result)) reply(result, null);
      else reply(null, result);
    };
    if (outcome?.kind === 'held') this.held.push(tell);
    else this.defer(tell);
  }
}

export const unavailable: Outcome = {
  kind: 'failed',
  failure: { kind: 'unavailable', message: 'down' },
};
export const neverHappened: Outcome = {
  kind: 'failed',
  failure: { kind: 'unknown', message: 'no reply' },
};
export const replyLost: Outcome = {
  kind: 'lost',
  failure: { kind: 'unknown', message: 'no reply' },
};
export const held: Outcome = { kind: 'held' };

export function refused(kind: Failure['kind']): Outcome {
  return { kind: 'failed', failure: { kind, message: `refused: ${kind}` } };
}

function isFailure(value: unknown): value is Failure {
  return value !== null && typeof value === 'object' && 'kind' in value && 'message' in value;
}
