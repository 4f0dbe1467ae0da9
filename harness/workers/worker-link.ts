/**
 * A link to one worker: requests go out one at a time, each gets its reply, a failure, or a
 * timeout. Not here: which job goes to which worker (pool.ts).
 */
import { Worker } from 'node:worker_threads';

import { assert } from '../../src/base/assert.ts';
import { InputError, type Problem } from '../../src/model/input-error.ts';
import type { Job, JobReplies, JobReply } from './job.ts';
import { siblingUrl, type WorkerSetup } from './worker-setup.ts';

export interface WorkerRequest {
  readonly id: number;
  readonly job: Job;
}
export type WorkerReply =
  | { readonly id: number; readonly ok: true; readonly value: JobReplies[Job['kind']] }
  | {
      readonly id: number;
      readonly ok: false;
      readonly error: string;
      /** The work was refused as bad input; null: it failed. */
      readonly refused: Refused | null;
    };

/** An InputError as it crosses the border of a thread or process. */
interface Refused {
  readonly what: string;
  readonly problems: readonly Problem[];
  readonly count: number;
}

/** The other side of a link: a thread or a process. */
export interface Channel {
  send(request: WorkerRequest): void;
  onReply(listener: (reply: WorkerReply) => void): void;
  /** The worker is gone; called at most once. */
  onGone(listener: (reason: string) => void): void;
  end(): Promise<void>;
}

/** A worker that died or did not answer in time. The job it held decides nothing. */
export class WorkerGone extends Error {
  override readonly name = 'WorkerGone';
}

/** Computes the reply to `request`; what `work` throws becomes an error reply. */
export async function replyTo(
  request: WorkerRequest,
  work: (job: Job) => Promise<JobReplies[Job['kind']]>,
): Promise<WorkerReply> {
  try {
    return { id: request.id, ok: true, value: await work(request.job) };
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { id: request.id, ok: false, error: text, refused: refusedBy(error) };
  }
}

function refusedBy(error: unknown): Refused | null {
  if (!(error instanceof InputError)) return null;
  const { what, problems, count } = error;
  return { what, problems, count };
}

interface Pending {
  readonly id: number;
  readonly resolve: (value: JobReplies[Job['kind']]) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

export class WorkerLink {
  private readonly channel: Channel;
  private pending: Pending | null = null;
  private nextId = 1;
  private goneReason: string | null = null;

  constructor(channel: Channel) {
    this.channel = channel;
    channel.onReply((reply) => this.settle(reply));
    channel.onGone((reason) => this.lose(reason));
  }

  get alive(): boolean {
    return this.goneReason === null;
  }

  /**
   * Rejects with an InputError when it is refused, with {@link WorkerGone} when the worker dies or
   * needs longer than `timeoutMs`.
   */
  request<J extends Job>(job: J, timeoutMs: number): Promise<JobReply<J>> {
    assert(this.pending === null, 'a worker answers one job at a time');
    const { goneReason } = this;
    if (goneReason !== null) return Promise.reject(new WorkerGone(goneReason));
    return new Promise((resolve, reject) => {
      const id = this.nextId++;
      const timer = setTimeout(() => {
        this.lose(`no answer to a "${job.kind}" job within ${timeoutMs} ms`);
        void this.channel.end();
      }, timeoutMs);
      this.pending = { id, resolve: (value) => resolve(value as JobReply<J>), reject, timer };
      this.channel.send({ id, job });
    });
  }

  async end(): Promise<void> {
    await this.channel.end();
    this.lose('the worker was ended');
  }

  private settle(reply: WorkerReply): void {
    const { pending } = this;
    if (pending === null || pending.id !== reply.id) return;
    this.pending = null;
    clearTimeout(pending.timer);
    if (reply.ok) pending.resolve(reply.value);
    else pending.reject(errorOf(reply));
  }

  private lose(reason: string): void {
    this.goneReason ??= reason;
    const { pending } = this;
    if (pending === null) return;
    this.pending = null;
    clearTimeout(pending.timer);
    pending.reject(new WorkerGone(reason));
  }
}

function errorOf({ error, refused }: Extract<WorkerReply, { ok: false }>): Error {
  if (refused === null) return new Error(error);
  return new InputError(refused.what, refused.problems, refused.count);
}

/** A worker thread with its own copy of engine and checker. */
export function threadChannel(setup: WorkerSetup): Channel {
  const worker = new Worker(siblingUrl(import.meta.url, './worker-thread'), { workerData: setup });
  return {
    send: (request) => worker.postMessage(request, []),
    onReply: (listener) => void worker.on('message', listener),
    onGone: (listener) => {
      worker.on('error', (error: Error) => listener(error.stack ?? error.message));
      worker.on('exit', (code) => listener(`the worker thread ended with code ${code}`));
    },
    end: async () => void (await worker.terminate()),
  };
}
