/**
 * Starts jobs ahead of time on several workers and hands their results over in the order of the
 * jobs. What comes after a stop is dropped, however far other workers have got.
 */

export interface OrderedWork<J, R> {
  readonly jobs: Iterable<J>;
  /** Jobs under way at once. */
  readonly ahead: number;
  start(job: J): Promise<R>;
  /** Takes the next result in order; false stops. */
  take(job: J, result: R): boolean;
  /** Asked before each start: false starts nothing more, what is under way still counts. */
  goOn(): boolean;
}

/** Resolves when all jobs were taken, or after a stop. Rejects with what `start` rejects with. */
export async function inOrder<J, R>(work: OrderedWork<J, R>): Promise<void> {
  const underWay: { readonly job: J; readonly result: Promise<R> }[] = [];
  const iterator = work.jobs[Symbol.iterator]();
  const fill = (): void => {
    while (underWay.length < work.ahead && work.goOn()) {
      const next = iterator.next();
      if (next.done === true) return;
      const result = work.start(next.value);
      // It may be dropped before anyone waits for it: a late rejection must not go unhandled.
      result.catch(() => undefined);
      underWay.push({ job: next.value, result });
    }
  };
  for (;;) {
    fill();
    const head = underWay.shift();
    if (head === undefined) return;
    // Results count in order, so each is waited for in turn while the others run.
    if (!work.take(head.job, await head.result)) return;
  }
}
