/**
 * How a subtask's state lies in checkpoint storage: JSON with a digest in front, written aside,
 * synced, then renamed, so that a reader finds all of it or nothing.
 */
import { digest64 } from '../../base/hash.ts';
import type { OperatorState } from '../state/operator-state.ts';
import type { Failure, StoragePort } from '../world/world.ts';

export interface TaskState {
  readonly operators: Readonly<Record<string, OperatorState>>;
  /** Sources: next offset per split. */
  readonly offsets: Readonly<Record<string, number>> | null;
}

export interface EncodedState {
  readonly content: string;
  readonly digest: string;
}

export function encodeState(state: TaskState): EncodedState {
  const body = JSON.stringify(state);
  const digest = digest64(body);
  return { content: `${digest}\n${body}`, digest };
}

/** The state, or in words why the content cannot be trusted. */
export function decodeState(content: string, digest: string): TaskState | string {
  const line = content.indexOf('\n');
  const body = content.slice(line + 1);
  const found = digest64(body);
  if (line < 0 || content.slice(0, line) !== digest || found !== digest) {
    return `checksum mismatch: expected ${digest}, found ${found} over ${body.length} characters`;
  }
  return JSON.parse(body) as TaskState;
}

/** Write aside, sync, rename: in this order, or a crash leaves a half file under the final name. */
export function writeDurably(
  storage: StoragePort,
  file: { readonly path: string; readonly content: string },
  done: (failure: Failure | null) => void,
): void {
  const aside = `${file.path}.part`;
  storage.write(aside, file.content, (writeFailure) => {
    if (writeFailure !== null) {
      done(writeFailure);
      return;
    }
    storage.sync(aside, (syncFailure) => {
      if (syncFailure !== null) {
        done(syncFailure);
        return;
      }
      storage.rename(aside, file.path, (renameFailure) => done(renameFailure));
    });
  });
}
