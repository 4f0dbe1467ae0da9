/**
 * `tidemark convert`: an operation history in any readable format to the binary one or to JSON
 * Lines, and a stream history between the two; with `--case` the history of a case to a stream
 * history.
 */
import type { Case } from '../../../src/model/case.ts';
import type { History } from '../../../src/model/history.ts';
import { readCaseFile } from '../../config/case-file.ts';
import { readInput } from '../../store/atomic-file.ts';
import { parseHistory } from '../../store/history-file.ts';
import { refusal } from '../../store/refusal.ts';
import { refusingBadFiles } from '../../stream-history/bad-file.ts';
import type { CommandContext } from '../frame/command.ts';
import { exitCodes } from '../frame/exit-codes.ts';
import { refuseForeign } from './check.ts';

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
  if (options.case !== null) {
    const { convertHistoryOf } = await import('../../stream-history/index.ts');
    const events = await convertHistoryOf(await readOf(from, options.case, options.config), to);
    io.out(`${counted(events, 'event')} from ${from} to ${to}\n`);
    return exitCodes.valid;
  }
  const [count, what] = await refusingBadFiles(from, async () =>
    isStream
      ? ([await streamTo(from, to), 'event'] as const)
      : ([await operationsTo(from, to, options), 'operation'] as const),
  );
  io.out(`${counted(count, what)} from ${from} to ${to}\n`);
  return exitCodes.valid;
}

function counted(count: number, what: string): string {
  return `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`;
}

async function readOf(
  file: string,
  caseFile: string,
  configFile: string | null,
): Promise<{ kase: Case; history: History }> {
  const { failure } = await readCaseFile(caseFile, configFile);
  const { case: kase } = failure;
  const history = parseHistory(readInput(file, 'history'));
  refuseForeign(kase, history);
  return { kase, history };
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
  const { convertHistory } = await import('../../operation-files/index.ts');
  return convertHistory(from, to, { format });
}
