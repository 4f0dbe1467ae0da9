/**
 * Reads a stream history from a file or from standard input in pieces, whatever its length. Not here:
 * what the pieces mean (binary-reader.ts, json-lines.ts).
 */
import { closeSync, openSync, readSync } from 'node:fs';

import { InputFileError } from '../check-operations/input-file.ts';
import { isBinaryStream, type StreamDecoder, type StreamSink } from './binary-format.ts';
import { BinaryStreamReader } from './binary-reader.ts';
import { JsonLinesStreamReader } from './json-lines.ts';

/** What stands for standard input on the command line. */
export const standardInput = '-';

const pieceBytes = 1 << 20;

/** Whether the file begins as a stream history does. False when it cannot be read. */
export function isStreamFile(path: string): boolean {
  try {
    const file = openSync(path, 'r');
    try {
      const head = new Uint8Array(4096);
      return decoderFor(path, head.subarray(0, readSync(file, head)), noSink) !== null;
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}

/** Throws an InputFileError when the file is damaged, cut off, or no stream history. */
export async function readStream(path: string, sink: StreamSink): Promise<void> {
  let decoder: StreamDecoder | null = null;
  const push = (piece: Uint8Array): void => {
    decoder ??= decoderFor(path, piece, sink);
    if (decoder === null) throw new InputFileError(path, 0, 'no stream history is recognized here');
    decoder.push(piece);
  };
  if (path === standardInput) {
    for await (const piece of process.stdin) push(piece as Uint8Array);
  } else pushFile(path, push);
  if (decoder === null) throw new InputFileError(path, 0, 'the file is empty');
  (decoder as StreamDecoder).end();
}

function pushFile(path: string, push: (piece: Uint8Array) => void): void {
  const piece = new Uint8Array(pieceBytes);
  const file = openSync(path, 'r');
  try {
    for (;;) {
      const length = readSync(file, piece);
      if (length === 0) return;
      push(piece.subarray(0, length));
    }
  } finally {
    closeSync(file);
  }
}

const noSink: StreamSink = { header: () => undefined, event: () => undefined };

/** The reader for what begins so; null: it is no stream history. */
function decoderFor(path: string, head: Uint8Array, sink: StreamSink): StreamDecoder | null {
  if (isBinaryStream(head)) return new BinaryStreamReader(path, sink);
  // The header of an engine's history has no splits; its case has.
  const text = new TextDecoder().decode(head.subarray(0, 4096));
  const isJson = /^\s*\{[^\n]*?"kind"\s*:\s*"header"/.test(text) && /"splits"\s*:/.test(text);
  return isJson ? new JsonLinesStreamReader(path, sink) : null;
}
