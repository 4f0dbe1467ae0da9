/**
 * `tidemark convert`: an operation history in any readable format to the binary one or to JSON Lines,
 * and a stream history between the two.
 */
import { refusal } from '../../store/refusal.ts';
import { refusingBadFiles } from '../../stream-history/bad-file.ts';
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
  const { isStreamFile, standardInput } = await import('../../stream-history/read-stream.ts');
  const isStream = from === standardInput || isStreamFile(from);
  const [count, what] = await refusingBadFiles(from, async () =>
    isStream
      ? ([await streamTo(from, to), 'event'] as const)
      : ([await operationsTo(from, to, options), 'operation'] as const),
  );
  io.out(
    `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'} from ${from} to ${to}\n`,
  );
  return exitCodes.valid;
}

async function streamTo(from: string, to: string): Promise<number> {
  const { convertStream } = await import('../../stream-history/index.ts');
  return convertStream(from, to);
}

async function operationsTo(
  from: string,
  to: string,
  { format }: CommandContext['options'],
): Promise<number> {
  const { convertHistory } = await import('../../check-operations/index.ts');
  return convertHistory(from, to, { format });
}
