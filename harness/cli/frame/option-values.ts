/**
 * Parsers of flag values. Each takes the text after the flag and returns the value, or throws a
 * `FlagError` that says what would have been right.
 */
import { suggestName } from '../../../src/model/validate/suggest.ts';

/** A flag's value was refused; nothing was done. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
}

export type Parser<T> = (text: string) => T;

/** An integer from `low` to `high`. */
export function integer(low: number, high: number = Number.MAX_SAFE_INTEGER): Parser<number> {
  return (text) => {
    const value = /^[0-9]{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(value) && value >= low && value <= high) return value;
    const range =
      high === Number.MAX_SAFE_INTEGER ? `of at least ${low}` : `from ${low} to ${high}`;
    throw new FlagError(`found ${quote(text)}, expected an integer ${range}`);
  };
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A duration such as `90s`, `5m`, `500ms`, `2h`; a bare number is seconds. Result in ms. */
export function duration(text: string): number {
  const match = /^([0-9]{1,9}(?:\.[0-9]{1,3})?)(ms|s|m|h)?$/.exec(text);
  const value = match === null ? 0 : Number(match[1]) * (unitMs[match[2] ?? 's'] ?? 0);
  if (value >= 1) return Math.round(value);
  throw new FlagError(`found ${quote(text)}, expected a duration such as 90s, 5m or 500ms`);
}

/** `i/n`: the i-th of n shards, 1 <= i <= n. */
export function shard(text: string): { readonly index: number; readonly count: number } {
  const match = /^([0-9]{1,6})\/([0-9]{1,6})$/.exec(text);
  const index = Number(match?.[1]);
  const count = Number(match?.[2]);
  if (match !== null && index >= 1 && index <= count) return { index, count };
  throw new FlagError(`found ${quote(text)}, expected i/n with i from 1 to n, such as 2/4`);
}

/** One of `names`. */
export function choice<N extends string>(names: readonly N[]): Parser<N> {
  return (text) => {
    const found = names.find((name) => name === text);
    if (found !== undefined) return found;
    const advice = suggestName(text, names);
    throw new FlagError(
      `found ${quote(text)}, expected one of ${names.join(', ')}${advice === null ? '' : `; ${advice}`}`,
    );
  };
}

/** Names separated by commas, each one of `names`, each once. */
export function choices<N extends string>(names: readonly N[]): Parser<readonly N[]> {
  const one = choice(names);
  return (text) => [...new Set(text.split(',').map((part) => one(part.trim())))];
}

/** Any text but the empty one. */
export function nonEmpty(text: string): string {
  if (text.trim() === '') throw new FlagError('found an empty text, expected a path or a name');
  return text;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}
