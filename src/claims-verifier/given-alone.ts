/**
 * What a pipeline gives for some of its records alone: they are read one after another in the order
 * named, then the input ends. Time passes only then, so nothing is late.
 */
import type { Case } from '../model/case.ts';
import type { Records } from '../model/verdict/places.ts';
import type { FunctionCatalog } from '../model/functions.ts';
import { inputsOf } from '../model/operator-kinds.ts';
import type { InputRef, OperatorSpec } from '../model/pipeline.ts';
import { type Row, WATERMARK_MAX } from '../model/value.ts';
import { createSequential, rowFunction, type TracedRow } from '../oracle/specification.ts';

/** A case, and what the names of functions in it stand for. */
export interface Given {
  readonly kase: Case;
  readonly functions: FunctionCatalog;
}

interface Node {
  row(row: TracedRow, input: 0 | 1): void;
  end(): void;
}

/** An operator; `late`: one that takes everything for too late. */
export interface Asked {
  readonly at: string;
  readonly late: string;
}

/** The rows of the operator, in order. Throws where a function of the pipeline is unknown. */
export function givenAlone(
  { kase, functions }: Given,
  records: Records,
  asked: string | Asked,
): Row[] {
  const { at, late } = typeof asked === 'string' ? { at: asked, late: null } : asked;
  const rows: Row[] = [];
  const nodes = new Map<string, Node>();
  const { operators } = kase.pipeline;
  const show = ({ key, ts, value }: TracedRow): void => void rows.push({ key, ts, value });
  const send = (from: InputRef, row: TracedRow): void => {
    if (from === at) show(row);
    for (const spec of operators) {
      inputsOf(spec).forEach((input, side) => {
        if (input === from) nodes.get(spec.id)?.row(row, side === 1 ? 1 : 0);
      });
    }
  };
  for (const spec of operators) {
    const shows = spec.id === at ? show : () => undefined;
    nodes.set(
      spec.id,
      spec.id === late
        ? { row: (row) => send(`${late}.late`, row), end: () => undefined }
        : nodeOf(spec, functions, { send, show: shows }),
    );
  }
  records.forEach(({ split, offset }, from) => {
    const record = kase.workload.splits.find((log) => log.split === split)?.records[offset];
    const source = operators.find((spec) => spec.kind === 'source' && spec.splits.includes(split));
    if (record === undefined || source === undefined) return;
    const { key, ts, value } = record;
    send(source.id, { key, ts, value, from: [from] });
  });
  for (const node of nodes.values()) node.end();
  return rows;
}

interface Ways {
  readonly send: (from: InputRef, row: TracedRow) => void;
  readonly show: (row: TracedRow) => void;
}

function nodeOf(spec: OperatorSpec, functions: FunctionCatalog, { send, show }: Ways): Node {
  const end = (): void => undefined;
  switch (spec.kind) {
    case 'source':
    case 'union':
    case 'rebalance':
      return { row: (row) => send(spec.id, row), end };
    case 'map':
    case 'filter':
    case 'flat-map':
    case 'key-by': {
      const apply = rowFunction(spec, functions);
      return { row: (row) => apply(row).forEach((out) => send(spec.id, out)), end };
    }
    case 'sink':
      return { row: show, end };
    case 'reduce':
    case 'window':
    case 'process':
    case 'interval-join':
    case 'sort':
    case 'dedup': {
      const operator = createSequential(spec, functions, {
        main: (row) => send(spec.id, row),
        late: (row) => send(`${spec.id}.late`, row),
      });
      return {
        row: (row, input) => operator.row(row, input),
        end: () => operator.watermark(WATERMARK_MAX),
      };
    }
  }
}
