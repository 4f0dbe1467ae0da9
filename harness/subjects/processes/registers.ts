/**
 * The high-availability store of a run: registers with versions, kept by the harness and changed
 * one call at a time.
 */
import type { Failure } from '../../../src/engine/world/world.ts';
import type { Command, Notice } from '../../process-world/protocol.ts';

interface Register {
  readonly value: string | null;
  readonly version: number;
}

type RegisterCall = Extract<Notice, { kind: 'register-read' | 'register-write' }>;

const conflict: Failure = {
  kind: 'conflict',
  message: 'the register was written by somebody else',
};

export class Registers {
  private readonly registers = new Map<string, Register>();

  value(name: string): string | null {
    return this.registers.get(name)?.value ?? null;
  }

  answer(call: RegisterCall): Command {
    const found = this.registers.get(call.name) ?? { value: null, version: 0 };
    const { id } = call;
    if (call.kind === 'register-read') {
      return { kind: 'register-reply', id, ...found, failure: null };
    }
    if (call.expected !== found.version) {
      return { kind: 'register-reply', id, ...found, failure: conflict };
    }
    const version = found.version + 1;
    this.registers.set(call.name, { value: call.value, version });
    return { kind: 'register-reply', id, value: null, version, failure: null };
  }
}
