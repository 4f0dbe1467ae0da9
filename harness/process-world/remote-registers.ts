/**
 * A node's handle on the high-availability registers, which the harness keeps. While the node's
 * disk fails with input/output errors, answers get lost and a write may or may not take effect.
 */
import type { Failure, RegisterPort, Reply } from '../../src/engine/world/world.ts';
import type { DiskEffect } from './disk-storage.ts';
import type { Command, Notifier } from './protocol.ts';
import type { Troubles } from './troubles.ts';

type RegisterReply = Extract<Command, { kind: 'register-reply' }>;

export interface RemoteRegistersSettings {
  readonly node: string;
  readonly control: Notifier;
  readonly troubles: Troubles<DiskEffect>;
  /** True with probability one half. */
  readonly coin: () => boolean;
}

export class RemoteRegisters implements RegisterPort {
  private readonly settings: RemoteRegistersSettings;
  private readonly waiting = new Map<number, (reply: RegisterReply) => void>();
  private lastId = 0;

  constructor(settings: RemoteRegistersSettings) {
    this.settings = settings;
  }

  onReply(reply: RegisterReply): void {
    this.waiting.get(reply.id)?.(reply);
    this.waiting.delete(reply.id);
  }

  read(name: string, reply: Reply<{ value: string | null; version: number }>): void {
    if (this.disturbed('io-error')) {
      setImmediate(() => reply(unavailable, null));
      return;
    }
    const id = this.expect(({ value, version }) => reply(null, { value, version }));
    this.settings.control.notify({ kind: 'register-read', id, name });
  }

  compareAndSet(
    change: { readonly name: string; readonly expected: number; readonly value: string },
    reply: Reply<{ version: number }>,
  ): void {
    const disturbed = this.disturbed('io-error', 'no-space');
    if (disturbed && this.settings.coin()) {
      setImmediate(() => reply(outcomeUnknown, null));
      return;
    }
    const id = this.expect(({ version, failure }) => {
      if (disturbed) reply(outcomeUnknown, null);
      else if (failure !== null) reply(failure, null);
      else reply(null, { version });
    });
    this.settings.control.notify({ kind: 'register-write', id, ...change });
  }

  private disturbed(...effects: readonly DiskEffect[]): boolean {
    const trouble = this.settings.troubles.find(...effects);
    if (trouble === null) return false;
    this.settings.troubles.bites(trouble, `a register call of ${this.settings.node} failed`);
    return true;
  }

  private expect(then: (reply: RegisterReply) => void): number {
    this.waiting.set(++this.lastId, then);
    return this.lastId;
  }
}

const unavailable: Failure = { kind: 'unavailable', message: 'the store does not answer' };
const outcomeUnknown: Failure = {
  kind: 'unknown',
  message: 'the connection broke during the call',
};
