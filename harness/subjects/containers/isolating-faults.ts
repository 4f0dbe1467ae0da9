/**
 * Faults of links between containers. A partition that cuts a node off from all others is made by
 * taking its container off the network; everything else by toxics, as between processes.
 */
import { subjectFailure } from '../processes/subject-failure.ts';
import { LinkFaults, type LinkTrouble } from '../processes/link-faults.ts';
import type { Ends, Links } from '../processes/links.ts';
import type { RunClock } from '../processes/run-clock.ts';
import { isolatedNodes } from './isolated-nodes.ts';
import type { NodeContainer } from './node-container.ts';

type Heal = () => Promise<void>;

interface Asked {
  readonly ends: Ends;
  readonly untilMs: number;
  readonly resolve: (heal: Promise<Heal>) => void;
}

export interface IsolatingParts {
  readonly links: Links;
  readonly clock: RunClock;
  readonly partition: 'cut' | 'timeout';
  readonly containers: ReadonlyMap<string, NodeContainer>;
  readonly onFailure: (error: unknown) => void;
}

export class IsolatingFaults extends LinkFaults {
  private readonly parts: IsolatingParts;
  /** Partitions asked for in this turn: one fault names its links one by one. */
  private asked: Asked[] = [];

  constructor(parts: IsolatingParts) {
    super(parts.links, parts.clock, parts.partition);
    this.parts = parts;
  }

  protected override place(ends: Ends, trouble: LinkTrouble, untilMs: number): Promise<Heal> {
    if (trouble.kind !== 'partition') return super.place(ends, trouble, untilMs);
    if (this.asked.length === 0) queueMicrotask(() => this.divide());
    return new Promise((resolve) => {
      this.asked.push({ ends, untilMs, resolve });
    });
  }

  private divide(): void {
    const { asked } = this;
    this.asked = [];
    const nodes = [...this.parts.containers.keys()];
    const isolated = isolatedNodes(
      nodes,
      asked.map(({ ends }) => ends),
    );
    const heals = new Map(isolated.map((node) => [node, this.isolate(node)]));
    for (const { ends, untilMs, resolve } of asked) {
      const heal = heals.get(ends.from) ?? heals.get(ends.to);
      resolve(heal ?? super.place(ends, { kind: 'partition' }, untilMs));
    }
  }

  /** Takes the node off the network; the result puts it back, once. */
  private async isolate(node: string): Promise<Heal> {
    const container = this.parts.containers.get(node);
    if (container === undefined || !(await container.detach())) {
      throw subjectFailure(`the container of ${node} could not be taken off the network`, {
        next: 'the run decides nothing; run it again',
      });
    }
    let healing: Promise<void> | null = null;
    // A node that stays cut off would look like an engine that makes no progress.
    return () => (healing ??= container.attach().catch(this.parts.onFailure));
  }
}
