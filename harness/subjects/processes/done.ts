/**
 * Something that is asked of a node and is done at once (a signal to a process) or a little later
 * (a request to whoever runs it). True: it was seen to be done. Never rejects: what failed was not
 * done.
 */
export type Done = boolean | Promise<boolean>;

/** Goes on at once when there is nothing to wait for. */
export function whenDone(done: Done, then: (isDone: boolean) => boolean): Done {
  return typeof done === 'boolean' ? then(done) : done.then(then);
}
