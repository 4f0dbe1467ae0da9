/**
 * `tidemark init`: a starter scenario and a configuration, where neither exists yet.
 */
import { existsSync } from 'node:fs';

import { configFileName } from '../../config/load-config.ts';
import { starterConfig, starterScenario, starterScenarioFile } from '../../config/starter.ts';
import { writeAtomically } from '../../store/atomic-file.ts';
import type { CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';

export function init({ io }: CommandContext): Promise<number> {
  const files: readonly (readonly [string, string])[] = [
    [starterScenarioFile, starterScenario],
    [configFileName, starterConfig],
  ];
  for (const [file, text] of files) {
    if (existsSync(file)) io.out(`kept    ${file}: it exists already\n`);
    else {
      writeAtomically(file, text);
      io.out(`written ${file}\n`);
    }
  }
  io.out('\nNext: npx tidemark run my-counts --runs 100\n');
  return Promise.resolve(exitCodes.valid);
}
