/**
 * `tidemark convert`: an operation history in any readable format to the binary one or to JSON Lines.
 */
import { refusal } from '../../store/refusal.ts';
import type { CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';

export async function convert({ args, options, io }: CommandContext): Promise<number> {
  const [from, to] = args;
  if (from === undefined || to === undefined || args.length !== 2) {
    throw refusal(
      'command',
      args.join(' '),
      'two paths: the history to read and the file to write',
    );
  }
  const { convertHistory } = await import('../../check-operations/index.ts');
  const { InputFileError } = await import('../../check-operations/input-file.ts');
  try {
    const operations = await convertHistory(from, to, { format: options.format });
    io.out(
      `${operations.toLocaleString('en-US')} ${operations === 1 ? 'operation' : 'operations'} from ${from} to ${to}\n`,
    );
    return exitCodes.valid;
  } catch (error) {
    if (!(error instanceof InputFileError)) throw error;
    throw refusal('history', from, { expectation: 'operations', suggestion: error.message });
  }
}
