/**
 * Runs a `toxiproxy-server` found on the machine on a free port of loopback, for as long as the
 * harness lives: on Linux the system ends it even when the harness is killed.
 */
import { access, constants } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { binaryFailed } from './unavailable-error.ts';

export interface StartedBinary {
  readonly url: string;
  readonly close: () => Promise<void>;
}

const startTimeoutMs = 10_000;
const pollMs = 20;
const lastCharacters = 500;

/** The first executable of that name in the directories of `path`, or null. */
export async function findBinary(name: string, path: string): Promise<string | null> {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  for (const directory of path.split(delimiter).filter((part) => part !== '')) {
    const candidate = join(directory, file);
    if (await isExecutable(candidate)) return candidate;
  }
  return null;
}

/** Starts it and waits until it answers. Throws {@link ToxiproxyUnavailableError}. */
export async function startBinary(path: string, seed: number): Promise<StartedBinary> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = ['-host', '127.0.0.1', '-port', String(port), '-seed', String(seed)];
  const [file, ...rest] = await tiedToParent([path, ...args]);
  // Not buffered: the server logs for as long as it runs; only the last lines are kept.
  const child = execa(file ?? path, rest, { all: true, buffer: false, reject: false });
  let said = '';
  child.all.on(
    'data',
    (chunk: Buffer) => (said = (said + chunk.toString()).slice(-lastCharacters)),
  );
  const hasAnswered = await Promise.race([untilAnswering(url), child.then(() => false)]);
  const close = async (): Promise<void> => {
    child.kill();
    await child;
  };
  if (hasAnswered) return { url, close };
  await close();
  throw binaryFailed(path, said);
}

/** On Linux, has the kernel kill the child when its parent dies in whatever way. */
async function tiedToParent(command: readonly string[]): Promise<readonly string[]> {
  if (process.platform !== 'linux') return command;
  const setpriv = await findBinary('setpriv', process.env['PATH'] ?? '');
  return setpriv === null ? command : [setpriv, '--pdeathsig', 'KILL', ...command];
}

async function untilAnswering(url: string): Promise<boolean> {
  const deadline = performance.now() + startTimeoutMs;
  while (performance.now() < deadline) {
    const isUp = await fetch(`${url}/version`).then(
      (response) => response.ok,
      () => false,
    );
    if (isUp) return true;
    await sleep(pollMs);
  }
  return false;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return address !== null && typeof address !== 'string' ? address.port : 0;
}
