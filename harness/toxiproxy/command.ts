/**
 * `tidemark toxiproxy`: the embedded server on its own, for programs that are not under Tidemark's
 * harness. Runs until it is told to stop.
 */
import { startToxiproxy } from './server.ts';
import { ToxiproxyUnavailableError } from './unavailable-error.ts';

export interface ToxiproxyCommandOptions {
  /** Port of the control API; Toxiproxy's own default is 8474. */
  readonly port: number;
  readonly seed: number;
  /** Ends the command, besides SIGINT and SIGTERM. */
  readonly signal?: AbortSignal;
  readonly print?: (line: string) => void;
  readonly printError?: (line: string) => void;
}

/**
 * Runs the server until it is stopped. Resolves to the exit code: 0, or 2 when it cannot listen.
 */
export async function runToxiproxyCommand(options: ToxiproxyCommandOptions): Promise<number> {
  const print = options.print ?? ((line) => console.log(line));
  const printError = options.printError ?? ((line) => console.error(line));
  try {
    const server = await startToxiproxy({ port: options.port, seed: options.seed });
    print(`Toxiproxy-compatible server on ${server.url}, seed ${options.seed}; Ctrl-C ends it`);
    await untilStopped(options.signal);
    await server.close();
    return 0;
  } catch (error) {
    if (!(error instanceof ToxiproxyUnavailableError)) throw error;
    printError(error.message);
    return 2;
  }
}

function untilStopped(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      signal?.removeEventListener('abort', stop);
      resolve();
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);
    signal?.addEventListener('abort', stop);
    if (signal?.aborted === true) stop();
  });
}
