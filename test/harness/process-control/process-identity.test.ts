import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';

import {
  becomes,
  identityOf,
  signal,
  stateOf,
} from '../../../harness/process-control/process-identity.ts';
import { present } from '../../../src/base/assert.ts';

const children: ChildProcess[] = [];

function sleeper(): ChildProcess {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  children.push(child);
  return child;
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

describe('a process by pid and start time', () => {
  it('finds this process, twice the same', () => {
    const self = identityOf(process.pid);
    expect(self).toEqual(identityOf(process.pid));
    expect(stateOf(present(self, 'self'))).toBe('running');
  });

  it('follows a process through stop, continue and kill', async () => {
    const child = sleeper();
    const identity = present(identityOf(present(child.pid, 'pid')), 'identity');
    expect(signal(identity, 'SIGSTOP')).toBe(true);
    expect(becomes(identity, 'stopped')).toBe(true);
    signal(identity, 'SIGCONT');
    expect(becomes(identity, 'running')).toBe(true);
    signal(identity, 'SIGKILL');
    expect(becomes(identity, 'gone')).toBe(true);
    await once(child, 'exit');
    expect(identityOf(identity.pid)).toBeNull();
    expect(signal(identity, 'SIGKILL')).toBe(false);
  });

  it('does not take a later process of the same pid for the earlier one', () => {
    const child = sleeper();
    const identity = present(identityOf(present(child.pid, 'pid')), 'identity');
    const earlier = { ...identity, startTime: '1' };
    expect(stateOf(earlier)).toBe('gone');
    expect(signal(earlier, 'SIGKILL')).toBe(false);
    expect(stateOf(identity)).toBe('running');
  });
});
