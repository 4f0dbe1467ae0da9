/**
 * The high-availability store: linearizable registers with versions. While its client's disk fails
 * with input/output errors, a write may take effect without an answer: the outcome is unknown.
 */
import type { Failure, RegisterPort } from '../engine/world/world.ts';
import type { StorageClient } from './checkpoint-storage.ts';
import type { Scheduler } from './scheduler.ts';
import type { Streams } from './streams.ts';

/** Duration of one operation, µs. */
const operationUs = { low: 200, high: 1200 };

interface Register {
  readonly value: string | null;
  readonly version: number;
}

export class Registers {
  private readonly registers = new Map<string, Register>();
  private readonly scheduler: Scheduler;
  private readonly streams: Streams;

  constructor(scheduler: Scheduler, streams: Streams) {
    this.scheduler = scheduler;
    this.streams = streams;
  }

  value(name: string): string | null {
    return this.registers.get(name)?.value ?? null;
  }

  port(client: StorageClient): RegisterPort {
    const stream = this.streams.of(`registers ${client.node}`);
    const outcomes = this.streams.of(`register outcomes ${client.node}`);
    const later = (run: () => void): void => {
      this.scheduler.after(stream.between(operationUs.low, operationUs.high), run);
    };
    return {
      read: (name, reply) =>
        later(() => {
          const failed = client.failure(false) !== null;
          const found = this.registers.get(name) ?? { value: null, version: 0 };
          client.deliver(() => (failed ? reply(unavailable, null) : reply(null, found)));
        }),
      compareAndSet: ({ name, expected, value }, reply) =>
        later(() => {
          const failed = client.failure(true) !== null;
          if (failed && outcomes.chance(0.5)) {
            client.deliver(() => reply(outcomeUnknown, null));
            return;
          }
          const version = this.compareAndSet(name, expected, value);
          client.deliver(() => {
            if (failed) reply(outcomeUnknown, null);
            else if (version === null) reply(conflict, null);
            else reply(null, { version });
          });
        }),
    };
  }

  private compareAndSet(name: string, expected: number, value: string): number | null {
    const { version } = this.registers.get(name) ?? { version: 0 };
    if (version !== expected) return null;
    this.registers.set(name, { value, version: version + 1 });
    return version + 1;
  }
}

const unavailable: Failure = { kind: 'unavailable', message: 'the store does not answer' };
const outcomeUnknown: Failure = {
  kind: 'unknown',
  message: 'the connection broke during the call',
};
const conflict: Failure = {
  kind: 'conflict',
  message: 'the register was written by somebody else',
};
