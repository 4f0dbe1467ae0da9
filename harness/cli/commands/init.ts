/**
 * `tidemark init`: a starter scenario and a configuration, where neither exists yet, and what has
 * to be there before they run.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

import { configFileIn, configFileName } from '../../config/load-config.ts';
import {
  starterConfig,
  starterPackages,
  starterScenario,
  starterScenarioFile,
} from '../../config/starter.ts';
import { writeAtomically } from '../../store/atomic-file.ts';
import type { CommandContext } from '../frame/command.ts';
import { exitCodes } from '../frame/exit-codes.ts';

export function init({ options, io }: CommandContext): Promise<number> {
  const folder = options.dir ?? '.';
  const files: readonly (readonly [string, string])[] = [
    [starterScenarioFile, starterScenario],
    [configFileIn(folder) ?? configFileName, starterConfig],
  ];
  for (const [file, text] of files) {
    const path = join(folder, file);
    if (existsSync(path)) io.out(`kept    ${file}: it exists already\n`);
    else {
      writeAtomically(path, text);
      io.out(`written ${file}\n`);
    }
  }
  io.out(`\n${preparation(folder)}Next:  npx tidemark run my-counts --runs 100\n`);
  return Promise.resolve(exitCodes.valid);
}

/** What the starter needs and does not find in `folder`; empty when all is there. */
function preparation(folder: string): string {
  const { resolve: find } = createRequire(join(resolve(folder), 'package.json'));
  const isMissing = (name: string): boolean => {
    try {
      find(name);
      return false;
    } catch {
      return true;
    }
  };
  if (!starterPackages.some(isMissing)) return '';
  if (isTidemarkItself(folder)) {
    return 'First: npm run build (the starter imports the built package "tidemark")\n';
  }
  return (
    `First: npm i -D ${starterPackages.join(' ')}\n` +
    '       (instead of tidemark the file that `npm pack` makes in its checkout)\n'
  );
}

function isTidemarkItself(folder: string): boolean {
  try {
    const text = readFileSync(join(folder, 'package.json'), 'utf8');
    return (JSON.parse(text) as { readonly name?: unknown }).name === 'tidemark';
  } catch {
    return false;
  }
}
