/**
 * One run's evidence: a folder `<output>/<run>/`, filled in phases (law A5): what is to be run
 * before it runs, histories and verdicts before anything is concluded from them, reports last.
 */
import { existsSync, mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

import { refusal } from './refusal.ts';
import { writeAtomically } from './atomic-file.ts';

/** Default parent of all runs, git-ignored. */
export const outputFolder = '.tidemark';

export class RunFolder {
  /** Path as given by the user plus the run's id. */
  readonly path: string;
  readonly id: string;

  private constructor(path: string, id: string) {
    this.path = path;
    this.id = id;
  }

  /** Creates a new folder named by time. */
  static create(outputDir: string, label: string): RunFolder {
    const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
    let id = `${stamp}-${label}`;
    for (let i = 2; existsSync(join(outputDir, id)); i++) id = `${stamp}-${label}-${i}`;
    mkdirSync(join(outputDir, id), { recursive: true });
    return new RunFolder(join(outputDir, id), id);
  }

  /** Opens the folder of a run: its id, its path, or `latest`. Throws an InputError. */
  static open(outputDir: string, name: string): RunFolder {
    for (const path of [join(outputDir, name), name]) {
      if (!['run.json', 'result.json'].some((file) => existsSync(join(path, file)))) continue;
      return new RunFolder(path, latestId(path) ?? path.split(/[/\\]/).at(-1) ?? name);
    }
    throw refusal('run', name, {
      expectation: `the id of a run in ${outputDir}, its folder, or "latest"`,
      suggestion: 'start one with `tidemark run`',
    });
  }

  /** Points `latest` to this run: done when its reports can be rendered, not before. */
  makeLatest(): void {
    pointLatest(dirname(this.path), this.id);
  }

  /** Writes `text` under the run. `name` may contain folders. Returns the path for people. */
  write(name: string, text: string): string {
    const path = join(this.path, name);
    writeAtomically(path, text);
    return displayPath(path);
  }
}

/** Relative to the working directory when that is shorter. */
export function displayPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short !== '' && !short.startsWith('..') ? short : path;
}

/** A symbolic link where the platform has them: replaced by rename, never missing in between. */
function pointLatest(outputDir: string, id: string): void {
  const link = join(outputDir, 'latest');
  const temporary = `${link}.${process.pid}.tmp`;
  try {
    rmSync(temporary, { force: true });
    symlinkSync(id, temporary, 'junction');
    renameSync(temporary, link);
  } catch {
    rmSync(temporary, { force: true });
    writeAtomically(`${link}.txt`, `${id}\n`);
  }
}

function latestId(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}
