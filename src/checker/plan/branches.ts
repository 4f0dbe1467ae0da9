/**
 * The graph seen from its ends: every input of a stateful operator or sink as a set of branches,
 * each a root (a source, or an output of a stateful operator) with a chain of stateless steps, and
 * what that path promises about order.
 */
import { present, unreachable } from '../../base/assert.ts';
import type { FunctionCatalog } from '../../model/functions.ts';
import { inputsOf, type StatefulSpec } from '../../model/operator-kinds.ts';
import type {
  InputRef,
  KeyBySpec,
  MapSpec,
  OperatorSpec,
  Pipeline,
  SinkSpec,
  SourceSpec,
} from '../../model/pipeline.ts';
import { type RowFunction, rowFunction } from '../../oracle/specification.ts';

export type Root =
  | { readonly kind: 'source'; readonly spec: SourceSpec }
  | { readonly kind: 'stage'; readonly spec: StatefulSpec; readonly output: 'main' | 'late' };

export interface Link {
  readonly spec: MapSpec | KeyBySpec;
  readonly apply: RowFunction;
  /** Rows of different keys part ways before this step: they keep no common order. */
  readonly splitsByKey: boolean;
}

export interface Branch {
  readonly root: Root;
  readonly chain: readonly Link[];
  /** Whether rows of one key and one origin arrive in the order in which they left the root. */
  readonly fifo: boolean;
  /** Whether rows of one split may take several channels: `idle` then travels on each by itself. */
  readonly fansOut: boolean;
  /** 1 for rows that enter a join on its right side. */
  readonly input: 0 | 1;
}

interface Path {
  readonly root: Root;
  readonly chain: readonly Link[];
  readonly fifo: boolean;
  readonly fansOut: boolean;
  readonly parallelism: number;
  readonly shipping: 'plain' | 'hash' | 'rebalance';
}

/** The operators by name, and the functions they refer to. */
interface Graph {
  readonly byId: ReadonlyMap<string, OperatorSpec>;
  readonly functions: FunctionCatalog;
}

/** The branches that end in `consumer`. */
export function branchesInto(
  pipeline: Pipeline,
  consumer: StatefulSpec | SinkSpec,
  functions: FunctionCatalog,
): Branch[] {
  const byId = new Map(pipeline.operators.map((operator) => [operator.id, operator]));
  const graph = { byId, functions };
  return inputsOf(consumer).flatMap((ref, input) =>
    resolve(ref, graph).map((path) => {
      const { root, chain, fifo, fansOut } = enter(path, consumer.parallelism);
      return { root, chain, fifo, fansOut, input: input === 1 ? 1 : 0 } as const;
    }),
  );
}

function resolve(ref: InputRef, graph: Graph): Path[] {
  const [id, output] = ref.split('.') as [string, string | undefined];
  const spec = present(graph.byId.get(id), `operator ${id}`);
  switch (spec.kind) {
    case 'source':
      return [start({ kind: 'source', spec }, spec.parallelism)];
    case 'union':
      return spec.inputs.flatMap((input) => resolve(input, graph));
    case 'rebalance':
      return resolve(spec.input, graph).map((path) => ({ ...path, shipping: 'rebalance' }));
    case 'key-by':
      return resolve(spec.input, graph).map((path) => keyed(path, spec, graph));
    case 'map':
    case 'filter':
    case 'flat-map':
      return resolve(spec.input, graph).map((path) => through(path, spec, graph));
    case 'sink':
      return [];
    case 'reduce':
    case 'window':
    case 'process':
    case 'interval-join':
    case 'sort':
    case 'dedup': {
      const side = output === 'late' ? 'late' : 'main';
      return [start({ kind: 'stage', spec, output: side }, spec.parallelism)];
    }
    default:
      return unreachable(spec, 'operator');
  }
}

function start(root: Root, parallelism: number): Path {
  const fansOut = root.kind === 'stage' && parallelism > 1;
  return { root, chain: [], fifo: true, fansOut, parallelism, shipping: 'plain' };
}

function keyed(path: Path, spec: KeyBySpec, { functions }: Graph): Path {
  const apply = rowFunction(spec, functions);
  return {
    ...path,
    chain: [...path.chain, { spec, apply, splitsByKey: false }],
    // A rebalance right before a key-by moves no row: the key-by's partitioning replaces it.
    shipping: 'hash',
  };
}

function through(path: Path, spec: MapSpec, { functions }: Graph): Path {
  const entered = enter(path, spec.parallelism);
  const splitsByKey = path.shipping === 'hash' && spec.parallelism > 1;
  const link: Link = { spec, apply: rowFunction(spec, functions), splitsByKey };
  const spreads =
    spec.parallelism > 1 && (path.shipping !== 'plain' || path.parallelism !== spec.parallelism);
  return {
    ...entered,
    fansOut: entered.fansOut || spreads,
    chain: [...path.chain, link],
    parallelism: spec.parallelism,
    shipping: 'plain',
  };
}

/** What the path still promises once it has entered an operator of `parallelism` subtasks. */
function enter(path: Path, parallelism: number): Path {
  const scattered =
    path.shipping === 'rebalance' ||
    (path.shipping === 'plain' && path.parallelism !== parallelism && parallelism !== 1);
  return { ...path, fifo: path.fifo && !scattered };
}

/** Whether the chain gives rows another key than the root gave them. */
export function rekeys(branch: Branch): boolean {
  return branch.chain.some((link) => link.spec.kind === 'key-by');
}

/** Whether every row of the root arrives as exactly one row. */
export function oneToOne(branch: Branch): boolean {
  return branch.chain.every((link) => link.spec.kind === 'map' || link.spec.kind === 'key-by');
}

export function drops(branch: Branch): boolean {
  return branch.chain.some((l) => l.spec.kind === 'filter' || l.spec.kind === 'flat-map');
}
