/**
 * Cycles of dependencies, by Elle's names: G0 of ww alone, G1c with a wr among them; `-process`
 * where it also takes the order of a process, `-realtime` where it takes the order of real time. A
 * cycle is named by the least it takes: where a component holds a G1c, no G1c-realtime is told of
 * it. Both are allowed or forbidden together, so that this hides no refutation. Deterministic:
 * plain data.
 */
import { componentsOf } from './components.ts';
import { dependenciesOf, type Dependency, type DependencyKind } from './dependencies.ts';
import type { CycleName, LogFinding, LogOperation } from './operation.ts';
import type { Versions } from './version-order.ts';

interface CycleClass {
  readonly name: CycleName;
  readonly kinds: readonly DependencyKind[];
  /** At least one of these is in the cycle. */
  readonly needs: DependencyKind;
  /** Classes that say more, of the same data dependencies. */
  readonly unless: readonly CycleName[];
}

const classes: readonly CycleClass[] = [
  { name: 'G0', kinds: ['ww'], needs: 'ww', unless: [] },
  { name: 'G0-process', kinds: ['ww', 'process'], needs: 'ww', unless: ['G0'] },
  {
    name: 'G0-realtime',
    kinds: ['ww', 'process', 'realtime'],
    needs: 'ww',
    unless: ['G0', 'G0-process'],
  },
  { name: 'G1c', kinds: ['ww', 'wr'], needs: 'wr', unless: [] },
  { name: 'G1c-process', kinds: ['ww', 'wr', 'process'], needs: 'wr', unless: ['G1c'] },
  {
    name: 'G1c-realtime',
    kinds: ['ww', 'wr', 'process', 'realtime'],
    needs: 'wr',
    unless: ['G1c', 'G1c-process'],
  },
];

/** Dependencies of a component through which a shortest cycle is looked for. */
const startsMax = 64;

/** One finding per component and class: a shortest cycle, as long as few dependencies lie in it. */
export function cycleAnomalies(
  operations: readonly LogOperation[],
  versions: Versions,
  wwDeps: boolean,
): LogFinding[] {
  // Only what lies in a circle of any kind can lie in one of a certain kind: mostly nothing.
  const dependencies = edgesOfComponents(dependenciesOf(operations, versions, wwDeps)).flat();
  const processOf = new Map(operations.map(({ index, process }) => [index, process]));
  const found: { name: CycleName; cycle: readonly Dependency[] }[] = [];
  for (const cycleClass of classes) {
    const edges = dependencies.filter(({ kind }) => cycleClass.kinds.includes(kind));
    const told = found.filter(({ name }) => cycleClass.unless.includes(name));
    for (const inside of edgesOfComponents(edges)) {
      const members = new Set(inside.map(({ from }) => from));
      if (told.some(({ cycle }) => members.has(cycle[0]?.from ?? -1))) continue;
      const cycle = shortestCycle(inside, cycleClass.needs);
      if (cycle !== null) found.push({ name: cycleClass.name, cycle });
    }
  }
  return found.map(({ name, cycle }) => finding(name, cycle, processOf));
}

function targetsOf(edges: readonly Dependency[]): Map<number, number[]> {
  const targets = new Map<number, number[]>();
  for (const { from, to } of edges) {
    const known = targets.get(from);
    if (known === undefined) targets.set(from, [to]);
    else known.push(to);
  }
  return targets;
}

/** Per component the dependencies between its members. */
function edgesOfComponents(edges: readonly Dependency[]): Dependency[][] {
  const components = componentsOf(targetsOf(edges));
  const componentOf = new Map(components.flatMap((nodes, i) => nodes.map((node) => [node, i])));
  const inside = components.map((): Dependency[] => []);
  for (const edge of edges) {
    const component = componentOf.get(edge.from);
    if (component !== undefined && component === componentOf.get(edge.to)) {
      inside[component]?.push(edge);
    }
  }
  return inside;
}

/** Within one component every dependency closes a cycle; null: none is of the needed kind. */
function shortestCycle(
  edges: readonly Dependency[],
  needed: DependencyKind,
): readonly Dependency[] | null {
  const byNode = new Map<number, Dependency[]>();
  for (const edge of edges) {
    const known = byNode.get(edge.from);
    if (known === undefined) byNode.set(edge.from, [edge]);
    else known.push(edge);
  }
  let best: readonly Dependency[] | null = null;
  for (const start of edges.filter(({ kind }) => kind === needed).slice(0, startsMax)) {
    const back = shortestPath(byNode, start.to, start.from);
    const cycle = back === null ? null : [start, ...back];
    if (cycle !== null && (best === null || cycle.length < best.length)) best = cycle;
  }
  return best;
}

type Order = 'process' | 'realtime';

interface Visit {
  readonly node: number;
  /** The order we travel along, which is transitive: going on along it is free. */
  readonly along: Order | null;
  readonly by: Dependency | null;
  readonly before: Visit | null;
}

/** Breadth first; what is free is looked at first. Null: there is no path. */
function shortestPath(
  byNode: ReadonlyMap<number, readonly Dependency[]>,
  from: number,
  to: number,
): Dependency[] | null {
  const seen = new Set<string>();
  let layer: Visit[] = [{ node: from, along: null, by: null, before: null }];
  while (layer.length > 0) {
    const later: Visit[] = [];
    for (const visit of layer) {
      if (visit.node === to) return pathOf(visit);
      const place = `${visit.node} ${visit.along}`;
      if (seen.has(place)) continue;
      seen.add(place);
      for (const edge of byNode.get(visit.node) ?? []) {
        const along = edge.kind === 'process' || edge.kind === 'realtime' ? edge.kind : null;
        const next = { node: edge.to, along, by: edge, before: visit };
        // Growing the layer under way: the loop comes to it.
        if (along !== null && along === visit.along) layer.push(next);
        else later.push(next);
      }
    }
    layer = later;
  }
  return null;
}

/** The steps of a path, with those along one order drawn together. */
function pathOf(end: Visit): Dependency[] {
  const path: Dependency[] = [];
  for (let visit: Visit | null = end; visit?.by; visit = visit.before) {
    const first = path[0];
    const isOrder = visit.by.kind === 'process' || visit.by.kind === 'realtime';
    if (first !== undefined && isOrder && first.kind === visit.by.kind) {
      path[0] = { ...first, from: visit.by.from };
    } else path.unshift(visit.by);
  }
  return path;
}

function finding(
  name: CycleName,
  cycle: readonly Dependency[],
  processOf: ReadonlyMap<number, string>,
): LogFinding {
  const operations = cycle.map(({ from }) => from);
  const named = (operation: number): string => `T${operations.indexOf(operation) + 1}`;
  const steps = cycle.map((step) => {
    const [from, to] = [named(step.from), named(step.to)];
    return `${from} < ${to} because ${reason(step, { from, to, processOf })}`;
  });
  const legend = operations.map((operation) => `${named(operation)} is operation ${operation}`);
  return {
    name,
    key: cycle.find(({ record }) => record !== null)?.record?.key ?? null,
    operations,
    values: [],
    text: `${steps.slice(0, -1).join('; ')}; but ${steps.at(-1)}. ${legend.join(', ')}`,
    badness: 1000 - cycle.length,
  };
}

interface Names {
  readonly from: string;
  readonly to: string;
  readonly processOf: ReadonlyMap<number, string>;
}

function reason(step: Dependency, { from, to, processOf }: Names): string {
  const what = `${step.record?.text ?? ''} of ${step.record?.key ?? ''}`;
  if (step.kind === 'wr') return `${to} polled ${what}, which ${from} had sent`;
  if (step.kind === 'ww') return `${to} sent ${what}, which lies right after what ${from} had sent`;
  if (step.kind === 'realtime') return `${from} had returned before ${to} was called`;
  return `process ${processOf.get(step.from) ?? ''} did ${from} before ${to}`;
}
