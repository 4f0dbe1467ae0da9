/**
 * The watchman: a container of ours beside the nodes. It is no child of the harness, so it is still
 * there when harness and janitor were killed together, and it removes what cannot end by itself: a
 * paused container notices nothing.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { present } from '../../../src/base/assert.ts';
import { subjectFailure } from '../processes/subject-failure.ts';
import type { Engine } from './docker.ts';
import { imagePaths } from './image.ts';
import { ownerOf, type Labels } from './labels.ts';
import { PipeWriter } from './pipe-writer.ts';
import { ownUser } from './own-user.ts';

export interface Watchman {
  /** The harness ends as it should; the watchman itself is left to whoever sweeps. */
  dismiss(): void;
}

/**
 * Starts one that watches this process. Null on an engine without a socket of this machine. Rejects
 * with a SubjectFailure when the engine refuses.
 */
export async function startWatchman(
  engine: Engine,
  {
    image,
    labels,
    parent,
  }: { readonly image: string; readonly labels: Labels; readonly parent: string },
): Promise<Watchman | null> {
  const { socketPath } = engine.modem as { readonly socketPath?: string };
  if (socketPath === undefined) return null;
  const owner = present(ownerOf(labels), 'owner');
  const folder = join(parent, 'watchman');
  mkdirSync(folder);
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', ['-m', '600', pipe], { stdio: ['ignore', 'ignore', 'pipe'] });
  // Its other end tells that this process is no more.
  const held = new PipeWriter(pipe);
  const user = ownUser();
  try {
    const container = await engine.createContainer({
      name: `tidemark-${owner}-watchman`,
      Image: image,
      Labels: { ...labels },
      Cmd: [imagePaths.node, entry(), pipe, owner],
      ...(user === null ? {} : { User: user }),
      HostConfig: {
        AutoRemove: true,
        NetworkMode: 'none',
        CapDrop: ['ALL'],
        Binds: [`${folder}:${folder}`, `${socketPath}:${imagePaths.engineSocket}`],
        GroupAdd: [String(statSync(socketPath).gid)],
      },
    });
    await container.start();
  } catch (error) {
    held.close();
    throw subjectFailure(`the watchman of the containers does not start: ${String(error)}`, {
      next: 'check that containers may use the socket of the Docker engine',
      cause: error,
    });
  }
  return { dismiss: () => held.close() };
}

function entry(): string {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  return `${imagePaths.project}/harness/subjects/containers/watchman-main${extension}`;
}
