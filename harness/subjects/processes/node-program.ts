/**
 * How nodes are started: with the engine as it is, or with a planted bug in it.
 */
import { fileURLToPath } from 'node:url';

import type { NodeProgram } from './node-process.ts';

export const soundProgram: NodeProgram = { execArguments: [], environment: {} };

/** Nodes whose engine carries the bug of this file. Harness and checker stay sound. */
export function plantedProgram(bugFile: string): NodeProgram {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const entry = new URL(`./plant-main${extension}`, import.meta.url);
  return {
    execArguments: ['--import', fileURLToPath(entry)],
    environment: { TIDEMARK_BUG_FILE: bugFile },
  };
}
