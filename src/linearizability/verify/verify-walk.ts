/**
 * The verifier's walk: all configurations an object can be in, from one return to the next. Part of
 * the independent verifier: it shares nothing with the search.
 */
import { canonicalJson } from '../../base/json.ts';
import type { Value } from '../../model/value.ts';
import { neverReturned, operationAt, type Operation } from '../history/history.ts';
import type { Claim } from './claim.ts';

/** A configuration: the state, pending operations linearized, indefinite ones used up. */
export interface Point {
  readonly state: Value;
  readonly done: ReadonlySet<number>;
  readonly used: ReadonlySet<number>;
  /** Indefinite operations since the last return that were not counted. */
  readonly free: number;
}

/** Uncounted operations in a row above which states are taken to grow without end. */
const freeMax = 100;

/** An operation that has been called and has not returned. */
interface Open {
  readonly row: number;
  readonly operation: Operation;
  readonly isIndefinite: boolean;
  readonly isObserver: boolean;
  /** Of an indefinite one: equal texts are the same call. */
  readonly text: string;
}

export class Walk {
  steps = 0;
  private readonly claim: Claim;
  private readonly isCounted: (row: number) => boolean;
  private readonly stepsMax: number;
  private readonly open = new Map<number, Open>();
  private next = 0;

  /** `isCounted`: whether an indefinite operation takes effect at most once. */
  constructor(claim: Claim, isCounted: (row: number) => boolean, stepsMax: number) {
    this.claim = claim;
    this.isCounted = isCounted;
    this.stepsMax = stepsMax;
  }

  /** All configurations after the return of `row`; cut short when `steps` exceed `stepsMax`. */
  pass(frontier: readonly Point[], row: number): Point[] {
    this.call(this.claim.history.returns[row] as number);
    const survivors = new Points();
    const seen = new Points();
    const queue = frontier.map((point) => this.observe(point));
    for (const point of queue) {
      if (point.free > freeMax) this.steps = Infinity;
      if (this.steps > this.stepsMax) return [];
      if (!seen.add(point)) continue;
      if (point.done.has(row)) {
        const done = new Set(point.done);
        done.delete(row);
        survivors.add({ ...point, done, free: 0 });
      } else {
        for (const open of this.open.values()) this.linearize(point, open, queue);
      }
    }
    this.open.delete(row);
    return survivors.all();
  }

  /** Opens what was called before position `end`. */
  private call(end: number): void {
    const { history, model, rows } = this.claim;
    for (; this.next < rows.length; this.next++) {
      const row = rows[this.next] as number;
      if ((history.call[row] as number) > end) return;
      const operation = operationAt(history, row);
      const isIndefinite = history.returns[row] === neverReturned;
      this.open.set(row, {
        row,
        operation,
        isIndefinite,
        isObserver: !isIndefinite && model.observer?.(operation) === true,
        text: isIndefinite ? canonicalJson([operation.f, operation.input]) : '',
      });
    }
  }

  private linearize(point: Point, { row, operation, isIndefinite, text }: Open, to: Point[]): void {
    if (point.done.has(row) || point.used.has(row)) return;
    this.steps++;
    const state = this.claim.model.step(point.state, operation);
    if (state === undefined) return;
    if (!isIndefinite) {
      to.push(this.observe({ ...point, state, done: new Set([...point.done, row]) }));
    } else if (
      canonicalJson(state) !== canonicalJson(point.state) &&
      this.isFirst(point, row, text)
    ) {
      const isCounted = this.isCounted(row);
      const used = isCounted ? new Set([...point.used, row]) : point.used;
      to.push(this.observe({ ...point, state, used, free: point.free + (isCounted ? 0 : 1) }));
    }
  }

  /** Of equal calls without a reply, all of them open now, the first unused one goes first. */
  private isFirst(point: Point, row: number, text: string): boolean {
    for (const other of this.open.values()) {
      if (other.row === row) return true;
      if (other.text === text && other.isIndefinite && !point.used.has(other.row)) return false;
    }
    return true;
  }

  /** Observers that are legal now are linearized now: nothing depends on them. */
  private observe(point: Point): Point {
    const seen: number[] = [];
    for (const { row, operation, isObserver } of this.open.values()) {
      if (!isObserver || point.done.has(row)) continue;
      this.steps++;
      if (this.claim.model.step(point.state, operation) !== undefined) seen.push(row);
    }
    return seen.length === 0 ? point : { ...point, done: new Set([...point.done, ...seen]) };
  }
}

/**
 * Points without those that are like another one but have used up more: what they reach, it
 * reaches.
 */
class Points {
  private readonly alike = new Map<string, Point[]>();

  /** False when the point, or one that used up less, is there already. */
  add(point: Point): boolean {
    const done = [...point.done].toSorted((a, b) => a - b).join();
    const key = `${canonicalJson(point.state)}|${done}`;
    const known = this.alike.get(key) ?? [];
    if (known.some(({ used }) => isSubset(used, point.used))) return false;
    this.alike.set(key, [...known, point]);
    return true;
  }

  all(): Point[] {
    return [...this.alike.values()].flat();
  }
}

function isSubset(small: ReadonlySet<number>, large: ReadonlySet<number>): boolean {
  return [...small].every((row) => large.has(row));
}
