/** Damaged files at the command line: a refusal of the history, with what its reader said. */
import { InputFileError } from '../operation-files/input-file.ts';
import { refusal } from '../store/refusal.ts';

/** What `read` gives; a file it refuses becomes an InputError of the command. */
export async function refusingBadFiles<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof InputFileError)) throw error;
    throw refusal('history', file, {
      expectation: 'a whole history',
      suggestion: error.message,
    });
  }
}
