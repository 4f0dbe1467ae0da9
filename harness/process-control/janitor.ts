/**
 * Starts the janitor of a workspace. It is the one process that is not tied to the harness's life.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import type { Workspace } from './workspace.ts';

export interface Janitor {
  /** Lets it sweep now. */
  dismiss(): void;
}

export function startJanitor(workspace: Workspace): Janitor {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const entry = new URL(`./janitor-main${extension}`, import.meta.url);
  return startJanitorProgram(entry, workspace.folder);
}

/** `entry` cleans up when its standard input ends; `what` tells it what. */
export function startJanitorProgram(entry: URL, what: string): Janitor {
  const child = spawn(process.execPath, [fileURLToPath(entry), what], {
    // Its own session: signals to the harness's group do not reach it.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  child.stdin.on('error', () => undefined);
  // An open pipe must not keep the harness alive; it ends with it.
  (child.stdin as unknown as { unref(): void }).unref();
  return { dismiss: () => void child.stdin.end() };
}
