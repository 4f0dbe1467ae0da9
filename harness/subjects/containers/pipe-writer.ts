/**
 * Writes to a named pipe without ever blocking: what does not fit waits.
 */
import { closeSync, constants, openSync, writeSync } from 'node:fs';

/** Pause before a full pipe is tried again, ms. */
const retryMs = 2;

export class PipeWriter {
  private readonly file: number;
  private waiting: Buffer = Buffer.alloc(0);
  private closed = false;

  /** Opened for reading too: a pipe that nobody reads yet could not be opened otherwise. */
  constructor(path: string) {
    this.file = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  }

  write(text: string): void {
    const isBusy = this.waiting.length > 0;
    this.waiting = Buffer.concat([this.waiting, Buffer.from(text)]);
    if (!isBusy) this.flush();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    closeSync(this.file);
  }

  private flush(): void {
    if (this.closed) return;
    try {
      while (this.waiting.length > 0) {
        this.waiting = this.waiting.subarray(writeSync(this.file, this.waiting));
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      setTimeout(() => this.flush(), retryMs);
    }
  }
}
