/**
 * R10 for registers: a read of a value that something else had certainly replaced. Everything that
 * produces the value returned before some `other` was called, and `other`, which shows or leaves
 * another value, returned before the read was called. Only a refutation; linear time.
 */
import type { Spans } from '../history/real-time.ts';

/** Per operation the value it observes and the value it leaves, as ids; -1 for none. */
export interface ValueFlow {
  readonly needs: Int32Array;
  readonly makes: Int32Array;
}

export interface StaleRead {
  readonly reader: number;
  readonly other: number;
}

export function findStaleRead(
  events: Int32Array,
  spans: Spans,
  flow: ValueFlow & { readonly valueCount: number },
): StaleRead | null {
  /** By value the latest return among its producers called so far, plus one; 0: none. */
  const latestReturn = new Int32Array(flow.valueCount);
  const latest = new LatestCalls(spans);
  /** By operation what had been replaced when it was called: the other operation, or -1. */
  const replacedBy = new Int32Array(spans.call.length).fill(-1);
  for (const event of events) {
    const op = event >> 1;
    const value = flow.needs[op] as number;
    const made = flow.makes[op] as number;
    if ((event & 1) === 0) {
      if (made >= 0) {
        const end = (spans.returns[op] as number) + 1;
        latestReturn[made] = Math.max(latestReturn[made] as number, end);
      }
      if (value >= 0) replacedBy[op] = latest.otherThan(value);
      continue;
    }
    const other = replacedBy[op] as number;
    if (other >= 0 && (latestReturn[value] as number) <= (spans.call[other] as number)) {
      return { reader: op, other };
    }
    // What it leaves is there after it; an observer leaves what it saw.
    const left = made >= 0 ? made : value;
    if (left >= 0) latest.add(op, left);
  }
  return null;
}

/** Of the operations that returned, the latest called one, and the latest of another value. */
class LatestCalls {
  private readonly spans: Spans;
  private first = -1;
  private firstValue = -1;
  private second = -1;

  constructor(spans: Spans) {
    this.spans = spans;
  }

  add(op: number, value: number): void {
    const { call } = this.spans;
    if (this.first >= 0 && (call[op] as number) < (call[this.first] as number)) {
      const isLater = this.second < 0 || (call[op] as number) > (call[this.second] as number);
      if (value !== this.firstValue && isLater) this.second = op;
      return;
    }
    if (value !== this.firstValue) this.second = this.first;
    this.first = op;
    this.firstValue = value;
  }

  otherThan(value: number): number {
    return this.firstValue === value ? this.second : this.first;
  }
}
