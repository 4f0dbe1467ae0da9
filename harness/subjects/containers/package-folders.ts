/**
 * Where installed packages and everything they depend on lie on this machine.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
}

/**
 * Folder by name. A package that is not installed is left out, one in two versions appears once.
 */
export function packageFolders(names: readonly string[], from: string): Map<string, string> {
  const folders = new Map<string, string>();
  const add = (name: string, importer: string): void => {
    if (folders.has(name)) return;
    const folder = folderOf(name, importer);
    if (folder === null) return;
    folders.set(name, folder);
    const text = readFileSync(join(folder, 'package.json'), 'utf8');
    const { dependencies = {} } = JSON.parse(text) as Manifest;
    const self = pathToFileURL(join(folder, 'package.json')).href;
    for (const dependency of Object.keys(dependencies)) add(dependency, self);
  };
  for (const name of names) add(name, from);
  return folders;
}

function folderOf(name: string, importer: string): string | null {
  const places = createRequire(importer).resolve.paths(name) ?? [];
  const folders = places.map((place) => join(place, name));
  return folders.find((folder) => existsSync(join(folder, 'package.json'))) ?? null;
}
