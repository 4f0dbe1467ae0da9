/**
 * `tidemark toxiproxy`: the embedded network-fault server on its own.
 */
import { runToxiproxyCommand } from '../../toxiproxy/command.ts';
import type { CommandContext } from '../frame/command.ts';

export async function toxiproxy({ options, io }: CommandContext): Promise<number> {
  return runToxiproxyCommand({
    port: options.port,
    seed: options.seed,
    print: (line) => io.out(`${line}\n`),
    printError: (line) => io.err(`${line}\n`),
  });
}
