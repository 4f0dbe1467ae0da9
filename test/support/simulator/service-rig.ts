/**
 * One simulated service with a clock and a client whose process may be gone or whose disk fails.
 */
import type { Failure, Reply } from '../../../src/engine/world/world.ts';
import type { DiskFailure, StorageClient } from '../../../src/simulator/checkpoint-storage.ts';
import { Recorder } from '../../../src/simulator/recorder.ts';
import { Scheduler } from '../../../src/simulator/scheduler.ts';
import { Streams } from '../../../src/simulator/streams.ts';

export class ServiceRig {
  readonly scheduler: Scheduler = new Scheduler();
  readonly streams: Streams;
  readonly recorder: Recorder = new Recorder(this.scheduler);
  /** `ok value` or the kind of the failure, in order of reply. */
  readonly replies: string[] = [];
  readonly dead: Set<string> = new Set();
  diskFailure: DiskFailure | null = null;

  constructor(seed: number = 1) {
    this.streams = new Streams(seed);
  }

  client(node: string): StorageClient {
    return {
      node,
      deliver: (reply) => {
        if (!this.dead.has(node)) reply();
      },
      failure: (writing) => (writing || this.diskFailure === 'io-error' ? this.diskFailure : null),
    };
  }

  /** Notes the reply under a name. */
  note<T>(name: string): Reply<T> {
    return (failure: Failure | null, value: T | null) =>
      void this.replies.push(`${name} ${failure?.kind ?? `ok ${JSON.stringify(value)}`}`);
  }

  /** Runs until nothing is left to do, or to that time. */
  run(untilUs: number = Number.MAX_SAFE_INTEGER): this {
    while (this.scheduler.step(untilUs));
    return this;
  }

  take(): string[] {
    return this.replies.splice(0);
  }
}
