/**
 * Odd histories: those of runs, changed in ways that the format allows. Nobody recorded them, and
 * what is judged of them is no matter; but they can be read, so the checker has to say something.
 */
import type { RandomStream } from '../../../src/base/random.ts';
import type { History, HistoryEvent } from '../../../src/model/history.ts';
import { limits } from '../../../src/model/limits.ts';

type Plain = Record<string, unknown>;

/** Numbers at the edges of what a history may hold. */
const oddNumbers: readonly number[] = [
  0,
  1,
  2,
  -1,
  2 ** 31,
  2 ** 32,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
  0.5,
  1e308,
  5e-324,
];
const oddTexts: readonly string[] = [
  '',
  ' ',
  'k0',
  '0',
  '__proto__',
  'constructor',
  'toString',
  '\u0000',
  '\u001b[2J',
  '\ud800',
  'a/b/c',
  'x'.repeat(1_000),
];

export function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { result: value };
  return value;
}

/** Values of rows, most of them nearly what operators emit. */
function oddValue(random: RandomStream, real: unknown): unknown {
  const ids = [0, 1, 1001, -1, 'a', null, 1.5, [], {}, 2 ** 53 - 1];
  const some = (): unknown[] => Array.from({ length: random.below(4) }, () => random.pick(ids));
  const shapes: readonly (() => unknown)[] = [
    () => null,
    () => true,
    () => random.pick(oddNumbers),
    () => random.pick(oddTexts),
    () => [],
    () => ({}),
    () => ({ id: random.pick(ids) }),
    () => ({ ids: some() }),
    () => ({ ids: random.pick([null, 7, 'ids', {}]) }),
    () => ({ n: random.pick(oddNumbers), sum: null, q: random.pick(oddNumbers), f: some() }),
    () => ({ n: 1, sum: 1, q: random.pick(oddNumbers), f: random.pick(oddNumbers) }),
    () => ({ n: random.pick(['1', 1e300, -5]), ids: some(), sum: 'x' }),
    () => ({ bucket: random.pick(oddNumbers), ids: some(), n: random.below(3) }),
    () => ({ start: random.pick([0, null, 'x']), end: random.pick(oddNumbers), result: real }),
    () => ({ start: 0, end: 10, result: { ids: some(), n: 1, sum: 1 } }),
    () => ({ result: { result: { ids: some() } } }),
    () => ({ left: real, right: random.pick([real, null, { id: 1 }, 7]) }),
    () => ({ left: { ids: some() }, right: { id: random.pick(ids) } }),
    () => ({ ['__proto__']: some(), constructor: real }),
    () => JSON.parse('{"__proto__":{"ids":[1]},"toString":1}') as unknown,
    () => nested(random.pick([1, 30, limits.historyValueDepthMax - 1])),
    () => ({ ids: nested(20), f: nested(3) }),
    () => withMember(random, real),
  ];
  return random.pick(shapes)();
}

/** The value with one member gone, doubled or of another kind. */
function withMember(random: RandomStream, real: unknown): unknown {
  if (real === null || typeof real !== 'object') return [real];
  if (Array.isArray(real)) return [...(real as unknown[]), ...(real as unknown[])];
  const entries: [string, unknown][] = Object.entries(real);
  if (entries.length === 0) return { ids: [] };
  const [name, member] = random.pick(entries);
  const rest: Plain = Object.fromEntries(entries.filter(([other]) => other !== name));
  return random.pick<unknown>([
    rest,
    { ...rest, [name]: null },
    { ...rest, [name]: [member] },
    { ...rest, [name]: typeof member === 'number' ? member + 1 : 1 },
    { ...rest, [name]: String(member) },
    { ...rest, [name]: { [name]: member } },
  ]);
}

type Change = (random: RandomStream, events: readonly Plain[]) => readonly Plain[];

/** One event changed by `change`; the same list when there is none. */
function changed(
  random: RandomStream,
  events: readonly Plain[],
  change: (event: Plain) => Plain,
): readonly Plain[] {
  if (events.length === 0) return events;
  const at = random.below(events.length);
  return events.map((event, i) => (i === at ? change(event) : event));
}

const swapped: Change = (random, events) => {
  if (events.length === 0) return events;
  const [i, j] = [random.below(events.length), random.below(events.length)];
  return events.map((event, at) => {
    if (at === i) return { ...(events[j] as Plain), t: event['t'] };
    return at === j ? { ...(events[i] as Plain), t: event['t'] } : event;
  });
};

const shuffled: Change = (random, events) => {
  const times = events.map((event) => event['t']);
  const order = events.map((event) => ({ event, at: random.below(1_000_000) }));
  order.sort((a, b) => a.at - b.at);
  return order.map(({ event }, i) => ({ ...event, t: times[i] }));
};

const dropped: Change = (random, events) => {
  if (random.chance(0.5)) return events.toSpliced(random.below(events.length + 1), 1);
  const kind = random.pick(['attempt', 'checkpoint', 'transaction', 'restore', 'written', 'task']);
  return events.filter((event) => event['kind'] !== kind);
};

const doubled: Change = (random, events) => {
  if (events.length === 0) return events;
  const at = random.below(events.length);
  return events.toSpliced(random.below(events.length + 1), 0, events[at] as Plain);
};

/** Counts of what was numbered. */
const oddCounts = oddNumbers.filter((n) => Number.isSafeInteger(n) && n >= 0);

const oddNumber: Change = (random, events) =>
  changed(random, events, (event) => {
    const names = Object.keys(event).filter((name) => typeof event[name] === 'number');
    if (names.length === 0) return event;
    const name = random.pick(names);
    return { ...event, [name]: random.pick(name === 't' ? oddNumbers : oddCounts) };
  });

/** Members that take a few words only. */
const fixedTexts: readonly string[] = ['kind', 'event', 'point', 'phase'];

const oddText: Change = (random, events) =>
  changed(random, events, (event) => {
    const names = Object.keys(event).filter(
      (name) => typeof event[name] === 'string' && !fixedTexts.includes(name),
    );
    return names.length === 0 ? event : { ...event, [random.pick(names)]: random.pick(oddTexts) };
  });

const nothing: Change = (random, events) =>
  changed(random, events, (event) => {
    const isVisible = event['kind'] === 'visible';
    const free = ['restored', 'offsets', ...(isVisible ? ['checkpoint', 'transaction'] : [])];
    const names = free.filter((name) => name in event && event['kind'] !== 'restore');
    return names.length === 0 ? event : { ...event, [random.pick(names)]: null };
  });

const oddOffsets: Change = (random, events) => {
  const known = events.filter((event) => event['offsets'] !== null && 'offsets' in event);
  if (known.length === 0) return events;
  const chosen = random.pick(known);
  const { offsets } = chosen as { readonly offsets: Plain };
  const names = [...Object.keys(offsets), ...oddTexts];
  const name = random.pick(names);
  const value = random.pick([0, 1, 7, 2 ** 31, Number.MAX_SAFE_INTEGER]);
  const replaced = random.pick<Plain>([
    {},
    { ...offsets, [name]: value },
    Object.fromEntries(Object.keys(offsets).map((split) => [split, value])),
  ]);
  return events.map((event) => (event === chosen ? { ...event, offsets: replaced } : event));
};

interface PlainRow {
  readonly key: unknown;
  readonly ts: unknown;
  readonly value: unknown;
}

const oddRows: Change = (random, events) => {
  const showing = events.filter((event) => Array.isArray(event['rows']));
  if (showing.length === 0) return events;
  const chosen = random.pick(showing);
  const rows = chosen['rows'] as readonly PlainRow[];
  const row = rows.length === 0 ? { key: 'k', ts: 0, value: {} } : random.pick(rows);
  const odd = random.pick<() => PlainRow>([
    () => ({ ...row, value: oddValue(random, row.value) }),
    () => ({ ...row, value: oddValue(random, row.value) }),
    () => ({ ...row, key: random.pick(oddTexts) }),
    () => ({ ...row, ts: random.pick(oddNumbers.filter(Number.isSafeInteger)) }),
  ])();
  const at = random.below(rows.length + 1);
  const next = random.chance(0.7) ? rows.toSpliced(at, 1, odd) : rows.toSpliced(at, 0, odd, odd);
  return events.map((event) => (event === chosen ? { ...event, rows: next } : event));
};

const oddAttempts: Change = (random, events) =>
  events.map((event) =>
    'attempt' in event && random.chance(0.3)
      ? { ...event, attempt: random.pick([0, 1, 2, 3, Number.MAX_SAFE_INTEGER]) }
      : event,
  );

const allAtOnce: Change = (random, events) => {
  const t = random.pick([0, 1, 1e15, 0.1]);
  return events.map((event) => ('t' in event ? { ...event, t } : event));
};

const changes: readonly Change[] = [
  swapped,
  shuffled,
  dropped,
  doubled,
  oddNumber,
  oddNumber,
  oddText,
  nothing,
  oddOffsets,
  oddRows,
  oddRows,
  oddRows,
  oddAttempts,
  allAtOnce,
];

const outcomes = ['finished', 'suspended', 'failed', 'deadline'];

/** The history with some changes; the header stays first and the end last. */
export function oddHistory(random: RandomStream, history: History): HistoryEvent[] {
  const [header, ...rest] = history as unknown as readonly Plain[];
  const end = rest.at(-1)?.['kind'] === 'end' ? rest.at(-1) : undefined;
  let events: readonly Plain[] = end === undefined ? rest : rest.slice(0, -1);
  const times = random.pick([1, 1, 2, 4, 12]);
  for (let i = 0; i < times; i++) events = random.pick(changes)(random, events);
  const clock = random.chance(0.2) ? 'machine' : header?.['clock'];
  const odd: Plain[] = [{ ...header, clock }, ...events];
  if (end !== undefined) {
    const outcome = random.chance(0.2) ? random.pick(outcomes) : end['outcome'];
    odd.push({ ...end, outcome, ...(random.chance(0.1) ? { healedAt: 1e12 } : {}) });
  }
  return odd as unknown as HistoryEvent[];
}
