/** From pipeline to vertices and edges: chaining, shipping, side outputs, union. */
import { describe, expect, test } from 'vitest';

import { planPipeline, type Plan } from '../../../../src/engine/plan/plan.ts';
import type { OperatorSpec } from '../../../../src/model/pipeline.ts';
import { keyBy, map, pipelineOf, reduce, sink, source } from '../../../support/engine/pipelines.ts';

/** `a+b` per vertex; `from.output -shipping-> to/input` per edge. */
function draw(plan: Plan): { vertices: string[]; edges: string[] } {
  const name = (index: number): string => plan.vertices[index]?.id ?? '?';
  return {
    vertices: plan.vertices.map((v) => v.chain.map((o) => o.id).join('+')),
    edges: plan.edges.map(
      (e) => `${e.operator}.${e.output} -${e.shipping.kind}-> ${name(e.to)}/${e.input}`,
    ),
  };
}

const plan = (...operators: OperatorSpec[]): Plan => planPipeline(pipelineOf(...operators));

const late: OperatorSpec = {
  kind: 'window',
  id: 'w',
  input: 'keyed',
  parallelism: 2,
  assigner: { kind: 'tumbling', sizeMs: 10, offsetMs: 0 },
  allowedLatenessMs: 0,
  lateOutput: true,
  aggregate: { fn: 'count' },
};

describe('chaining', () => {
  test('neighbours of equal parallelism run in one subtask', () => {
    const chained = plan(source('s', 2), map('m', 's', 2), sink('out', 'm', 2));
    expect(draw(chained)).toEqual({ vertices: ['s+m+out'], edges: [] });
    expect(chained.vertices[0]).toMatchObject({ id: 's', parallelism: 2 });
  });

  test('another parallelism breaks the chain and rebalances', () => {
    expect(draw(plan(source('s', 2), map('m', 's', 3), sink('out', 'm', 3)))).toEqual({
      vertices: ['s', 'm+out'],
      edges: ['s.main -rebalance-> m/0'],
    });
  });

  test('key-by and rebalance break the chain, at equal parallelism too', () => {
    const rebalanced: OperatorSpec = { kind: 'rebalance', id: 'r', input: 'm' };
    expect(
      draw(
        plan(source('s', 2), keyBy('k', 's'), map('m', 'k', 2), rebalanced, reduce('x', 'r', 2)),
      ),
    ).toEqual({
      vertices: ['s', 'm', 'x'],
      edges: ['s.main -hash-> m/0', 'm.main -rebalance-> x/0'],
    });
  });

  test('an output with two consumers is not chained to either, and forwards to both', () => {
    expect(draw(plan(source('s', 2), sink('a', 's', 2), sink('b', 's', 2)))).toEqual({
      vertices: ['s', 'a', 'b'],
      edges: ['s.main -forward-> a/0', 's.main -forward-> b/0'],
    });
  });

  test('an operator behind the end of a chain only', () => {
    const shared = plan(source('s', 1), map('m', 's', 1), sink('a', 'm', 1), sink('b', 's', 1));
    expect(draw(shared).vertices).toEqual(['s', 'm+a', 'b']);
  });
});

describe('what is not a physical operator', () => {
  test('the last key-by wins, whatever lies between', () => {
    const twice = plan(
      source('s'),
      keyBy('k1', 's', 'a'),
      keyBy('k2', 'k1', 'b'),
      reduce('x', 'k2'),
    );
    expect(twice.edges[0]?.shipping).toEqual({ kind: 'hash', key: { fn: 'field', field: 'b' } });
  });

  test('a rebalance behind a key-by gives the key up', () => {
    const given: OperatorSpec = { kind: 'rebalance', id: 'r', input: 'k' };
    const edges = plan(source('s'), keyBy('k', 's'), given, map('m', 'r')).edges;
    expect(edges.map((e) => e.shipping.kind)).toEqual(['rebalance']);
  });

  test('a union becomes an edge per input, also for the same input twice', () => {
    const union: OperatorSpec = { kind: 'union', id: 'u', inputs: ['a', 'b', 'a'] };
    expect(draw(plan(source('a', 2), source('b', 1), union, map('m', 'u', 2)))).toEqual({
      vertices: ['a', 'b', 'm'],
      edges: ['a.main -forward-> m/0', 'b.main -rebalance-> m/0', 'a.main -forward-> m/0'],
    });
  });

  test('a key-by behind a union keys every input', () => {
    const union: OperatorSpec = { kind: 'union', id: 'u', inputs: ['a', 'b'] };
    const edges = plan(source('a'), source('b'), union, keyBy('k', 'u'), reduce('x', 'k')).edges;
    expect(edges.map((e) => e.shipping.kind)).toEqual(['hash', 'hash']);
  });
});

test('a side output is an edge of its own, and keeps the main output out of a chain', () => {
  expect(
    draw(plan(source('s', 2), keyBy('keyed', 's'), late, sink('out', 'w', 2), sink('l', 'w.late'))),
  ).toEqual({
    vertices: ['s', 'w', 'out', 'l'],
    edges: ['s.main -hash-> w/0', 'w.main -forward-> out/0', 'w.late -rebalance-> l/0'],
  });
});

test('a side output can be keyed and can join its own main output', () => {
  const join: OperatorSpec = {
    kind: 'interval-join',
    id: 'j',
    left: 'kw',
    right: 'kl',
    lowerMs: 0,
    upperMs: 1,
    parallelism: 2,
  };
  const keyed = [keyBy('kw', 'w'), keyBy('kl', 'w.late')];
  expect(draw(plan(source('s', 2), keyBy('keyed', 's'), late, ...keyed, join)).edges).toEqual([
    's.main -hash-> w/0',
    'w.main -hash-> j/0',
    'w.late -hash-> j/1',
  ]);
});

test('slots are the largest parallelism; more than maxParallelism is refused', () => {
  expect(plan(source('s', 2), map('m', 's', 5)).slots).toBe(5);
  expect(() => plan(source('s', 17))).toThrow('parallelism above maxParallelism');
});
