/**
 * How the store behind the sinks can fail on demand.
 */
export type StoreEffect = 'unavailable' | 'reply-lost' | 'transaction-timeout';
