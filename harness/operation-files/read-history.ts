/** Reads an operation history in any of the formats. */
import { readFile } from 'node:fs/promises';

import type { OperationHistory } from '../../src/linearizability/history/history.ts';
import { readBinaryHistory } from './binary-format.ts';
import { readEdnHistory } from './edn-history.ts';
import { type Format, type Syntax, syntaxOf } from './formats.ts';
import { InputFileError, quoteAt } from './input-file.ts';
import { readJepsenConsole } from './jepsen-console.ts';
import { readJsonLines } from './json-lines.ts';

/** The bytes of `file`. Throws {@link InputFileError} when it cannot be read. */
export async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new InputFileError(file, 0, 'there is no such file');
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputFileError(file, 0, `cannot be read: ${reason}`);
  }
}

/** Throws {@link InputFileError}, also when there is no operation in the file. */
export function parseHistory(bytes: Uint8Array, file: string, format: Format): OperationHistory {
  const syntax = syntaxOf(bytes, format);
  if (syntax === null) {
    throw new InputFileError(
      file,
      firstLine(bytes).line,
      `no operation history is recognized here: ${firstLine(bytes).text}. Name the format with --format`,
    );
  }
  const history = parse(bytes, file, syntax);
  if (history.count > 0) return history;
  const { line, text } = firstLine(bytes);
  throw new InputFileError(file, line, `no operation was read; the file begins with: ${text}`);
}

function parse(bytes: Uint8Array, file: string, syntax: Syntax): OperationHistory {
  if (syntax === 'binary') return readBinaryHistory(bytes, file);
  if (syntax === 'jsonl') return readJsonLines(bytes, file);
  // A log may hold anything between its operations; in values a wrong byte could make two equal.
  if (syntax === 'console') return readJepsenConsole(new TextDecoder().decode(bytes), file);
  return readEdnHistory(strictText(bytes, file), file);
}

function strictText(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InputFileError(file, 0, 'holds bytes that are no UTF-8');
  }
}

/** The first line that is not empty: what a reader stumbled on. */
function firstLine(bytes: Uint8Array): { line: number; text: string } {
  let line = 1;
  let at = 0;
  while (at < bytes.length && (bytes[at] as number) <= 32) {
    if (bytes[at] === 10) line++;
    at++;
  }
  return at >= bytes.length ? { line: 1, text: '(nothing)' } : { line, text: quoteAt(bytes, at) };
}
