/**
 * The file sink as the store of a run. Its faults are injected by the nodes' own adapters; it has
 * no server that could die.
 */
import type { Pipeline } from '../../../src/model/pipeline.ts';
import { FileSink } from './file-sink.ts';
import type { Recorder } from './recorder.ts';
import type { RunClock } from './run-clock.ts';
import type { StoreSide } from './store-side.ts';
import { subjectFailure } from './subject-failure.ts';

export function openFileStore(
  folder: string,
  pipeline: Pipeline,
  { recorder, clock }: { readonly recorder: Recorder; readonly clock: RunClock },
): StoreSide {
  const sink = new FileSink(folder, pipeline, recorder);
  return {
    settings: { kind: 'files', folder },
    disturb: ({ fault, effect, untilMs }) =>
      effect === 'crash'
        ? Promise.reject(noServer())
        : Promise.resolve({
            kind: 'store',
            fault,
            effect,
            untilMs: clock.startedAtMs + untilMs,
          }),
    onFailure: () => undefined,
    look: () => {
      sink.look();
      return Promise.resolve();
    },
    close: () => {
      sink.close();
      return Promise.resolve();
    },
  };
}

function noServer(): Error {
  return subjectFailure(
    'the schedule crashes the server of the store, and the file sink has none',
    {
      next: 'unset TIDEMARK_STORE, so that the case runs with PostgreSQL',
    },
  );
}
