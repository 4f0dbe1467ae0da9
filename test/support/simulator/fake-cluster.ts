/** A cluster for the fault injector: notes what is asked of it, lets the test produce effects. */
import type { Cluster } from '../../../src/faults/fault-injector.ts';
import { Scheduler } from '../../../src/simulator/scheduler.ts';

interface Span {
  readonly untilUs: number;
  readonly onEffect: (detail: string) => void;
}

export class FakeCluster {
  readonly scheduler: Scheduler = new Scheduler();
  /** What the injector asked for, e.g. `crash tm0 500000`. */
  readonly asked: string[] = [];
  /** `ms fault event detail`. */
  readonly records: string[] = [];
  /** Effects of the faults under way, in order of injection. */
  readonly effects: ((detail: string) => void)[] = [];
  readonly down: Set<string> = new Set();
  unsyncedFiles: number = 0;
  newestFile: string | null = 'chk-1/a';

  get port(): Cluster {
    const { scheduler } = this;
    const up = (...nodes: string[]): boolean => nodes.every((node) => !this.down.has(node));
    const ask = (text: string, done: boolean = true): boolean => {
      this.asked.push(text);
      return done;
    };
    const lasting = (text: string, { untilUs, onEffect }: Span): void => {
      this.asked.push(`${text} until ${untilUs / 1000}`);
      this.effects.push(onEffect);
    };
    return {
      get nowUs() {
        return scheduler.now;
      },
      after: (delayUs, run) => scheduler.after(delayUs, run),
      crash: (node, restartUs) => ask(`crash ${node} ${restartUs / 1000}`, up(node)),
      pause: (node) => ask(`pause ${node}`, up(node)),
      resume: (node) => void ask(`resume ${node} @${scheduler.now / 1000}`),
      reset: (a, b) => ask(`reset ${a} ${b}`, up(a, b)),
      disturbLink: ({ from, to }, { kind, ...rest }, span) =>
        lasting([kind, `${from}>${to}`, ...Object.values(rest)].join(' '), span),
      failDisk: (node, effect, span) => lasting(`disk ${node} ${effect}`, span),
      loseUnsynced: (node, effect) => (ask(`${effect} ${node}`) ? this.unsyncedFiles : 0),
      damageCheckpoint: (effect) => (ask(effect) ? this.newestFile : null),
      disturbStore: (effect, span) => lasting(`store ${effect}`, span),
      jumpClock: (node, byMs) => ask(`clock ${node} ${byMs}`, up(node)),
      holdSplit: (split, untilUs, onEffect) => lasting(`hold ${split}`, { untilUs, onEffect }),
      record: (fault, event, detail) =>
        void this.records.push(`${scheduler.now / 1000} ${fault} ${event} ${detail}`.trim()),
      chainOf: (vertex) => (vertex === 'orders' ? ['orders', 'taxed'] : [vertex]),
    };
  }

  /** Runs until that time, in ms. */
  run(untilMs: number = 1_000_000): this {
    while (this.scheduler.step(untilMs * 1000));
    return this;
  }
}
