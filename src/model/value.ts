/**
 * Values and records: what flows through a pipeline, as plain data.
 * Not here: how an engine batches or transports them.
 */

/**
 * Anything JSON can hold. Values are immutable by convention: nobody writes into one it received.
 */
export type Value = number | string | boolean | null | readonly Value[] | ValueObject;
export interface ValueObject {
  readonly [name: string]: Value;
}

/** Keys are strings everywhere; a selector that reads a number turns it into its decimal text. */
export type Key = string;

/** A record between operators. `ts` is event time in ms; `key` is set by the last key-by. */
export interface Row {
  readonly key: Key;
  readonly ts: number;
  readonly value: Value;
}

/** The watermark before the first one (Flink `Watermark.UNINITIALIZED`, Long.MIN_VALUE). */
export const WATERMARK_MIN: number = Number.MIN_SAFE_INTEGER;
/** The watermark of a source that ended (Flink `Watermark.MAX_WATERMARK`): everything is due. */
export const WATERMARK_MAX: number = Number.MAX_SAFE_INTEGER;
