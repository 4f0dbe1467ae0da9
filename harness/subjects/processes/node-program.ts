/**
 * How nodes are started: with the engine as it is, or with a planted bug in it.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { BugFile } from '../../planting/bug-file.ts';
import type { NodeProgram } from './node-process.ts';
import { plantedBugVariable } from '../../planting/planted-bug-variable.ts';

/**
 * Node's own cache of compiled modules, in its own default place: a node is up in a fraction of the
 * time it takes to strip types and compile.
 */
const cached = { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') };

export const soundProgram: NodeProgram = { execArguments: [], environment: cached };

/** Nodes whose engine carries the bug. Harness and checker stay sound. */
export function plantedProgram(bug: BugFile): NodeProgram {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const entry = new URL(`./plant-main${extension}`, import.meta.url);
  return {
    execArguments: ['--import', fileURLToPath(entry)],
    environment: { ...cached, [plantedBugVariable]: JSON.stringify(bug) },
  };
}
