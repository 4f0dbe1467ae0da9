/**
 * Files that are whole or absent: written beside their place, then renamed into it.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { refusal } from './refusal.ts';

/** Writes `text` to `path`, creating folders. Throws the file system's own error. */
export function writeAtomically(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}

/** The text of a file the user named. Throws an InputError when it cannot be read. */
export function readInput(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    throw refusal(what, path, {
      expectation: `a readable ${what} file`,
      suggestion: reasons[code] ?? `reading failed: ${String(error)}`,
    });
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'this is a folder',
  EACCES: 'permission was denied',
};
