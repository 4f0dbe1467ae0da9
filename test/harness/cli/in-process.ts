/**
 * The command line inside a test: no process is started, everything written is kept.
 */
import { runCli } from '../../../harness/cli/run-cli.ts';

export interface CliOutcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function cli(...argv: readonly string[]): Promise<CliOutcome> {
  const written = { out: '', err: '' };
  const code = await runCli(argv, {
    out: (text) => {
      written.out += text;
    },
    err: (text) => {
      written.err += text;
    },
    liveErrors: false,
    colors: false,
    columns: 100,
  });
  return { code, ...written };
}
