/** `tidemark convert`: any readable operation history to the binary format or to JSON Lines. */
import { writeFile } from 'node:fs/promises';

import {
  neverReturned,
  type OperationHistory,
  outcomes,
} from '../../src/linearizability/history/history.ts';
import { numeralJson } from '../../src/model/exact/exact-value.ts';
import { writeBinaryHistory } from './binary-format.ts';
import type { Format } from './formats.ts';
import { parseHistory, readBytes } from './read-history.ts';

/** Reads `from`, writes `to`; returns the number of operations. Throws InputFileError. */
export async function convertHistory(
  from: string,
  to: string,
  options: { readonly format?: Format; readonly to?: 'binary' | 'jsonl' } = {},
): Promise<number> {
  const history = parseHistory(await readBytes(from), from, options.format ?? 'auto');
  const target = options.to ?? (/\.jsonl?$/.test(to) ? 'jsonl' : 'binary');
  await writeFile(to, target === 'binary' ? writeBinaryHistory(history) : toJsonLines(history));
  return history.count;
}

const types: Readonly<Record<string, string>> = { ok: 'ok', failed: 'fail', indefinite: 'info' };

/**
 * One event a line, in order of their positions. Operations that never returned have a call only.
 */
export function toJsonLines(history: OperationHistory): string {
  const events: { position: number; text: string }[] = [];
  const text = (value: unknown): string => numeralJson(JSON.stringify(value));
  for (let row = 0; row < history.count; row++) {
    const process = text(history.processes[history.process[row] as number]);
    const f = text(history.functions[history.f[row] as number]);
    const key = history.key[row] as number;
    const head = (type: string): string =>
      `{"process":${process},"type":"${type}","f":${f}` +
      (key < 0 ? '' : `,"key":${text(history.values[key])}`);
    const input = text(history.values[history.input[row] as number]);
    events.push({
      position: history.call[row] as number,
      text: `${head('invoke')},"value":${input}}`,
    });
    const end = history.returns[row] as number;
    if (end === neverReturned) {
      // The process may have gone on: its operation stays open without it.
      events.push({ position: (history.call[row] as number) + 0.5, text: `${head('info')}}` });
      continue;
    }
    const type = types[outcomes[history.outcome[row] as number] as string] as string;
    const output = text(history.values[history.output[row] as number]);
    events.push({ position: end, text: `${head(type)},"value":${output}}` });
  }
  events.sort((a, b) => a.position - b.position);
  return events.map((event) => `${event.text}\n`).join('');
}
