/** Every rule of a case, one by one: the path to the fault, what was expected, what to do. */
import { describe, expect, test } from 'vitest';

import { builtinFunctions } from '../../../../src/model/functions.ts';
import { InputError } from '../../../../src/model/input-error.ts';
import { parseCase, validateCase } from '../../../../src/model/validate/validate-case.ts';
import { validatePipeline } from '../../../../src/model/validate/validate-pipeline.ts';
import { smallCase, spoiled } from '../cases.ts';

/** The refusal of a value, or null when it is accepted. */
function refusalOf(value: unknown): InputError | null {
  try {
    validateCase(value);
    return null;
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

/** The problems of a value, as text. */
function problemsOf(value: unknown): string[] {
  const problems = refusalOf(value)?.problems ?? [];
  return problems.map((p) => `${p.path}: ${p.value} | ${p.expectation} | ${p.suggestion ?? ''}`);
}

const reduce = smallCase.pipeline.operators[2];
const window = smallCase.pipeline.operators[3];
const anchored = smallCase.schedule[1];

test('a valid case is returned as it is', () => {
  expect(validateCase(smallCase)).toBe(smallCase);
  expect(parseCase(JSON.stringify(smallCase))).toEqual(smallCase);
});

describe('one fault, one problem, at its place', () => {
  const rules: readonly [place: string, value: unknown, path: string, says: RegExp][] = [
    // The document.
    ['version', 2, 'version', /version of the case format/],
    ['scenario', '', 'scenario', /not empty/],
    ['seed', 1.5, 'seed', /integer of at least 0/],
    ['seed', undefined, 'seed', /member to be present/],
    ['extra', 1, 'extra', /no member of this name/],
    ['deadlineMs', 20, 'deadlineMs', /more than 30/],
    // Operators.
    ['pipeline.operators', [], 'pipeline.operators', /at least 1 element/],
    ['pipeline.operators[2].kind', 'reduse', 'pipeline.operators[2].kind', /mean "reduce"/],
    ['pipeline.operators[2].paralelism', 1, 'pipeline.operators[2].paralelism', /"parallelism"/],
    ['pipeline.operators[5].id', 'out', 'pipeline.operators[5].id', /no other operator/],
    ['pipeline.operators[1].id', 'by key', 'pipeline.operators[1].id', /letters, digits/],
    ['pipeline.operators[2].parallelism', 0, 'pipeline.operators[2].parallelism', /from 1/],
    [
      'pipeline.operators[2].parallelism',
      17,
      'pipeline.operators[2].parallelism',
      /maxParallelism, 16/,
    ],
    ['pipeline.operators[2].parallelism', 13, 'pipeline.operators[2].parallelism', /12 slots/],
    ['pipeline.maxParallelism', 40_000, 'pipeline.maxParallelism', /from 1 to 32768/],
    ['pipeline.operators[6].connector', 'kafka', 'pipeline.operators[6].connector', /two-phase/],
    // Functions.
    [
      'pipeline.operators[2].aggregate.fn',
      'summ',
      'pipeline.operators[2].aggregate.fn',
      /mean "sum"/,
    ],
    [
      'pipeline.operators[2].aggregate.field',
      undefined,
      'pipeline.operators[2].aggregate.field',
      /present/,
    ],
    [
      'pipeline.operators[2].aggregate.feild',
      'n',
      'pipeline.operators[2].aggregate.feild',
      /mean "field"/,
    ],
    [
      'pipeline.operators[2].aggregate',
      'sum',
      'pipeline.operators[2].aggregate',
      /object with "fn"/,
    ],
    // The graph.
    ['pipeline.operators[4].input', 'cuont', 'pipeline.operators[4].input', /mean "count"/],
    [
      'pipeline.operators[2].input',
      'out',
      'pipeline.operators[2].input',
      /move it up, or break the cycle/,
    ],
    ['pipeline.operators[5].input', 'out', 'pipeline.operators[5].input', /a sink has none/],
    ['pipeline.operators[6].input', 'count.late', 'pipeline.operators[6].input', /no side output/],
    ['pipeline.operators[6].input', 'panes.early', 'pipeline.operators[6].input', /"panes.late"/],
    ['pipeline.operators[3].lateOutput', false, 'pipeline.operators[6].input', /set "lateOutput"/],
    ['pipeline.operators[2].input', 'lines', 'pipeline.operators[2].input', /"key-by" between/],
    ['pipeline.operators[4]', undefined, 'pipeline.operators[2].id', /whose output is read/],
    [
      'pipeline.operators[0].splits',
      ['s0', 's1', 's0'],
      'pipeline.operators[0].splits[2]',
      /does not read/,
    ],
    ['pipeline.operators[0].splits', ['s0'], 'workload.splits[1].split', /that a source reads/],
    [
      'pipeline.operators[0].splits[1]',
      's9',
      'pipeline.operators[0].splits[1]',
      /split of the workload/,
    ],
    // Time.
    [
      'pipeline.operators[0].watermark.strategy',
      'ascending',
      'pipeline.operators[0].watermark.outOfOrdernessMs',
      /0, since/,
    ],
    [
      'pipeline.operators[0].watermark.intervalMs',
      0,
      'pipeline.operators[0].watermark.intervalMs',
      /periodic/,
    ],
    [
      'pipeline.operators[0].watermark.idlenessMs',
      0,
      'pipeline.operators[0].watermark.idlenessMs',
      /from 1/,
    ],
    ['pipeline.operators[3].assigner.sizeMs', 0, 'pipeline.operators[3].assigner.sizeMs', /from 1/],
    [
      'pipeline.operators[3].assigner.slideMs',
      101,
      'pipeline.operators[3].assigner.slideMs',
      /size, 100/,
    ],
    [
      'pipeline.operators[3].assigner.sizeMs',
      1e8,
      'pipeline.operators[3].assigner.slideMs',
      /panesPerRecordMax/,
    ],
    [
      'pipeline.operators[3].assigner.offsetMs',
      -50,
      'pipeline.operators[3].assigner.offsetMs',
      /between -50 and 50/,
    ],
    [
      'pipeline.operators[3].assigner.kind',
      'hopping',
      'pipeline.operators[3].assigner.kind',
      /sliding/,
    ],
    [
      'pipeline.operators[3].allowedLatenessMs',
      -1,
      'pipeline.operators[3].allowedLatenessMs',
      /from 0/,
    ],
    // The workload.
    ['workload.splits[1].split', 's0', 'workload.splits[1].split', /no other split/],
    ['workload.splits[0].records[1].at', 'x', 'workload.splits[0].records[1].at', /an integer/],
    [
      'workload.splits[0].records[0].at',
      31,
      'workload.splits[0].records[1].at',
      /sort the records/,
    ],
    ['workload.splits[1].records[0].id', 2, 'workload.splits[1].records[0].id', /s0 offset 1/],
    ['workload.splits[1].records[0].ts', 0.5, 'workload.splits[1].records[0].ts', /an integer/],
    ['workload.splits[1].records[0].key', 3, 'workload.splits[1].records[0].key', /a text/],
    [
      'workload.splits[1].records[0].value',
      { n: Number.NaN },
      'workload.splits[1].records[0].value.n',
      /JSON can hold/,
    ],
    // The schedule.
    ['schedule[0].when', {}, 'schedule[0].when', /"at", or with "point"/],
    ['schedule[0].when.at', -1, 'schedule[0].when.at', /from 0/],
    ['schedule[0].action.kind', 'crush', 'schedule[0].action.kind', /mean "crash"/],
    ['schedule[0].action.node', 'tm3', 'schedule[0].action.node', /node of the cluster/],
    ['schedule[0].action.node', 'here', 'schedule[0].action.node', /anchored at a protocol point/],
    ['schedule[0].action.restartAfterMs', 0, 'schedule[0].action.restartAfterMs', /from 1/],
    ['schedule[1].when.point', 'acknowledge', 'schedule[1].when.point', /known name/],
    ['schedule[1].when.phase', 'during', 'schedule[1].when.phase', /"before" or "after"/],
    ['schedule[1].when.checkpoint', 0, 'schedule[1].when.checkpoint', /at least 1/],
    ['schedule[1].when.operator', 'coun', 'schedule[1].when.operator', /mean "count"/],
    ['schedule[1].when.occurrence', 0, 'schedule[1].when.occurrence', /at least 1/],
    ['schedule[2].action.links.to', ['jm'], 'schedule[2].action.links', /two different nodes/],
    ['schedule[2].action.links.from', [], 'schedule[2].action.links.from', /at least 1 element/],
    ['schedule[3].action.split', 's2', 'schedule[3].action.split', /split of the workload/],
    ['schedule[4].action.byMs', 0, 'schedule[4].action.byMs', /not 0/],
    ['schedule[0].when.at', 20_000, 'deadlineMs', /more than 20000/],
    // Options.
    ['options.taskManagers', 0, 'options.taskManagers', /from 1 to 64/],
    ['options.mode', 'exactly_once', 'options.mode', /mean "exactly-once"/],
    [
      'options.heartbeatTimeoutMs',
      200,
      'options.heartbeatTimeoutMs',
      /more than heartbeatIntervalMs/,
    ],
    ['options.checkpoint.retained', 0, 'options.checkpoint.retained', /from 1/],
    ['options.restart.kind', 'never', 'options.restart.kind', /fixed-delay/],
    ['options.stop', { kind: 'halt', atMs: 1 }, 'options.stop.kind', /"drain" or "suspend"/],
    ['options.channel.bufferElements', 0, 'options.channel.bufferElements', /from 1/],
    // Promises.
    ['promises[0]', 'exactlyonce', 'promises[0]', /mean "exactly-once"/],
    ['promises', ['progress', 'progress'], 'promises[1]', /each guarantee once/],
    ['options.mode', 'at-least-once', 'promises[0]', /promise "at-least-once"/],
    ['pipeline.operators[4].connector', 'append', 'promises[0]', /append sink "out"/],
    ['pipeline.operators[4].connector', 'upsert', 'promises[0]', /"effectively-once"/],
    ['promises', ['event-time-order'], 'promises[0]', /"sort"/],
  ];

  test.each(rules)('%s = %j', (...[place, value, path, says]) => {
    const problems = problemsOf(spoiled(place, value));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(says);
    expect(problems[0]?.startsWith(`${path}: `)).toBe(true);
  });
});

describe('faults of messages and of the store', () => {
  const links = { from: ['jm'], to: ['tm0'], bothWays: true };
  const withAction = (action: unknown): string[] =>
    problemsOf({ ...smallCase, schedule: [{ when: { at: 1 }, action }] });

  test.each([
    { kind: 'drop', links, durationMs: 5 },
    { kind: 'duplicate', links, durationMs: 5 },
    { kind: 'reorder', links, waitMs: 3, durationMs: 5 },
    { kind: 'store', effect: 'crash', durationMs: 5 },
  ])('$kind is accepted', (action) => {
    expect(withAction(action)).toEqual([]);
  });

  test.each([
    [{ kind: 'drop', links }, /durationMs/],
    [{ kind: 'duplicate', links: { ...links, to: ['tm9'] }, durationMs: 5 }, /node of the cluster/],
    [{ kind: 'reorder', links, waitMs: 0, durationMs: 5 }, /waitMs: 0 .* from 1/],
    [
      { kind: 'reorder', links: { ...links, from: ['tm0'] }, waitMs: 1, durationMs: 5 },
      /different/,
    ],
    [{ kind: 'store', effect: 'crashed', durationMs: 5 }, /mean "crash"/],
  ])('%j is refused', (action, says) => {
    expect(withAction(action).join()).toMatch(says);
  });
});

describe('rules that need more than one change', () => {
  const withOperators = (...operators: unknown[]): unknown =>
    spoiled('pipeline.operators', [
      smallCase.pipeline.operators[0],
      ...operators,
      { kind: 'sink', id: 'end', input: 'last', parallelism: 1, connector: 'two-phase' },
    ]);
  const keyBy = (id: string, input = 'lines'): unknown => ({
    kind: 'key-by',
    id,
    input,
    key: { fn: 'key' },
  });
  const plain = {
    ...anchored,
    when: { at: 1 },
    action: { kind: 'crash', node: 'jm', restartAfterMs: 1 },
  };
  const on = (operators: unknown): unknown => {
    const kase = operators as { schedule: unknown };
    kase.schedule = [plain];
    return kase;
  };

  test('a union of key-bys is keyed, a union with anything else is not', () => {
    const stage = { ...reduce, id: 'last', input: 'both' };
    const other = { kind: 'map', id: 'b', input: 'lines', parallelism: 2, fn: { fn: 'identity' } };
    const union = { kind: 'union', id: 'both', inputs: ['a', 'b'] };
    expect(problemsOf(on(withOperators(keyBy('a'), keyBy('b'), union, stage)))).toEqual([]);
    expect(problemsOf(on(withOperators(keyBy('a'), other, union, stage)))[0]).toMatch(
      /"key-by" between/,
    );
  });

  test('a key-by is not partitioned again at once', () => {
    const again = { kind: 'rebalance', id: 'spread', input: 'a' };
    const stage = {
      kind: 'map',
      id: 'last',
      input: 'spread',
      parallelism: 2,
      fn: { fn: 'identity' },
    };
    expect(problemsOf(on(withOperators(keyBy('a'), again, stage)))[0]).toMatch(/partitions anew/);
  });

  test('a union takes each input once', () => {
    const union = { kind: 'union', id: 'last', inputs: ['lines', 'lines'] };
    expect(problemsOf(on(withOperators(union)))[0]).toMatch(/each input once/);
  });

  test('the bounds of a join are in order', () => {
    const join = { kind: 'interval-join', id: 'last', left: 'a', right: 'b', parallelism: 2 };
    const bounds = { lowerMs: 5, upperMs: 4 };
    const problems = problemsOf(on(withOperators(keyBy('a'), keyBy('b'), { ...join, ...bounds })));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/at most upperMs, 4/);
  });

  test('a session needs a gap', () => {
    const session = { ...window, assigner: { kind: 'session', gapMs: 0 } };
    expect(problemsOf(spoiled('pipeline.operators[3]', session))[0]).toMatch(/gapMs: 0/);
  });

  test('stop-the-world takes one checkpoint at a time', () => {
    const options = { ...smallCase.options, mode: 'stop-the-world' };
    const checkpoint = { ...options.checkpoint, concurrentMax: 2 };
    expect(problemsOf(spoiled('options', { ...options, checkpoint }))[0]).toMatch(/stands still/);
  });

  test('an exponential delay grows', () => {
    const restart = { kind: 'exponential', initialMs: 100, maxMs: 50, factor: 2, resetAfterMs: 1 };
    expect(problemsOf(spoiled('options.restart', restart))[0]).toMatch(/at least initialMs, 100/);
  });

  test('a value is not nested without end', () => {
    let value: unknown = 0;
    for (let i = 0; i < 40; i++) value = [value];
    expect(problemsOf(spoiled('workload.splits[0].records[0].value', value))[0]).toMatch(
      /valueDepthMax/,
    );
  });
});

test('a pipeline can be checked by itself; paths are its own', () => {
  expect(validatePipeline(smallCase.pipeline)).toBe(smallCase.pipeline);
  const { pipeline } = spoiled('pipeline.operators[4].input', 'cuont') as { pipeline: unknown };
  expect(() => validatePipeline(pipeline)).toThrow(/this pipeline .*\n {2}operators\[4\]\.input: /);
});

describe('the refusal as a whole', () => {
  test('several problems are told at once, in one text', () => {
    const kase = spoiled('seed', -1) as { scenario: unknown; promises: unknown };
    kase.scenario = 5;
    kase.promises = ['progres'];
    expect(() => validateCase(kase)).toThrow(
      [
        'this case was refused: 3 problems',
        '  scenario: found 5, expected a text',
        '  seed: found -1, expected an integer of at least 0',
        '  promises[0]: found "progres", expected a known name; did you mean "progress"?',
      ].join('\n'),
    );
  });

  test('ten problems are listed, the rest is counted', () => {
    const records = Array.from({ length: 25 }, (_, id) => ({
      id,
      at: -1,
      ts: 0,
      key: '',
      value: 0,
    }));
    const error = refusalOf(spoiled('workload.splits[0].records', records));
    expect([error?.problems.length, error?.count]).toEqual([10, 25]);
    expect(error?.message.endsWith('… and 15 more')).toBe(true);
  });

  test.each([
    [null, 'an object'],
    [[], 'an object'],
    ['text', 'an object'],
    [{}, 'version'],
  ])('%j is no case', (value, says) => {
    expect(problemsOf(value)[0]).toContain(says);
  });

  test.each(['', '{"version": 1,', 'not json'])('the text %j is no JSON', (json) => {
    expect(() => parseCase(json)).toThrow(InputError);
  });

  test('a catalogue of one’s own brings its own functions', () => {
    const mine = {
      ...builtinFunctions,
      aggregate: {
        ...builtinFunctions.aggregate,
        median: builtinFunctions.aggregate['count'] as never,
      },
    };
    const kase = spoiled('pipeline.operators[2].aggregate', { fn: 'median', percentile: 50 });
    expect(problemsOf(kase)[0]).toMatch(/kind "aggregate"/);
    expect(validateCase(kase, mine)).toBe(kase);
  });
});
