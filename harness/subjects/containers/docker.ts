/**
 * The Docker engine, through testcontainers, which is loaded only when containers are asked for.
 * The rest of this folder gets engine and library from here.
 */
import type * as library from 'testcontainers';

import { subjectFailure } from '../processes/subject-failure.ts';

export type Library = typeof library;
export type Engine = library.ContainerRuntimeClient['container']['dockerode'];

export interface Docker {
  readonly library: Library;
  readonly engine: Engine;
}

const installHint =
  'install one and start it (Debian, Ubuntu: sudo apt-get install docker.io && sudo dockerd), ' +
  'or set DOCKER_HOST to one on this machine';

/** Rejects with a SubjectFailure in one sentence when there is no engine, or no testcontainers. */
export async function openDocker(load: () => Promise<Library> = loadLibrary): Promise<Docker> {
  // Its cleaning container comes from a registry; cleaning up is the janitor's job here.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';
  const loaded = await load().catch((error: unknown) => {
    throw notInstalled(error);
  });
  const engine = await connect(loaded);
  const asked = process.env['DOCKER_HOST'] ?? '';
  const { socketPath } = engine.modem as { readonly socketPath?: string };
  // The library goes on to other engines when the one asked for does not answer.
  if (asked.startsWith('unix://') && socketPath !== asked.slice('unix://'.length)) {
    throw subjectFailure(`no Docker engine answers at ${asked}`, {
      next: 'start it, or unset DOCKER_HOST to use the one of this machine',
    });
  }
  return { library: loaded, engine };
}

async function connect(loaded: Library): Promise<Engine> {
  try {
    const { container } = await loaded.getContainerRuntimeClient();
    return container.dockerode;
  } catch (error) {
    throw subjectFailure('no Docker engine answers on this machine', {
      next: installHint,
      cause: error,
    });
  }
}

function loadLibrary(): Promise<Library> {
  return import('testcontainers');
}

function notInstalled(error: unknown): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') return error;
  return subjectFailure('the package testcontainers is not installed', {
    next: 'npm install testcontainers',
    cause: error,
  });
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
