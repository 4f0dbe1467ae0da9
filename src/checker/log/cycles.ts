/**
 * Cycles of dependencies between operations, after Adya and Elle: `wr` (one polled what another sent)
 * and, when asked for, `ww` (one's record follows another's in a log). G0: a cycle of ww alone; G1c: one
 * with wr. Tarjan's components, then a shortest cycle by breadth-first search inside each.
 */
import { canonicalJson } from '../../base/json.ts';
import type { LogFinding, LogOperation } from './operation.ts';
import type { Versions } from './version-order.ts';

type Edges = Map<number, Set<number>>;

export function cycleAnomalies(
  operations: readonly LogOperation[],
  versions: Versions,
  wwDeps: boolean,
): LogFinding[] {
  const writers = writersOf(operations, versions);
  const wr = readEdges(operations, versions, writers);
  const ww = wwDeps ? writeEdges(versions, writers) : new Map<number, Set<number>>();
  const g0 = cyclesOf(ww).map((cycle) => finding('G0', cycle));
  const inG0 = new Set(g0.flatMap((found) => found.operations));
  const both = merged(wr, ww);
  const g1c = cyclesOf(both)
    .filter((cycle) => !cycle.every((node) => inG0.has(node)))
    .map((cycle) => finding('G1c', cycle));
  return [...g0, ...g1c];
}

function finding(name: 'G0' | 'G1c', cycle: readonly number[]): LogFinding {
  const text = [...cycle, cycle[0] as number].map((node) => `operation ${node}`).join(' < ');
  return { name, key: null, operations: cycle, values: [], text, badness: 1000 - cycle.length };
}

function writersOf(operations: readonly LogOperation[], versions: Versions): Map<string, number> {
  const writers = new Map<string, number>();
  for (const { index, records } of operations) {
    if (!versions.committed.has(index)) continue;
    for (const { kind, key, value } of records) {
      if (kind === 'send') writers.set(`${key}\n${canonicalJson(value)}`, index);
    }
  }
  return writers;
}

function link(edges: Edges, from: number | undefined, to: number | undefined): void {
  if (from === undefined || to === undefined || from === to) return;
  const targets = edges.get(from) ?? new Set<number>();
  targets.add(to);
  edges.set(from, targets);
}

function readEdges(
  operations: readonly LogOperation[],
  versions: Versions,
  writers: ReadonlyMap<string, number>,
): Edges {
  const edges: Edges = new Map();
  for (const { index, records } of operations) {
    if (!versions.committed.has(index)) continue;
    for (const { kind, key, value } of records) {
      if (kind === 'poll') link(edges, writers.get(`${key}\n${canonicalJson(value)}`), index);
    }
  }
  return edges;
}

function writeEdges(versions: Versions, writers: ReadonlyMap<string, number>): Edges {
  const edges: Edges = new Map();
  for (const log of versions.logs.values()) {
    let before: number | undefined;
    for (const offset of log.offsets) {
      const [text] = log.at.get(offset)?.keys() ?? [];
      const writer = text === undefined ? undefined : writers.get(`${log.key}\n${text}`);
      link(edges, before, writer);
      before = writer ?? before;
    }
  }
  return edges;
}

function merged(a: Edges, b: Edges): Edges {
  const all: Edges = new Map();
  for (const edges of [a, b]) {
    for (const [from, targets] of edges) for (const to of targets) link(all, from, to);
  }
  return all;
}

/** One shortest cycle per strongly connected component. */
function cyclesOf(edges: Edges): number[][] {
  return componentsOf(edges).map((component) => shortestCycle(edges, new Set(component)));
}

/** Components of more than one node; iterative, so that long chains do not exhaust the stack. */
function componentsOf(edges: Edges): number[][] {
  const order = new Map<number, number>();
  const low = new Map<number, number>();
  const stack: number[] = [];
  const onStack = new Set<number>();
  const components: number[][] = [];
  const open = (node: number): [number, Iterator<number>] => {
    order.set(node, order.size);
    low.set(node, order.get(node) as number);
    stack.push(node);
    onStack.add(node);
    return [node, (edges.get(node) ?? new Set<number>()).values()];
  };
  const lower = (node: number, by: number): void => {
    low.set(node, Math.min(low.get(node) as number, by));
  };
  for (const root of edges.keys()) {
    if (order.has(root)) continue;
    const path = [open(root)];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const [node, targets] = top;
      const next = targets.next();
      if (next.done !== true) {
        if (!order.has(next.value)) path.push(open(next.value));
        else if (onStack.has(next.value)) lower(node, order.get(next.value) as number);
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent !== undefined) lower(parent[0], low.get(node) as number);
      if (low.get(node) !== order.get(node)) continue;
      const component = stack.splice(stack.lastIndexOf(node));
      for (const member of component) onStack.delete(member);
      if (component.length > 1) components.push(component);
    }
  }
  return components;
}

function shortestCycle(edges: Edges, component: ReadonlySet<number>): number[] {
  const start = Math.min(...component);
  const parent = new Map<number, number>();
  const queue = [start];
  for (const node of queue) {
    for (const next of edges.get(node) ?? []) {
      if (next === start) return pathTo(node, parent, start);
      if (!component.has(next) || parent.has(next)) continue;
      parent.set(next, node);
      queue.push(next);
    }
  }
  return [...component];
}

function pathTo(end: number, parent: ReadonlyMap<number, number>, start: number): number[] {
  const path = [end];
  for (let node = end; node !== start;) {
    node = parent.get(node) ?? start;
    path.push(node);
  }
  return path.toReversed();
}
