/**
 * `tidemark init`: a starter scenario and a configuration, where neither exists yet.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { configFileName } from '../../config/load-config.ts';
import { starterConfig, starterScenario, starterScenarioFile } from '../../config/starter.ts';
import { writeAtomically } from '../../store/atomic-file.ts';
import type { CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';

export function init({ options, io }: CommandContext): Promise<number> {
  const files: readonly (readonly [string, string])[] = [
    [starterScenarioFile, starterScenario],
    [configFileName, starterConfig],
  ];
  for (const [file, text] of files) {
    const path = join(options.dir ?? '.', file);
    if (existsSync(path)) io.out(`kept    ${file}: it exists already\n`);
    else {
      writeAtomically(path, text);
      io.out(`written ${file}\n`);
    }
  }
  io.out('\nNext: npx tidemark run my-counts --runs 100\n');
  return Promise.resolve(exitCodes.valid);
}
