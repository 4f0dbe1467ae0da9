/** The sending side: partitioning, buffers, credits, and controls that stay in their place. */
import { describe, expect, test } from 'vitest';

import type { Element } from '../../../../src/engine/world/messages.ts';
import { keyGroupOf, subtaskOfKeyGroup } from '../../../../src/engine/plan/key-groups.ts';
import { planPipeline } from '../../../../src/engine/plan/plan.ts';
import { OutputGate } from '../../../../src/engine/task-manager/output-gate.ts';
import { builtinFunctions } from '../../../../src/model/functions.ts';
import type { OperatorSpec } from '../../../../src/model/pipeline.ts';
import { FakeWorld } from '../../../support/engine/fake-world.ts';
import { keyBy, map, pipelineOf, reduce, sink, source } from '../../../support/engine/pipelines.ts';

const channel = { bufferElements: 2, buffersPerChannel: 2, flushMs: 5 };

class Rig {
  readonly world: FakeWorld = new FakeWorld();
  readonly gate: OutputGate;

  /** The gate of subtask 1 of vertex 0; subtask i runs on node `n<i>`. */
  constructor(...operators: OperatorSpec[]) {
    const plan = planPipeline(pipelineOf(...operators));
    const locations = plan.vertices.map((v) =>
      Array.from({ length: v.parallelism }, (_, subtask) => `n${subtask}`),
    );
    const task = { vertex: 0, subtask: 1 };
    const settings = { world: this.world, plan, catalog: builtinFunctions, attempt: 3, task };
    this.gate = new OutputGate({ ...settings, locations, channel });
  }

  rows(...ids: number[]): this {
    for (const id of ids) this.gate.emit({ key: 'k', ts: id, value: { id } });
    return this;
  }

  /** `node vertex/subtask#channel: elements`. */
  take(): string[] {
    return this.world.takeSent().map(({ to, message }) => {
      if (message.type !== 'data') return message.type;
      const { task, elements } = message;
      const texts = elements.map(textOf).join(' ');
      return `${to} ${task.vertex}/${task.subtask}#${message.channel}: ${texts}`;
    });
  }
}

function textOf(element: Element): string {
  return 'control' in element ? element.control : String(element.ts);
}

describe('partitioning', () => {
  test('forward: to the subtask of the same index', () => {
    const rig = new Rig(source('s', 2), sink('a', 's', 2), sink('b', 's', 2)).rows(1, 2);
    expect(rig.take()).toEqual(['n1 1/1#0: 1 2', 'n1 2/1#0: 1 2']);
  });

  test('rebalance: in turn; the channel number is that of the receiver', () => {
    const rig = new Rig(source('s', 2), map('m', 's', 3)).rows(1, 2, 3, 4);
    rig.gate.flush();
    expect(rig.take()).toEqual(['n0 1/0#1: 1 4', 'n1 1/1#1: 2', 'n2 1/2#1: 3']);
  });

  test('hash: all rows of a key to the owner of its key group, with the key set', () => {
    const rig = new Rig(source('s', 2), keyBy('k', 's'), reduce('r', 'k', 3));
    for (let id = 0; id < 30; id++) rig.rows(id);
    rig.gate.flush();
    for (let i = 0; i < 3; i++) rig.gate.addCredits(i, 50);
    const seen: number[] = [];
    for (const { message } of rig.world.takeSent()) {
      const { elements, task } = message as unknown as {
        elements: Element[];
        task: { subtask: number };
      };
      for (const element of elements as { key: string; ts: number }[]) {
        expect(element.key).toBe(String(element.ts));
        expect(subtaskOfKeyGroup(keyGroupOf(element.key, 16), 3, 16)).toBe(task.subtask);
        seen.push(element.ts);
      }
    }
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i));
  });

  test('late rows take the late edges only', () => {
    const late: OperatorSpec = {
      kind: 'sort',
      id: 'w',
      input: 'm',
      parallelism: 2,
      lateOutput: true,
    };
    const rig = new Rig(
      source('s', 2),
      { ...late, input: 's' },
      sink('a', 'w', 2),
      sink('b', 'w.late', 2),
    );
    rig.gate.emitLate({ key: 'k', ts: 1, value: 1 });
    rig.gate.flush();
    expect(rig.take()).toEqual(['n1 2/1#0: 1']);
    rig.rows(2);
    rig.gate.flush();
    expect(rig.take()).toEqual(['n1 1/1#0: 2']);
  });
});

describe('buffers', () => {
  test('a full one goes at once, a partly filled one with the flush', () => {
    const rig = new Rig(source('s', 2), map('m', 's', 3), sink('x', 'm', 1)).rows(1, 2, 3);
    expect(rig.take()).toEqual([]);
    rig.rows(4);
    expect(rig.take()).toEqual(['n0 1/0#1: 1 4']);
    rig.gate.flush();
    rig.gate.flush();
    expect(rig.take()).toEqual(['n1 1/1#1: 2', 'n2 1/2#1: 3']);
  });

  test('a control goes through every channel, behind the rows before it', () => {
    const rig = new Rig(source('s', 2), map('m', 's', 3)).rows(1);
    rig.gate.broadcast({ control: 'watermark', ts: 5 });
    rig.rows(2);
    rig.gate.broadcast({ control: 'barrier', checkpoint: 1, suspend: false });
    expect(rig.take()).toEqual([
      'n0 1/0#1: 1 watermark',
      'n1 1/1#1: watermark',
      'n2 1/2#1: watermark',
      'n0 1/0#1: barrier',
      'n1 1/1#1: 2 barrier',
      'n2 1/2#1: barrier',
    ]);
  });

  test('nothing follows a control in its buffer', () => {
    const rig = new Rig(source('s', 2), sink('a', 's', 1)).rows(1);
    rig.gate.broadcast({ control: 'barrier', checkpoint: 1, suspend: false });
    rig.rows(2);
    rig.gate.flush();
    expect(rig.take()).toEqual(['n0 1/0#1: 1 barrier', 'n0 1/0#1: 2']);
  });
});

describe('credit', () => {
  const one = (): Rig => new Rig(source('s', 2), sink('a', 's', 1));

  test('without it buffers wait, in order', () => {
    const rig = one().rows(1, 2, 3, 4, 5, 6, 7, 8);
    expect(rig.take()).toEqual(['n0 1/0#1: 1 2', 'n0 1/0#1: 3 4']);
    rig.gate.addCredits(0, 1);
    expect(rig.take()).toEqual(['n0 1/0#1: 5 6']);
    rig.gate.broadcast({ control: 'end' });
    rig.gate.addCredits(0, 5);
    expect(rig.take()).toEqual(['n0 1/0#1: 7 8', 'n0 1/0#1: end']);
  });

  test('more than two waiting buffers block the subtask, until they are down to two', () => {
    const rig = one().rows(1, 2, 3, 4, 5, 6, 7, 8);
    expect(rig.gate.blocked).toBe(false);
    rig.rows(9, 10);
    expect(rig.gate.blocked).toBe(true);
    rig.rows(11, 12);
    rig.gate.addCredits(0, 1);
    expect(rig.gate.blocked).toBe(true);
    rig.gate.addCredits(0, 1);
    expect(rig.gate.blocked).toBe(false);
  });

  test('one blocked channel blocks, whatever the others do', () => {
    const rig = new Rig(source('s', 2), sink('a', 's', 2), sink('b', 's', 2));
    rig.rows(...Array.from({ length: 10 }, (_, i) => i));
    rig.gate.addCredits(0, 10);
    expect(rig.gate.blocked).toBe(true);
    rig.gate.addCredits(1, 10);
    expect(rig.gate.blocked).toBe(false);
  });

  test('a blocked channel lets controls wait behind its rows', () => {
    const rig = one().rows(1, 2, 3, 4, 5, 6);
    rig.take();
    rig.gate.broadcast({ control: 'barrier', checkpoint: 1, suspend: false });
    expect(rig.take()).toEqual([]);
    rig.gate.addCredits(0, 2);
    expect(rig.take()).toEqual(['n0 1/0#1: 5 6', 'n0 1/0#1: barrier']);
  });
});
