/**
 * The TaskManagers the JobManager knows, and whether they are alive (Flink `HeartbeatManager`,
 * `SlotManager`). Losing one is reported once.
 */
import type { EngineOptions } from '../../model/options.ts';
import type { ToTaskManager } from '../world/messages.ts';
import type { World } from '../world/world.ts';

interface Member {
  readonly slots: number;
  readonly registration: number;
  lastSeenMs: number;
}

export interface RegistrySettings {
  readonly world: World;
  readonly options: EngineOptions;
  /** The current leader epoch. */
  readonly leader: () => number;
  readonly joined: () => void;
  readonly lost: (node: string, cause: string) => void;
}

export class Registry {
  private readonly settings: RegistrySettings;
  private readonly members = new Map<string, Member>();
  private beating = false;

  constructor(settings: RegistrySettings) {
    this.settings = settings;
  }

  /** Begins to send heartbeats; a leader that is elected again goes on with those it sends. */
  start(): void {
    if (this.beating) return;
    this.beating = true;
    this.beat();
  }

  has(node: string): boolean {
    return this.members.has(node);
  }

  /** Node of every free slot, spread evenly: first slots of all nodes, then the second ones. */
  slots(): string[] {
    const nodes = [...this.members].sort(([a], [b]) => (a < b ? -1 : 1));
    const slots: string[] = [];
    const most = Math.max(0, ...nodes.map(([, member]) => member.slots));
    for (let i = 0; i < most; i++) {
      for (const [node, member] of nodes) if (i < member.slots) slots.push(node);
    }
    return slots;
  }

  get size(): number {
    return this.members.size;
  }

  register(node: string, slots: number, registration: number): void {
    const { world, leader, joined } = this.settings;
    const known = this.members.get(node);
    if (known !== undefined && known.registration !== registration) {
      this.lose(node, `${node} registered anew`);
    }
    if (known?.registration !== registration) {
      this.members.set(node, { slots, registration, lastSeenMs: world.monotonic() });
    }
    this.send(node, { type: 'registered', leader: leader(), registration });
    joined();
  }

  seen(node: string): void {
    const member = this.members.get(node);
    if (member !== undefined) member.lastSeenMs = this.settings.world.monotonic();
    else this.send(node, { type: 'disconnect', leader: this.settings.leader() });
  }

  lose(node: string, cause: string): void {
    if (!this.members.delete(node)) return;
    this.settings.lost(node, cause);
  }

  private beat(): void {
    const { world, options, leader } = this.settings;
    const now = world.monotonic();
    for (const [node, member] of this.members) {
      if (now - member.lastSeenMs > options.heartbeatTimeoutMs) {
        this.lose(node, `no heartbeat from ${node} for ${options.heartbeatTimeoutMs} ms`);
      } else this.send(node, { type: 'heartbeat', leader: leader() });
    }
    world.timer(options.heartbeatIntervalMs, () => this.beat());
  }

  private send(node: string, message: ToTaskManager): void {
    this.settings.world.send(node, message);
  }
}
