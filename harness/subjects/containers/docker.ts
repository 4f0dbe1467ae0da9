/**
 * The Docker engine, through testcontainers, which is loaded only when containers are asked for. The
 * rest of this folder gets engine and library from here.
 */
import type * as library from 'testcontainers';

import { subjectFailure } from '../processes/subject-failure.ts';

export type Testcontainers = typeof library;
export type Engine = library.ContainerRuntimeClient['container']['dockerode'];

export interface Docker {
  readonly library: Testcontainers;
  readonly engine: Engine;
}

const installHint =
  'install one and start it (Debian, Ubuntu: sudo apt-get install docker.io && sudo dockerd), ' +
  'or set DOCKER_HOST to one on this machine';

/** Rejects with a SubjectFailure in one sentence when there is no engine, or no testcontainers. */
export async function openDocker(): Promise<Docker> {
  // Its cleaning container comes from a registry; cleaning up is the janitor's job here.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';
  const loaded = await loadLibrary();
  try {
    const { container } = await loaded.getContainerRuntimeClient();
    return { library: loaded, engine: container.dockerode };
  } catch (error) {
    throw subjectFailure('no Docker engine answers on this machine', {
      next: installHint,
      cause: error,
    });
  }
}

async function loadLibrary(): Promise<Testcontainers> {
  try {
    return await import('testcontainers');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw subjectFailure('the package testcontainers is not installed', {
      next: 'npm install testcontainers',
      cause: error,
    });
  }
}

/** The HTTP status with which the engine refused; null: it was something else. */
export function refusalOf(error: unknown): number | null {
  const { statusCode } = error as { readonly statusCode?: unknown };
  return typeof statusCode === 'number' ? statusCode : null;
}

/** Swallows a refusal that says that what is wanted is so already. */
export async function unlessRefused(
  work: Promise<unknown>,
  ...statuses: readonly number[]
): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!statuses.includes(refusalOf(error) ?? 0)) throw error;
  }
}
