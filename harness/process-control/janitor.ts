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
  const entry = fileURLToPath(new URL(`./janitor-main${extension}`, import.meta.url));
  const child = spawn(process.execPath, [entry, workspace.folder], {
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
