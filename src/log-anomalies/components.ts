/**
 * Strongly connected components of a directed graph, after Tarjan; iterative, so that long chains
 * do not exhaust the stack. Deterministic: in the order of the edges.
 */

/** Per node its component; components of a single node are left out. */
export function componentsOf(targets: ReadonlyMap<number, readonly number[]>): number[][] {
  const walk = new Walk(targets);
  for (const root of targets.keys()) walk.from(root);
  return walk.components;
}

interface Step {
  readonly node: number;
  readonly rest: Iterator<number>;
}

class Walk {
  readonly components: number[][] = [];
  private readonly targets: ReadonlyMap<number, readonly number[]>;
  private readonly order = new Map<number, number>();
  private readonly low = new Map<number, number>();
  private readonly stack: number[] = [];
  private readonly onStack = new Set<number>();

  constructor(targets: ReadonlyMap<number, readonly number[]>) {
    this.targets = targets;
  }

  from(root: number): void {
    if (this.order.has(root)) return;
    const path = [this.open(root)];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.rest.next();
      if (next.done === true) {
        path.pop();
        this.close(top.node, path.at(-1)?.node);
      } else if (!this.order.has(next.value)) path.push(this.open(next.value));
      else if (this.onStack.has(next.value)) this.lower(top.node, this.order.get(next.value));
    }
  }

  private open(node: number): Step {
    this.low.set(node, this.order.size);
    this.order.set(node, this.order.size);
    this.stack.push(node);
    this.onStack.add(node);
    return { node, rest: (this.targets.get(node) ?? []).values() };
  }

  private close(node: number, parent: number | undefined): void {
    const low = this.low.get(node);
    if (parent !== undefined) this.lower(parent, low);
    if (low !== this.order.get(node)) return;
    const component = this.stack.splice(this.stack.lastIndexOf(node));
    for (const member of component) this.onStack.delete(member);
    if (component.length > 1) this.components.push(component);
  }

  private lower(node: number, by: number | undefined): void {
    this.low.set(node, Math.min(this.low.get(node) ?? 0, by ?? 0));
  }
}
