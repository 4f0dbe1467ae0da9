/**
 * Builds the program that checks histories with Porcupine and runs it, without the network:
 * Porcupine has no dependencies and comes from a checkout. Not here: which histories, and what
 * comes of it.
 */
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';

import { refusal } from '../store/refusal.ts';
import type { PeerMeasured } from './peer-figures.ts';
import type { PeerSuite } from './peer-suites.ts';

export const porcupineModule = 'github.com/anishathalye/porcupine';
/** The program is built once; the standard library may have to be compiled for it. */
const buildTimeoutMs = 300_000;

/** How often, and until when, a file is checked; the same on both sides. */
export interface PeerRounds {
  readonly timeoutMs: number;
  readonly rounds: number;
  /** No further round for a file whose checks have taken this long together. */
  readonly enoughMs: number;
}

const answerSchema = z.object({
  go: z.string(),
  suites: z.array(
    z.array(
      z.object({
        operations: z.number(),
        verdict: z.enum(['valid', 'invalid', 'unknown']),
        firstMs: z.number(),
        bestMs: z.number(),
      }),
    ),
  ),
});

export interface PeerAnswer {
  readonly go: string;
  /** In the order of the suites and of their files. */
  readonly suites: readonly (readonly PeerMeasured[])[];
}

/** The absolute path of a checkout. Throws InputError with what is missing. */
export function porcupineCheckout(path: string | undefined): string {
  if (path === undefined) {
    throw refusal('peer', 'porcupine', {
      expectation: 'the path of a Porcupine checkout after it',
      suggestion: `git clone https://${porcupineModule}, then: bench --peer porcupine ./porcupine`,
    });
  }
  const module = `module ${porcupineModule}`;
  if (moduleFile(path)?.split('\n')[0]?.trim() !== module) {
    throw refusal('peer', path, {
      expectation: 'the path of a Porcupine checkout',
      suggestion: `it has to hold a go.mod that begins with: ${module}`,
    });
  }
  return resolve(path);
}

function moduleFile(path: string): string | null {
  try {
    return readFileSync(join(path, 'go.mod'), 'utf8');
  } catch {
    return null;
  }
}

/**
 * Builds the peer in `folder` and returns its path. Throws InputError where Go is missing or fails.
 */
export async function buildPorcupine(checkout: string, folder: string, go = 'go'): Promise<string> {
  const source = sourceFolder();
  for (const name of readdirSync(source)) copyFileSync(join(source, name), join(folder, name));
  writeFileSync(join(folder, 'go.mod'), moduleText(checkout));
  const program = join(folder, 'peer');
  const built = await execa(go, ['build', '-o', program, '.'], {
    cwd: folder,
    reject: false,
    all: true,
    timeout: buildTimeoutMs,
    env: { GOFLAGS: '-mod=mod', GOPROXY: 'off', GOTOOLCHAIN: 'local', GOWORK: 'off' },
  });
  if (built.exitCode === 0) return program;
  const said = built.all ?? built.shortMessage ?? '';
  throw built.code === 'ENOENT'
    ? refusal('peer', 'porcupine', {
        expectation: 'a machine with Go',
        suggestion: `${go} was not found: install Go (https://go.dev/dl) and have it on the PATH`,
      })
    : refusal('peer', checkout, {
        expectation: 'a Porcupine checkout that builds',
        suggestion: `go build said: ${said.slice(0, 500)}`,
      });
}

/** In the package the sources of the peer stay where they are; only TypeScript is compiled. */
function sourceFolder(): string {
  const name = import.meta.url.endsWith('.ts') ? '.' : '../../../harness/bench';
  return fileURLToPath(new URL(`${name}/peer-porcupine/`, import.meta.url));
}

function moduleText(checkout: string): string {
  return [
    'module tidemark.invalid/peer',
    'go 1.18',
    `require ${porcupineModule} v0.0.0`,
    `replace ${porcupineModule} => ${JSON.stringify(checkout)}`,
    '',
  ].join('\n\n');
}

/** Runs a built peer. Throws when it fails or answers something else. */
export async function runPeer(
  program: string,
  suites: readonly PeerSuite[],
  { folder, rounds }: { readonly folder: string; readonly rounds: PeerRounds },
): Promise<PeerAnswer> {
  const request = join(folder, 'request.json');
  writeFileSync(request, JSON.stringify({ ...rounds, suites: suites.map(({ files }) => files) }));
  const { stdout } = await execa(program, [request]);
  return answerSchema.parse(JSON.parse(stdout));
}
