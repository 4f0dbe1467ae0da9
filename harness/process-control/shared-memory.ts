/**
 * Pieces of System V shared memory that outlive the process that made them: PostgreSQL keeps one to
 * see whether its data is in use, and a server that is killed cannot take it away. Linux only;
 * other systems do not say who made a piece.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Helpers of a server that was killed need a moment to notice, ms. */
const patienceMs = 500;
const pollMs = 10;

/**
 * Removes what these processes made since `sinceMs` (wall clock) and nobody uses. Waits for users
 * to end, without letting anything else run.
 */
export function removeSharedMemory(creators: ReadonlySet<number>, sinceMs: number): void {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    // Times of segments are whole seconds.
    const ours = segments().filter(
      ({ creator, changedMs }) => creators.has(creator) && changedMs + 1_000 > sinceMs,
    );
    for (const { id, users } of ours) {
      if (users === 0) spawnSync('ipcrm', ['-m', String(id)], { stdio: 'ignore' });
    }
    if (ours.every(({ users }) => users === 0) || performance.now() > deadline) return;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pollMs);
  }
}

interface Segment {
  readonly id: number;
  readonly creator: number;
  /** Processes that have it mapped. */
  readonly users: number;
  readonly changedMs: number;
}

/** `man 5 proc_sysvipc`: a heading, then columns in a fixed order. */
function segments(): Segment[] {
  if (process.platform !== 'linux') return [];
  let table: string;
  try {
    table = readFileSync('/proc/sysvipc/shm', 'utf8');
  } catch {
    return [];
  }
  return table
    .split('\n')
    .slice(1)
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const columns = line.trim().split(/\s+/).map(Number);
      const [, id = -1, , , creator = -1, , users = 1, , , , , , , changed = 0] = columns;
      return { id, creator, users, changedMs: changed * 1_000 };
    });
}
