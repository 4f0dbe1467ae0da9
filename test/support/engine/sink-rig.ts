/** A sink by itself: its environment, and a log of what it reported. */
import { createSink } from '../../../src/engine/operators/create-sink.ts';
import type { SinkOperator } from '../../../src/engine/operators/sink.ts';
import type { SinkSpec } from '../../../src/model/pipeline.ts';
import { FakeWorld } from './fake-world.ts';

export const retryMs = 50;

export class SinkRig {
  readonly world: FakeWorld;
  readonly sink: SinkOperator;
  /** `initialised`, `pre-committed 3`, `failed: …`, `changed`, in order. */
  readonly log: string[] = [];
  alive: boolean = true;

  constructor(
    connector: SinkSpec['connector'],
    settings: { readonly world?: FakeWorld; readonly attempt?: number } = {},
  ) {
    this.world = settings.world ?? new FakeWorld();
    const attempt = settings.attempt ?? 1;
    this.sink = createSink(
      {
        world: this.world,
        sink: 'out',
        subtask: 0,
        attempt,
        commitRetryMs: retryMs,
        site: (checkpoint) => ({ attempt, checkpoint, operator: 'out', subtask: 0 }),
        alive: () => this.alive,
        fail: (cause) => void this.log.push(`failed: ${cause}`),
        changed: () => void this.log.push('changed'),
      },
      connector,
    );
  }

  rows(...ids: number[]): this {
    for (const id of ids) this.sink.row({ key: 'k', ts: id, value: id }, 0);
    return this;
  }

  initialise(): this {
    this.sink.initialise((problem) => void this.log.push(problem ?? 'initialised'));
    this.world.settle();
    return this;
  }

  preCommit(checkpoint: number): this {
    this.sink.preCommit(
      checkpoint,
      (problem) => void this.log.push(problem ?? `pre-committed ${checkpoint}`),
    );
    this.world.settle();
    return this;
  }

  complete(checkpoint: number): this {
    this.sink.complete(checkpoint);
    this.world.settle();
    return this;
  }

  /** Values of the rows a reader sees. */
  get visible(): unknown[] {
    return this.world.external.visible.map((row) => row.value);
  }

  takeLog(): string[] {
    return this.log.splice(0);
  }

  takeCalls(): string[] {
    return this.world.calls.splice(0);
  }
}
