/**
 * The sending side of a subtask: partitions rows over channels, fills buffers, and sends them while
 * the receivers have room (Flink `RecordWriter`, credit-based flow control FLINK-7282).
 */
import { present } from '../../base/assert.ts';
import { resolveFunction, type FunctionCatalog, type KeySelector } from '../../model/functions.ts';
import type { ChannelOptions } from '../../model/options.ts';
import type { Row } from '../../model/value.ts';
import type { Control, Element, TaskId } from '../world/messages.ts';
import { keyGroupOf, subtaskOfKeyGroup } from '../plan/key-groups.ts';
import { inputChannels, outputChannels, type Edge, type Plan } from '../plan/plan.ts';
import type { World } from '../world/world.ts';

/** Full buffers that may wait for credit before the subtask counts as blocked. */
const backlogBuffersMax = 2;

interface OutputChannel {
  readonly node: string;
  readonly task: TaskId;
  /** Number of the channel at the receiver. */
  readonly index: number;
  credits: number;
  filling: Element[];
  backlog: Element[][];
}

interface OutEdge {
  readonly edge: Edge;
  readonly channels: readonly OutputChannel[];
  readonly selector: KeySelector | null;
  /** Next channel of a rebalance. */
  turn: number;
}

export interface OutputGateSettings {
  readonly world: World;
  readonly plan: Plan;
  readonly catalog: FunctionCatalog;
  readonly attempt: number;
  readonly task: TaskId;
  /** Node per [vertex][subtask]. */
  readonly locations: readonly (readonly string[])[];
  readonly channel: ChannelOptions;
}

export class OutputGate {
  private readonly settings: OutputGateSettings;
  private readonly channels: readonly OutputChannel[];
  private readonly main: readonly OutEdge[];
  private readonly late: readonly OutEdge[];
  private blockedChannels = 0;

  constructor(settings: OutputGateSettings) {
    this.settings = settings;
    const { plan, task } = settings;
    const ends = outputChannels(plan, task.vertex, task.subtask);
    this.channels = ends.map(({ edge, peer }) => this.openChannel(edge, peer));
    const outEdges = present(plan.vertices[task.vertex], 'vertex').outEdges;
    const edges = outEdges.map((edge) => this.outEdge(edge, ends));
    this.main = edges.filter(({ edge }) => edge.output === 'main');
    this.late = edges.filter(({ edge }) => edge.output === 'late');
  }

  /** A receiver has no room: the subtask should take no more input. */
  get blocked(): boolean {
    return this.blockedChannels > 0;
  }

  emit(row: Row): void {
    for (const out of this.main) this.route(row, out);
  }

  emitLate(row: Row): void {
    for (const out of this.late) this.route(row, out);
  }

  /** Sends a control element through every channel, behind all rows emitted so far. */
  broadcast(element: Control): void {
    for (const channel of this.channels) {
      channel.filling.push(element);
      this.seal(channel);
    }
  }

  /** Sends what has been emitted, full buffer or not. */
  flush(): void {
    for (const channel of this.channels) if (channel.filling.length > 0) this.seal(channel);
  }

  addCredits(channelIndex: number, credits: number): void {
    const channel = present(this.channels[channelIndex], `output channel ${channelIndex}`);
    const wasBlocked = channel.backlog.length > backlogBuffersMax;
    channel.credits += credits;
    this.drain(channel);
    if (wasBlocked && channel.backlog.length <= backlogBuffersMax) this.blockedChannels--;
  }

  private route(row: Row, out: OutEdge): void {
    const { shipping } = out.edge;
    if (shipping.kind === 'forward') {
      this.push(present(out.channels[0], 'forward channel'), row);
    } else if (shipping.kind === 'rebalance') {
      this.push(present(out.channels[out.turn], 'rebalance channel'), row);
      out.turn = (out.turn + 1) % out.channels.length;
    } else {
      this.routeByKey(row, out);
    }
  }

  private routeByKey(row: Row, out: OutEdge): void {
    const key = present(out.selector, 'key selector')(row.value, row);
    const { maxParallelism } = this.settings.plan;
    const group = keyGroupOf(key, maxParallelism);
    const subtask = subtaskOfKeyGroup(group, out.channels.length, maxParallelism);
    const keyed = key === row.key ? row : { key, ts: row.ts, value: row.value };
    this.push(present(out.channels[subtask], 'hash channel'), keyed);
  }

  private push(channel: OutputChannel, row: Row): void {
    channel.filling.push(row);
    if (channel.filling.length >= this.settings.channel.bufferElements) this.seal(channel);
  }

  private seal(channel: OutputChannel): void {
    const wasBlocked = channel.backlog.length > backlogBuffersMax;
    channel.backlog.push(channel.filling);
    channel.filling = [];
    this.drain(channel);
    if (!wasBlocked && channel.backlog.length > backlogBuffersMax) this.blockedChannels++;
  }

  private drain(channel: OutputChannel): void {
    const { world, attempt } = this.settings;
    while (channel.credits > 0 && channel.backlog.length > 0) {
      const elements = channel.backlog.shift() as Element[];
      channel.credits--;
      const { node, task, index } = channel;
      world.send(node, { type: 'data', attempt, task, channel: index, elements });
    }
  }

  private openChannel(edge: Edge, peer: number): OutputChannel {
    const { plan, task, locations, channel } = this.settings;
    const index = inputChannels(plan, edge.to, peer).findIndex(
      (end) => end.edge.index === edge.index && end.peer === task.subtask,
    );
    return {
      node: present(locations[edge.to]?.[peer], 'location of the receiver'),
      task: { vertex: edge.to, subtask: peer },
      index,
      credits: channel.buffersPerChannel,
      filling: [],
      backlog: [],
    };
  }

  private outEdge(edge: Edge, ends: readonly { readonly edge: Edge }[]): OutEdge {
    const channels = this.channels.filter((_, index) => ends[index]?.edge.index === edge.index);
    const { shipping } = edge;
    const selector =
      shipping.kind === 'hash' ? resolveFunction(this.settings.catalog, 'key', shipping.key) : null;
    return { edge, channels, selector, turn: 0 };
  }
}
