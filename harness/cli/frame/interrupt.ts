/**
 * Ctrl-C: the first one asks for an end with a partial report, a later one ends at once.
 */
import { exitCodes } from './exit-codes.ts';

/** A launcher and the terminal may both deliver the same Ctrl-C. */
const sameKeyMs = 300;

export interface Interrupt {
  readonly asked: boolean;
  /** Stops listening. */
  release(): void;
}

/** Listens for SIGINT and SIGTERM until released. */
export function listenForInterrupt(onFirst: () => void): Interrupt {
  const state = { asked: false, at: 0 };
  const listener = (): void => {
    if (state.asked && performance.now() - state.at < sameKeyMs) return;
    if (state.asked) process.exit(exitCodes.interrupted);
    state.asked = true;
    state.at = performance.now();
    onFirst();
  };
  process.on('SIGINT', listener);
  process.on('SIGTERM', listener);
  return {
    get asked() {
      return state.asked;
    },
    release: () => {
      process.removeListener('SIGINT', listener);
      process.removeListener('SIGTERM', listener);
    },
  };
}
