/**
 * Carries out a fault schedule: at virtual times and at protocol points. Every fault records that
 * it was injected, that its effect was seen (law A6), and that it healed.
 */
import { unreachable } from '../base/assert.ts';
import type {
  Fault,
  FaultAction,
  FaultTime,
  Links,
  PointName,
  PointPhase,
  StoreEffect,
} from '../model/fault.ts';
import type { Schedule } from '../model/fault.ts';
import type { PointSite } from '../engine/world/world.ts';
import type { LinkFault } from './link-fault.ts';

type Anchor = Extract<FaultTime, { point: PointName }>;

/** What the injector can do to the simulated cluster. Times in µs. */
export interface Cluster {
  readonly nowUs: number;
  after(delayUs: number, run: () => void): void;
  crash(node: string, restartAfterUs: number): boolean;
  pause(node: string): boolean;
  resume(node: string): void;
  reset(a: string, b: string): boolean;
  disturbLink(
    ends: { readonly from: string; readonly to: string },
    fault: LinkFault,
    span: { readonly untilUs: number; readonly onEffect: () => void },
  ): void;
  failDisk(
    node: string,
    effect: 'io-error' | 'no-space',
    span: { readonly untilUs: number; readonly onEffect: () => void },
  ): void;
  loseUnsynced(node: string, effect: 'torn-write' | 'lost-unsynced'): number;
  damageCheckpoint(effect: 'corrupt-file' | 'missing-file'): string | null;
  disturbStore(
    effect: StoreEffect,
    span: { readonly untilUs: number; readonly onEffect: (detail: string) => void },
  ): void;
  jumpClock(node: string, byMs: number): boolean;
  holdSplit(split: string, untilUs: number, onEffect: () => void): void;
  record(fault: number, event: 'injected' | 'effect' | 'healed', detail: string): void;
  /** Operators chained in the vertex of this id. */
  chainOf(vertex: string): readonly string[];
}

/** Crashed by a disk fault, a machine takes this long to come back, µs. */
const machineRestartUs = 400_000;

/** After the end of a job, faults planned for later than this are not waited for, µs. */
const patienceUs = 5_000_000;

/** A node passes a protocol point. */
export interface PointPass {
  readonly point: PointName;
  readonly phase: PointPhase;
  readonly site: PointSite;
}

interface Armed {
  readonly index: number;
  readonly anchor: Anchor;
  readonly action: FaultAction;
  passes: number;
}

export class FaultInjector {
  private readonly cluster: Cluster;
  private armed: Armed[] = [];
  /** When the last injected fault heals, µs. */
  healedAtUs = 0;
  /** Times at which faults strike whatever happens, µs. */
  private readonly plannedUs: readonly number[];

  constructor(schedule: Schedule, cluster: Cluster) {
    this.cluster = cluster;
    this.plannedUs = schedule.flatMap(({ when }) => ('at' in when ? [when.at * 1000] : []));
    for (const [index, fault] of schedule.entries()) this.plan(index, fault);
  }

  /**
   * When all is quiet after a job that was over at `overUs`: faults that are planned for soon after
   * that strike as well, and all heal.
   */
  quietFromUs(overUs: number): number {
    const soon = this.plannedUs.filter((at) => at <= overUs + patienceUs);
    return Math.max(overUs, this.healedAtUs, ...soon);
  }

  /** A node passes a protocol point; faults anchored there strike now. */
  onPoint(node: string, { point, phase, site }: PointPass): void {
    if (this.armed.length === 0) return;
    for (const armed of this.armed) {
      if (armed.anchor.point !== point || armed.anchor.phase !== phase) continue;
      if (!this.matches(armed.anchor, site)) continue;
      armed.passes++;
      if (armed.passes !== armed.anchor.occurrence) continue;
      this.armed = this.armed.filter((other) => other !== armed);
      this.inject(armed.index, armed.action, node);
    }
  }

  private plan(index: number, { when, action }: Fault): void {
    if ('at' in when) {
      this.cluster.after(when.at * 1000, () => this.inject(index, action, null));
    } else this.armed.push({ index, anchor: when, action, passes: 0 });
  }

  private matches(anchor: Anchor, site: PointSite): boolean {
    if (anchor.checkpoint !== null && anchor.checkpoint !== site.checkpoint) return false;
    if (anchor.subtask !== null && anchor.subtask !== site.subtask) return false;
    if (anchor.operator === null) return true;
    return site.operator !== null && this.cluster.chainOf(site.operator).includes(anchor.operator);
  }

  private inject(index: number, action: FaultAction, here: string | null): void {
    this.cluster.record(index, 'injected', action.kind);
    const healsAt = (us: number): void => {
      this.healedAtUs = Math.max(this.healedAtUs, us);
    };
    new Injection({ index, here, cluster: this.cluster, healsAt }).perform(action);
  }
}

/** One fault being carried out. */
class Injection {
  private readonly index: number;
  private readonly here: string | null;
  private readonly cluster: Cluster;
  private readonly healsAt: (us: number) => void;
  private effectSeen = false;

  constructor(settings: {
    readonly index: number;
    /** The node at the protocol point; null for a fault at a time. */
    readonly here: string | null;
    readonly cluster: Cluster;
    readonly healsAt: (us: number) => void;
  }) {
    this.index = settings.index;
    this.here = settings.here;
    this.cluster = settings.cluster;
    this.healsAt = settings.healsAt;
  }

  perform(action: FaultAction): void {
    switch (action.kind) {
      case 'crash':
        this.crash(this.node(action.node), action.restartAfterMs * 1000);
        return;
      case 'pause':
        this.pause(this.node(action.node), action.durationMs * 1000);
        return;
      case 'partition':
        this.disturb(action.links, action.durationMs, { kind: 'partition' });
        return;
      case 'delay': {
        const delayUs = action.delayMs * 1000;
        this.disturb(action.links, action.durationMs, { kind: 'delay', delayUs });
        return;
      }
      case 'slow-link': {
        const spacingUs = Math.round(1_000_000 / action.messagesPerSecond);
        this.disturb(action.links, action.durationMs, { kind: 'slow-link', spacingUs });
        return;
      }
      case 'reset':
        this.reset(action.links);
        return;
      case 'reorder': {
        const waitUs = action.waitMs * 1000;
        this.disturb(action.links, action.durationMs, { kind: 'reorder', waitUs });
        return;
      }
      case 'drop':
      case 'duplicate':
        this.disturb(action.links, action.durationMs, { kind: action.kind });
        return;
      case 'disk':
        this.disk(action);
        return;
      case 'store': {
        const untilUs = this.until(action.durationMs * 1000);
        const onEffect = (detail: string): void => this.effect(detail);
        this.cluster.disturbStore(action.effect, { untilUs, onEffect });
        return;
      }
      case 'clock-jump':
        if (this.cluster.jumpClock(this.node(action.node), action.byMs)) {
          this.effect(`the clock of ${this.node(action.node)} moved by ${action.byMs} ms`);
        }
        this.until(0);
        return;
      case 'source-hold': {
        const untilUs = this.until(action.durationMs * 1000);
        this.cluster.holdSplit(action.split, untilUs, () => {
          this.effect(`split ${action.split} had records and gave none`);
        });
        return;
      }
      default:
        unreachable(action, 'fault');
    }
  }

  private crash(node: string, restartAfterUs: number): void {
    this.until(restartAfterUs);
    if (this.cluster.crash(node, restartAfterUs)) this.effect(`process of ${node} is gone`);
  }

  private pause(node: string, durationUs: number): void {
    const untilUs = this.until(durationUs);
    if (!this.cluster.pause(node)) return;
    this.effect(`process of ${node} stands still`);
    this.cluster.after(untilUs - this.cluster.nowUs, () => this.cluster.resume(node));
  }

  private reset(links: Links): void {
    this.until(0);
    for (const { from, to } of this.pairs(links)) {
      if (this.cluster.reset(from, to)) this.effect(`connection ${from} - ${to} was reset`);
    }
  }

  private disk(action: Extract<FaultAction, { kind: 'disk' }>): void {
    const node = this.node(action.node);
    switch (action.effect) {
      case 'io-error':
      case 'no-space': {
        const untilUs = this.until(action.durationMs * 1000);
        const onEffect = (): void =>
          this.effect(`an operation of ${node} failed: ${action.effect}`);
        this.cluster.failDisk(node, action.effect, { untilUs, onEffect });
        return;
      }
      case 'torn-write':
      case 'lost-unsynced': {
        const files = this.cluster.loseUnsynced(node, action.effect);
        const detail = `${node} went down, ${files} un-synced files were hit`;
        this.crashMachine(node, { damaged: files > 0, detail });
        return;
      }
      default: {
        const path = this.cluster.damageCheckpoint(action.effect);
        if (path === null) return;
        const detail = `${path}: ${action.effect}; ${node} went down`;
        this.crashMachine(node, { damaged: true, detail });
      }
    }
  }

  /** Damage is an effect, also when no process ran on the machine. */
  private crashMachine(
    node: string,
    { damaged, detail }: { readonly damaged: boolean; readonly detail: string },
  ): void {
    this.until(machineRestartUs);
    if (this.cluster.crash(node, machineRestartUs) || damaged) this.effect(detail);
  }

  private disturb(links: Links, durationMs: number, fault: LinkFault): void {
    const untilUs = this.until(durationMs * 1000);
    for (const { from, to } of this.pairs(links)) {
      const onEffect = (): void => this.effect(`a message ${from} > ${to} met the ${fault.kind}`);
      this.cluster.disturbLink({ from, to }, fault, { untilUs, onEffect });
    }
  }

  private pairs(links: Links): { from: string; to: string }[] {
    const forth = links.from.flatMap((from) => links.to.map((to) => ({ from, to })));
    const all = links.bothWays
      ? [...forth, ...forth.map((p) => ({ from: p.to, to: p.from }))]
      : forth;
    return all
      .map(({ from, to }) => ({ from: this.node(from), to: this.node(to) }))
      .filter(({ from, to }) => from !== to);
  }

  private until(durationUs: number): number {
    const untilUs = this.cluster.nowUs + durationUs;
    this.healsAt(untilUs);
    const { index } = this;
    this.cluster.after(durationUs, () => this.cluster.record(index, 'healed', ''));
    return untilUs;
  }

  private effect(detail: string): void {
    if (this.effectSeen) return;
    this.effectSeen = true;
    this.cluster.record(this.index, 'effect', detail);
  }

  private node(name: string): string {
    return name === 'here' && this.here !== null ? this.here : name;
  }
}
