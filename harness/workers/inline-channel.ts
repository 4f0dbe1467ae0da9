/**
 * A worker that is no thread: it answers in this process, between two turns of the event loop.
 * For scenarios that exist only here, as objects: those of a test that calls `verify`.
 */
import { answer, type Workbench } from './job.ts';
import { replyTo, type Channel, type WorkerReply } from './worker-link.ts';

export function inlineChannel(bench: Workbench): Channel {
  let listener: ((reply: WorkerReply) => void) | null = null;
  return {
    send: (request) => {
      setImmediate(() => {
        void replyTo(request, (job) => answer(bench, job)).then((reply) => listener?.(reply));
      });
    },
    onReply: (given) => {
      listener = given;
    },
    onGone: () => undefined,
    end: () => {
      listener = null;
      return Promise.resolve();
    },
  };
}
