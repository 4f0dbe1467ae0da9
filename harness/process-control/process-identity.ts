/**
 * Which process a pid means: pids are reused, a pid with its start time is not. Reads `/proc` on
 * Linux and asks `ps` elsewhere.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque; equal for the same process only. No white space. */
  readonly startTime: string;
}

/** `gone` includes a process that ended and was not yet collected. */
export type ProcessState = 'running' | 'stopped' | 'gone';

interface Found {
  readonly state: ProcessState;
  readonly startTime: string;
}

/** The process that has this pid now; null when there is none. */
export function identityOf(pid: number): ProcessIdentity | null {
  const { state, startTime } = find(pid);
  return state === 'gone' ? null : { pid, startTime };
}

/** What the process does now; `gone` also when its pid belongs to another one. */
export function stateOf({ pid, startTime }: ProcessIdentity): ProcessState {
  const found = find(pid);
  return found.startTime === startTime ? found.state : 'gone';
}

/** Sends the signal to exactly this process; false when it is gone. */
export function signal(identity: ProcessIdentity, name: NodeJS.Signals): boolean {
  if (stateOf(identity) === 'gone') return false;
  try {
    process.kill(identity.pid, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** The processes that this one has started and that run now. */
export function childrenOf({ pid }: ProcessIdentity): readonly ProcessIdentity[] {
  const text =
    process.platform === 'linux'
      ? readIfThere(`/proc/${pid}/task/${pid}/children`)
      : childrenWithPs(pid);
  const pids = text.split(/\s+/).filter((word) => word !== '');
  return pids.map((word) => identityOf(Number(word))).filter((child) => child !== null);
}

/** Waits, without letting anything else run, until the process has the state; false: it did not. */
export function becomes(
  identity: ProcessIdentity,
  state: ProcessState,
  withinMs: number = 1_000,
): boolean {
  const deadline = performance.now() + withinMs;
  while (stateOf(identity) !== state) {
    if (performance.now() > deadline) return false;
  }
  return true;
}

const gone: Found = { state: 'gone', startTime: '' };

function find(pid: number): Found {
  return process.platform === 'linux' ? findInProc(pid) : findWithPs(pid);
}

/**
 * `man 5 proc_pid_stat`: the name may hold spaces and brackets; field 3 is the state, 22 the start.
 */
function findInProc(pid: number): Found {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return gone;
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: stateOfLetter(fields[0] ?? ''), startTime: fields[19] ?? '' };
}

function findWithPs(pid: number): Found {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    const [letters = '', ...start] = line.split(/\s+/);
    return { state: stateOfLetter(letters), startTime: start.join('-') };
  } catch {
    return gone;
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function childrenWithPs(parent: number): string {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, ppid]) => ppid === String(parent))
    .map(([pid]) => pid)
    .join(' ');
}

function stateOfLetter(letters: string): ProcessState {
  const letter = letters.charAt(0);
  if (letter === 'Z' || letter === 'X' || letter === '') return 'gone';
  return letter === 'T' ? 'stopped' : 'running';
}
