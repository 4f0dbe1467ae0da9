/**
 * Reads a stream history from a file or from standard input in pieces, whatever its length. Not
 * here: what the pieces mean (binary-reader.ts, json-lines.ts).
 */
import { closeSync, openSync, readSync } from 'node:fs';

import { InputFileError } from '../operation-files/input-file.ts';
import { isBinaryStream, type StreamDecoder, type StreamSink } from './binary-format.ts';
import { BinaryStreamReader } from './binary-reader.ts';
import { JsonLinesStreamReader } from './json-lines.ts';

/** What stands for standard input on the command line. */
export const standardInput = '-';

const pieceBytes = 1 << 20;
/** What tells the form of a file. */
const headBytes = 4096;

/** Whether the file begins as a stream history does. False when it cannot be read. */
export function isStreamFile(path: string): boolean {
  try {
    const file = openSync(path, 'r');
    try {
      const head = new Uint8Array(headBytes);
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
  const input = new Recognizer(path, sink);
  if (path === standardInput) {
    for await (const piece of process.stdin) input.push(piece as Uint8Array);
  } else pushFile(path, (piece) => input.push(piece));
  input.end();
}

/** Waits for as many bytes as tell the form, then passes everything on. */
class Recognizer implements StreamDecoder {
  private readonly path: string;
  private readonly sink: StreamSink;
  private head = new Uint8Array(0);
  private decoder: StreamDecoder | null = null;

  constructor(path: string, sink: StreamSink) {
    this.path = path;
    this.sink = sink;
  }

  push(piece: Uint8Array): void {
    if (this.decoder !== null) {
      this.decoder.push(piece);
      return;
    }
    this.head = Buffer.concat([this.head, piece]);
    if (this.head.length >= headBytes || this.head.includes(10)) this.recognize();
  }

  end(): void {
    if (this.head.length === 0) throw new InputFileError(this.path, 0, 'the file is empty');
    (this.decoder ?? this.recognize()).end();
  }

  private recognize(): StreamDecoder {
    this.decoder = decoderFor(this.path, this.head, this.sink);
    if (this.decoder === null) {
      throw new InputFileError(this.path, 0, 'no stream history is recognized here');
    }
    this.decoder.push(this.head);
    return this.decoder;
  }
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
  // The header of an engine's history has no splits.
  const [line = ''] = new TextDecoder().decode(head.subarray(0, headBytes)).split('\n', 1);
  const isJson = /^\s*\{.*?"kind"\s*:\s*"header"/.test(line) && /"splits"\s*:/.test(line);
  return isJson ? new JsonLinesStreamReader(path, sink) : null;
}
