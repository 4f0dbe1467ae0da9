/** What the shapes of traceable objects have in common: bounds on levels, and texts of elements. */
import { canonicalJson } from '../../base/json.ts';
import type { Value } from '../../model/value.ts';
import type { ContradictionRule } from '../history/certificate.ts';
import type { LevelBounds } from './levels.ts';

/** Bounds, and the reads that show why one operation comes before another. */
export type Bounded =
  | {
      readonly kind: 'bounds';
      readonly bounds: LevelBounds;
      readonly evidence: (earlier: number, later: number) => readonly number[];
    }
  | { readonly kind: 'refuted'; readonly rule: ContradictionRule; readonly operations: number[] };

/** A text that equal values share and others do not. */
export function textOf(value: Value): string {
  return typeof value === 'string' ? `s${value}` : canonicalJson(value);
}
