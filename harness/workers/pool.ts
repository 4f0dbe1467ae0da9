/**
 * A fixed number of workers that share one queue of jobs. A worker that dies is replaced; the job
 * it held is not repeated, because it may be what killed it.
 */
import type { Job, JobReply } from './job.ts';
import { type Channel, WorkerLink } from './worker-link.ts';

/** No job may take longer; a hit is reported as the limit `job-wall-ms`. */
export const jobWallMsMax = 180_000;

interface Waiting {
  take(link: WorkerLink): void;
}

export class WorkerPool {
  readonly size: number;
  private readonly open: () => Channel;
  private readonly idle: WorkerLink[] = [];
  private readonly all = new Set<WorkerLink>();
  private readonly waiting: Waiting[] = [];
  private ended = false;

  constructor(size: number, open: () => Channel) {
    this.size = size;
    this.open = open;
  }

  /** Runs `job` on the next free worker. Rejects with `WorkerGone` when that worker is lost. */
  async request<J extends Job>(job: J, timeoutMs: number = jobWallMsMax): Promise<JobReply<J>> {
    const link = await this.acquire();
    try {
      return await link.request(job, timeoutMs);
    } finally {
      this.release(link);
    }
  }

  /** Ends all workers, busy ones too. */
  async end(): Promise<void> {
    this.ended = true;
    await Promise.all([...this.all].map((link) => link.end()));
    this.all.clear();
  }

  private acquire(): Promise<WorkerLink> {
    const link = this.idle.pop() ?? (this.all.size < this.size ? this.start() : undefined);
    if (link !== undefined) return Promise.resolve(link);
    return new Promise((resolve) => this.waiting.push({ take: resolve }));
  }

  private start(): WorkerLink {
    const link = new WorkerLink(this.open());
    this.all.add(link);
    return link;
  }

  private release(link: WorkerLink): void {
    let next: WorkerLink = link;
    if (!link.alive) {
      this.all.delete(link);
      if (this.ended || this.waiting.length === 0) return;
      next = this.start();
    }
    const waiting = this.waiting.shift();
    if (waiting === undefined) this.idle.push(next);
    else waiting.take(next);
  }
}
