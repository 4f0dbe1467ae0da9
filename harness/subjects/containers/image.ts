/**
 * The image of the nodes, built from nothing: the Node binary that runs the harness, the shared
 * libraries it needs, and this project's sources. No registry is asked.
 */
import {
  copyFileSync,
  cpSync,
  linkSync,
  mkdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { subjectFailure } from '../processes/subject-failure.ts';
import type { Engine } from './docker.ts';
import type { Labels } from './labels.ts';
import { packageFolders } from './package-folders.ts';

/** Where things are in the image, and where others are mounted. */
export const imagePaths = {
  node: '/bin/node',
  project: '/project',
  compileCache: '/compile-cache',
  engineSocket: '/engine.sock',
} as const;

/** Libraries the nodes load on demand. */
const packages = ['pg'] as const;
const sourceFolders = ['src', 'harness'] as const;

/**
 * Makes the image from a folder below `parent`, in one layer: a Dockerfile would have the engine
 * copy everything twice. Its removal is left to whoever sweeps.
 */
export async function buildImage(engine: Engine, settings: ImageSettings): Promise<string> {
  const root = join(settings.parent, 'image');
  fill(root);
  try {
    await importFolder(engine, root, settings);
  } catch (error) {
    throw subjectFailure(`the image of the nodes could not be built: ${String(error)}`, {
      next: 'check that the Docker engine has room on its disk, and run it again',
      cause: error,
    });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  return settings.name;
}

export interface ImageSettings {
  readonly parent: string;
  readonly labels: Labels;
  /** `repository:tag`. */
  readonly name: string;
}

async function importFolder(engine: Engine, root: string, settings: ImageSettings): Promise<void> {
  const [repo = '', tag = ''] = settings.name.split(':');
  const pairs = Object.entries(settings.labels).map(([key, value]) => `"${key}"="${value}"`);
  const tar = spawn('tar', ['-C', root, '-c', '.'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const gone = new Promise<never>((_, reject) => {
    tar.on('error', reject);
    tar.on('exit', (code) => code !== 0 && reject(new Error(`tar ended with code ${code}`)));
  });
  gone.catch(() => undefined);
  const importing = engine.importImage(tar.stdout, {
    repo,
    tag,
    changes: `LABEL ${pairs.join(' ')}`,
  });
  const progress = await Promise.race([importing, gone]);
  await new Promise<void>((resolve, reject) => {
    engine.modem.followProgress(progress, (error, steps) => {
      const failed = (steps as { readonly error?: string }[] | undefined)?.find((s) => s.error);
      if (error !== null) reject(error);
      else if (failed === undefined) resolve();
      else reject(new Error(failed.error));
    });
  });
}

function fill(root: string): void {
  const node = realpathSync(process.execPath);
  place(node, join(root, imagePaths.node));
  for (const library of sharedLibraries(node)) place(realpathSync(library), join(root, library));
  const project = join(root, imagePaths.project);
  const from = fileURLToPath(new URL('../../../', import.meta.url));
  for (const folder of sourceFolders) {
    cpSync(join(from, folder), join(project, folder), { recursive: true });
  }
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }\n');
  for (const [name, folder] of packageFolders(packages, import.meta.url)) {
    const filter = (path: string): boolean => !path.slice(folder.length).includes('/node_modules');
    cpSync(folder, join(project, 'node_modules', name), { recursive: true, filter });
  }
}

/** A second name for the same file where the file system allows it, else a copy. */
function place(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

/** Paths of the loader and the libraries, as `ldd` finds them; none for a static binary. */
function sharedLibraries(binary: string): string[] {
  const listed = execFileSync('ldd', [binary], { encoding: 'utf8' });
  return [...listed.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)].map((match) => match[1] ?? '');
}
