/** Bad input files: one error type, whose text says which file, which line, and what to do. */

/** Thrown for files that cannot be read as what they claim to be. Exit code 64. */
export class InputFileError extends Error {
  override readonly name = 'InputFileError';
  readonly file: string;
  /** From 1; 0 when no line is to blame. */
  readonly line: number;

  constructor(file: string, line: number, problem: string) {
    super(line > 0 ? `${file}:${line}: ${problem}` : `${file}: ${problem}`);
    this.file = file;
    this.line = line;
  }
}

/** A fault at a byte of the input; the caller turns it into file and line. */
export class SyntaxFault extends Error {
  override readonly name = 'SyntaxFault';
  readonly offset: number;

  constructor(offset: number, problem: string) {
    super(problem);
    this.offset = offset;
  }
}

/** The line (from 1) in which byte `offset` lies. */
export function lineOfByte(bytes: Uint8Array, offset: number): number {
  let line = 1;
  const end = Math.min(offset, bytes.length);
  for (let i = 0; i < end; i++) if (bytes[i] === 10) line++;
  return line;
}

/** A short quotation of the line that holds byte `offset`. */
export function quoteAt(bytes: Uint8Array, offset: number): string {
  let from = Math.min(offset, bytes.length);
  while (from > 0 && bytes[from - 1] !== 10) from--;
  let to = from;
  while (to < bytes.length && bytes[to] !== 10 && to - from < 120) to++;
  return new TextDecoder().decode(bytes.subarray(from, to)).trim();
}
