/**
 * The execution plan: a pipeline translated into vertices (chains of operators that run in one
 * subtask) and edges between them (Flink `StreamingJobGraphGenerator`). Pure function of the
 * pipeline.
 */
import { assert, present } from '../../base/assert.ts';
import { inputsOf, isPhysical, type PhysicalSpec } from '../../model/operator-kinds.ts';
import type { FunctionRef, InputRef, Pipeline } from '../../model/pipeline.ts';

/** How rows choose the receiving subtask; control elements go to all of them. */
export type Shipping =
  | { readonly kind: 'forward' }
  | { readonly kind: 'rebalance' }
  | { readonly kind: 'hash'; readonly key: FunctionRef };

export interface Edge {
  readonly index: number;
  readonly from: number;
  /** Id of the operator in `from` whose output this is, and which of its outputs. */
  readonly operator: string;
  readonly output: 'main' | 'late';
  readonly to: number;
  /** Which input of the receiving head operator: 0, or 1 for the right side of a join. */
  readonly input: 0 | 1;
  readonly shipping: Shipping;
}

export interface Vertex {
  readonly index: number;
  /** Id of the chain's first operator. */
  readonly id: string;
  readonly parallelism: number;
  readonly chain: readonly PhysicalSpec[];
  readonly inEdges: readonly Edge[];
  readonly outEdges: readonly Edge[];
}

export interface Plan {
  readonly vertices: readonly Vertex[];
  readonly edges: readonly Edge[];
  readonly maxParallelism: number;
  /** Slots the job needs: with slot sharing, the largest parallelism. */
  readonly slots: number;
}

interface Upstream {
  readonly operator: string;
  readonly output: 'main' | 'late';
  readonly key: FunctionRef | null;
  readonly rebalance: boolean;
}

interface Link extends Upstream {
  readonly to: string;
  readonly input: 0 | 1;
}

/** Translates a valid pipeline. Behaviour on an invalid one is an assertion. */
export function planPipeline(pipeline: Pipeline): Plan {
  const physical = pipeline.operators.filter(isPhysical);
  const links = physical.flatMap((operator) => linksInto(operator, pipeline));
  const chains = chainOperators(physical, links);
  return buildPlan(pipeline, chains, links);
}

function linksInto(operator: PhysicalSpec, pipeline: Pipeline): Link[] {
  return inputsOf(operator).flatMap((ref, input) =>
    resolve(ref, pipeline).map((upstream) => ({
      ...upstream,
      to: operator.id,
      input: input as 0 | 1,
    })),
  );
}

/** Sees through key-by, rebalance and union to the physical operators behind an input. */
function resolve(ref: InputRef, pipeline: Pipeline): Upstream[] {
  const [id, output] = ref.split('.') as [string, string | undefined];
  const operator = present(
    pipeline.operators.find((o) => o.id === id),
    `operator ${id}`,
  );
  switch (operator.kind) {
    case 'key-by':
      return resolve(operator.input, pipeline).map((u) => ({ ...u, key: operator.key }));
    case 'rebalance':
      return resolve(operator.input, pipeline).map((u) => ({ ...u, key: null, rebalance: true }));
    case 'union':
      return operator.inputs.flatMap((input) => resolve(input, pipeline));
    default:
      assert(isPhysical(operator), () => `no way through the edge ${id}`);
      return [
        { operator: id, output: output === 'late' ? 'late' : 'main', key: null, rebalance: false },
      ];
  }
}

/** Chains an operator to its only upstream when rows need not move (Flink `isChainable`). */
function chainOperators(
  physical: readonly PhysicalSpec[],
  links: readonly Link[],
): PhysicalSpec[][] {
  const chains: PhysicalSpec[][] = [];
  const chainOf = new Map<string, PhysicalSpec[]>();
  for (const operator of physical) {
    const inputs = links.filter((link) => link.to === operator.id);
    const only = inputs.length === 1 ? inputs[0] : undefined;
    const upstream = only && chainOf.get(only.operator);
    if (only && upstream && isChainable(only, operator, { links, upstream })) {
      upstream.push(operator);
      chainOf.set(operator.id, upstream);
    } else {
      const chain = [operator];
      chains.push(chain);
      chainOf.set(operator.id, chain);
    }
  }
  return chains;
}

function isChainable(
  link: Link,
  operator: PhysicalSpec,
  context: { readonly links: readonly Link[]; readonly upstream: readonly PhysicalSpec[] },
): boolean {
  const tail = present(context.upstream.at(-1), 'chain tail');
  const consumers = context.links.filter((l) => l.operator === link.operator);
  return (
    tail.id === link.operator &&
    link.output === 'main' &&
    link.key === null &&
    !link.rebalance &&
    consumers.length === 1 &&
    tail.parallelism === operator.parallelism
  );
}

function buildPlan(pipeline: Pipeline, chains: PhysicalSpec[][], links: readonly Link[]): Plan {
  const vertexOf = new Map<string, number>();
  for (const [index, chain] of chains.entries()) {
    for (const operator of chain) vertexOf.set(operator.id, index);
  }
  const edges: Edge[] = [];
  for (const link of links) {
    const from = present(vertexOf.get(link.operator), 'sending vertex');
    const to = present(vertexOf.get(link.to), 'receiving vertex');
    if (from === to) continue;
    const shipping = shippingOf(link, chains[from]?.[0], chains[to]?.[0]);
    const { operator, output, input } = link;
    edges.push({ index: edges.length, from, operator, output, to, input, shipping });
  }
  const vertices = chains.map((chain, index) => vertex(index, chain, edges));
  const slots = Math.max(...vertices.map((v) => v.parallelism));
  assert(slots <= pipeline.maxParallelism, 'parallelism above maxParallelism');
  return { vertices, edges, maxParallelism: pipeline.maxParallelism, slots };
}

function vertex(index: number, chain: PhysicalSpec[], edges: readonly Edge[]): Vertex {
  const head = present(chain[0], 'chain head');
  const inEdges = edges.filter((edge) => edge.to === index);
  return {
    index,
    id: head.id,
    parallelism: head.parallelism,
    chain,
    inEdges,
    outEdges: edges.filter((edge) => edge.from === index),
  };
}

/** Flink's default partitioner: forward between equal parallelisms, rebalance otherwise. */
function shippingOf(
  link: Link,
  from: PhysicalSpec | undefined,
  to: PhysicalSpec | undefined,
): Shipping {
  if (link.key !== null) return { kind: 'hash', key: link.key };
  const sameParallelism = from?.parallelism === to?.parallelism;
  return link.rebalance || !sameParallelism ? { kind: 'rebalance' } : { kind: 'forward' };
}

/** Input channels of a vertex's subtask, in the order of its edges, then of sending subtasks. */
export interface ChannelEnd {
  readonly edge: Edge;
  /** The subtask at the other end. */
  readonly peer: number;
}

/** The input channels of `subtask`: forward edges have one, the others one per sender. */
export function inputChannels(plan: Plan, vertexIndex: number, subtask: number): ChannelEnd[] {
  const receiver = present(plan.vertices[vertexIndex], 'vertex');
  return receiver.inEdges.flatMap((edge) => {
    if (edge.shipping.kind === 'forward') return [{ edge, peer: subtask }];
    const senders = present(plan.vertices[edge.from], 'vertex').parallelism;
    return Array.from({ length: senders }, (_, peer) => ({ edge, peer }));
  });
}

/** The output channels of `subtask`, in the order of its out-edges, then of receiving subtasks. */
export function outputChannels(plan: Plan, vertexIndex: number, subtask: number): ChannelEnd[] {
  const sender = present(plan.vertices[vertexIndex], 'vertex');
  return sender.outEdges.flatMap((edge) => {
    if (edge.shipping.kind === 'forward') return [{ edge, peer: subtask }];
    const receivers = present(plan.vertices[edge.to], 'vertex').parallelism;
    return Array.from({ length: receivers }, (_, peer) => ({ edge, peer }));
  });
}
