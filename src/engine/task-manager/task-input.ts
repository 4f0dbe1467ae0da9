/**
 * Everything on the receiving side of a subtask with upstream subtasks: the channels, their
 * barriers, their watermarks and their ends. Says what came in; does not process it.
 */
import { present } from '../../base/assert.ts';
import type { CheckpointMode } from '../../model/options.ts';
import type { Row } from '../../model/value.ts';
import { isControl, type Control, type Element, type TaskId } from '../world/messages.ts';
import { inputChannels, outputChannels, type ChannelEnd, type Plan } from '../plan/plan.ts';
import { WatermarkValve, type ValveOutput } from '../time/watermark-valve.ts';
import type { World } from '../world/world.ts';
import { BarrierHandler, type BarrierListener } from './barrier-handler.ts';
import { InputGate } from './input-gate.ts';

export interface TaskInputListener extends ValveOutput, BarrierListener {
  row(row: Row, input: 0 | 1): void;
  /** Every channel has ended. */
  ended(): void;
}

export interface TaskInputSettings {
  readonly world: World;
  readonly plan: Plan;
  readonly attempt: number;
  readonly task: TaskId;
  readonly locations: readonly (readonly string[])[];
  readonly mode: CheckpointMode;
  readonly buffersPerChannel: number;
  readonly listener: TaskInputListener;
  /** False once the subtask was cancelled: the rest of a buffer is then dropped. */
  readonly alive: () => boolean;
}

/** The other end of an input channel. */
interface Sender {
  readonly node: string;
  readonly task: TaskId;
  /** Number of the channel at the sender. */
  readonly channel: number;
}

export class TaskInput {
  private readonly settings: TaskInputSettings;
  private readonly ends: readonly ChannelEnd[];
  private readonly senders: readonly Sender[];
  private readonly gate: InputGate;
  private readonly barriers: BarrierHandler;
  private readonly valve: WatermarkValve;
  private endedChannels = 0;

  constructor(settings: TaskInputSettings) {
    this.settings = settings;
    const { world, plan, task, mode, buffersPerChannel, listener } = settings;
    this.ends = inputChannels(plan, task.vertex, task.subtask);
    this.senders = this.ends.map((end) => this.sender(end));
    const channelCount = this.ends.length;
    const barriers = new BarrierHandler(channelCount, mode !== 'at-least-once', listener);
    this.barriers = barriers;
    this.valve = new WatermarkValve(channelCount, listener);
    this.gate = new InputGate({
      channelCount,
      buffersPerChannel,
      isBlocked: (channel) => barriers.isBlocked(channel),
      choose: (bound) => world.random(`input ${task.vertex}/${task.subtask}`, bound),
      returnCredits: (channel, credits) => this.returnCredits(channel, credits),
    });
  }

  receive(channel: number, elements: readonly Element[]): void {
    this.gate.receive(channel, elements);
  }

  onAborted(checkpoint: number): void {
    this.barriers.onAborted(checkpoint);
  }

  /** Passes on one buffer; false when no unblocked channel has another. */
  step(): boolean {
    const buffer = this.gate.next();
    if (buffer === null) return false;
    const { input } = present(this.ends[buffer.channel], 'channel').edge;
    const { listener, alive } = this.settings;
    for (const element of buffer.elements) {
      if (isControl(element)) this.onControl(buffer.channel, element);
      else listener.row(element, input);
      if (!alive()) return false;
    }
    this.gate.release(buffer.channel);
    return this.gate.hasInput();
  }

  private onControl(channel: number, element: Control): void {
    switch (element.control) {
      case 'watermark':
        this.valve.onWatermark(channel, element.ts);
        return;
      case 'idle':
        this.valve.onStatus(channel, true);
        return;
      case 'active':
        this.valve.onStatus(channel, false);
        return;
      case 'barrier':
        this.barriers.onBarrier(channel, element.checkpoint, element.suspend);
        return;
      case 'cancel-barrier':
        this.barriers.onCancelBarrier(element.checkpoint);
        return;
      case 'end':
        this.endedChannels++;
        if (this.endedChannels === this.ends.length) this.settings.listener.ended();
    }
  }

  private returnCredits(channel: number, credits: number): void {
    const { world, attempt } = this.settings;
    const { node, ...sender } = present(this.senders[channel], 'sender');
    world.send(node, { type: 'credit', attempt, ...sender, credits });
  }

  /** Where the credit of an input channel goes. */
  private sender({ edge, peer }: ChannelEnd): Sender {
    const { plan, task, locations } = this.settings;
    const node = present(locations[edge.from]?.[peer], 'location of the sender');
    const channel = outputChannels(plan, edge.from, peer).findIndex(
      (end) => end.edge.index === edge.index && end.peer === task.subtask,
    );
    return { node, task: { vertex: edge.from, subtask: peer }, channel };
  }
}
