/**
 * Plays an explicit sequence of rows and watermarks through one operator of the specification and
 * writes down what came out, for tests that read like the rule they check.
 */
import { builtinFunctions } from '../../../src/model/functions.ts';
import type { StatefulSpec } from '../../../src/model/operator-kinds.ts';
import { createSequential, type TracedRow } from '../../../src/oracle/specification.ts';

/** A row `[ts, id]` of key `k`, on the right side with `right`; or an event of time. */
export type Input =
  | { readonly ts: number; readonly id?: number; readonly right?: true; readonly key?: string }
  | { readonly watermark: number }
  | { readonly clock: number }
  | 'restart';

export interface Played {
  readonly main: readonly TracedRow[];
  readonly late: readonly TracedRow[];
}

export function play(spec: StatefulSpec, inputs: readonly Input[]): Played {
  const main: TracedRow[] = [];
  const late: TracedRow[] = [];
  const operator = createSequential(spec, builtinFunctions, {
    main: (row) => void main.push(row),
    late: (row) => void late.push(row),
  });
  inputs.forEach((input, i) => {
    if (input === 'restart') operator.restart();
    else if ('watermark' in input) operator.watermark(input.watermark);
    else if ('clock' in input) operator.processingTime(input.clock);
    else {
      const { ts, id = i, key = 'k' } = input;
      operator.row({ key, ts, value: { id, amount: 1 }, from: [id] }, input.right === true ? 1 : 0);
    }
  });
  return { main, late };
}

/** Panes as `start-end: ids`. */
export function panes({ main }: Played): readonly string[] {
  return main.map(({ value }) => {
    const { start, end, result } = value as {
      start: number;
      end: number;
      result: { ids: number[] };
    };
    return `${start}-${end}: ${result.ids.join(' ')}`;
  });
}

export const ids = (rows: readonly TracedRow[]): readonly unknown[] =>
  rows.map(({ value }) => (value as { id: number }).id);
