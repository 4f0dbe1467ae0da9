/** The high-availability store: linearizable registers, and writes whose outcome is unknown. */
import { expect, test } from 'vitest';

import type { RegisterPort } from '../../../src/engine/world/world.ts';
import { Registers } from '../../../src/simulator/registers.ts';
import { ServiceRig } from '../../support/simulator/service-rig.ts';

class Rig extends ServiceRig {
  readonly registers: Registers = new Registers(this.scheduler, this.streams);
  readonly jm: RegisterPort = this.registers.port(this.client('jm'));

  write(expected: number, value: string): this {
    this.jm.compareAndSet({ name: 'x', expected, value }, this.note('write'));
    return this;
  }

  read(): this {
    this.jm.read('x', this.note('read'));
    return this.run();
  }
}

test('a register that was never written is null, version 0; versions count its writes', () => {
  const rig = new Rig().read();
  rig.write(0, 'a').run().write(1, 'b').run().read();
  expect(rig.take()).toEqual([
    'read ok {"value":null,"version":0}',
    'write ok {"version":1}',
    'write ok {"version":2}',
    'read ok {"value":"b","version":2}',
  ]);
  expect([rig.registers.value('x'), rig.registers.value('y')]).toEqual(['b', null]);
});

test('of two writes against one version exactly one takes effect', () => {
  const rig = new Rig().write(0, 'a').write(0, 'b').run();
  expect(rig.take().sort()).toEqual(['write conflict', 'write ok {"version":1}']);
  expect(['a', 'b']).toContain(rig.registers.value('x'));
});

test('a failing connection: reads fail, writes may or may not have happened', () => {
  let happened = 0;
  for (let seed = 0; seed < 60; seed++) {
    const rig = new Rig();
    const own = new ServiceRig(seed);
    own.diskFailure = 'io-error';
    const registers = new Registers(own.scheduler, own.streams);
    const port = registers.port(own.client('jm'));
    port.compareAndSet({ name: 'x', expected: 0, value: 'a' }, own.note('write'));
    port.read('x', own.note('read'));
    own.run();
    expect(own.take().sort()).toEqual(['read unavailable', 'write unknown']);
    if (registers.value('x') === 'a') happened++;
    expect(rig.registers.value('x')).toBeNull();
  }
  expect(happened).toBeGreaterThan(10);
  expect(happened).toBeLessThan(50);
});

test('A2: an ambiguous write does not shift the times of later operations', () => {
  const times = (failing: boolean): number[] => {
    const rig = new Rig();
    const seen: number[] = [];
    rig.diskFailure = failing ? 'io-error' : null;
    for (let i = 0; i < 10; i++) {
      rig.write(0, 'a');
      rig.jm.read('x', () => void seen.push(rig.scheduler.now));
      rig.run();
    }
    return seen;
  };
  expect(times(true)).toEqual(times(false));
});

test('the write of a process that died on the way takes effect, its reply goes nowhere', () => {
  const rig = new Rig().write(0, 'a');
  rig.dead.add('jm');
  rig.run();
  expect(rig.take()).toEqual([]);
  expect(rig.registers.value('x')).toBe('a');
});
