/**
 * What is legal at the sinks of a small run: the outcomes of every key, and what follows from them
 * for any rows, guarantee by guarantee. The chapters of SEMANTICS.md, looked up instead of reasoned
 * out.
 */
import type { Row } from '../../../src/model/value.ts';
import { type Limits, type Outcome, outcomesOf } from './outcomes.ts';
import { contentText, idsOf, rowText } from './rows.ts';
import { type SmallRun, unitsOf } from './small-run.ts';
import { isPossible } from './parts.ts';

export interface SinkRow {
  readonly sink: string;
  readonly row: Row;
}

interface KeySet {
  readonly outcomes: readonly Outcome[];
  /** Of every outcome: its rows as a multiset, as a set, and in order per sink. */
  readonly multisets: ReadonlySet<string>;
  readonly sets: ReadonlySet<string>;
  readonly sequences: ReadonlySet<string>;
}

export interface LegalSet {
  readonly run: SmallRun;
  readonly keys: ReadonlyMap<string, KeySet>;
}

/** Null: it would take more than the limits allow. */
export function legalSetOf(run: SmallRun, limits: Limits): LegalSet | null {
  const keys = new Map<string, KeySet>();
  for (const unit of unitsOf(run)) {
    const outcomes = outcomesOf(run, unit, limits);
    if (outcomes === null) return null;
    const every = (text: (rows: readonly SinkRow[]) => string): ReadonlySet<string> =>
      new Set(outcomes.map(({ rows }) => text(rows)));
    keys.set(unit.key, {
      outcomes,
      multisets: every((rows) => contentsOf(run, rows).sort().join('\n')),
      sets: every((rows) => [...new Set(contentsOf(run, rows))].sort().join('\n')),
      sequences: every((rows) => sequenceOf(run, rows)),
    });
  }
  return { run, keys };
}

function contentsOf(run: SmallRun, rows: readonly SinkRow[]): string[] {
  return rows.map(({ sink, row }) => `${sink} ${contentText(run, row)}`);
}

/** Rows in order, sink by sink: two sinks of a job have no common order. */
function sequenceOf(run: SmallRun, rows: readonly SinkRow[]): string {
  const texts = rows.map(({ sink, row }) => ({ sink, text: rowText(run, row) }));
  texts.sort((a, b) => (a.sink < b.sink ? -1 : Number(a.sink > b.sink)));
  return texts.map(({ sink, text }) => `${sink} ${text}`).join('\n');
}

/** Whether every key's rows are right by `test`; rows of a key that no record has never are. */
function everyKey(
  { keys }: LegalSet,
  rows: readonly SinkRow[],
  test: (own: readonly SinkRow[], key: KeySet) => boolean,
): boolean {
  if (rows.some(({ row }) => !keys.has(row.key))) return false;
  return [...keys].every(([name, key]) =>
    test(
      rows.filter(({ row }) => row.key === name),
      key,
    ),
  );
}

/** What is visible at rest is the output of one legal run. */
export function isExactlyOnce(legal: LegalSet, rows: readonly SinkRow[]): boolean {
  return everyKey(legal, rows, (own, { multisets }) =>
    multisets.has(contentsOf(legal.run, own).sort().join('\n')),
  );
}

/**
 * Whether every key shows the first rows of a legal run: what a job had committed when it gave up.
 */
export function isBeginning(legal: LegalSet, rows: readonly SinkRow[]): boolean {
  const { run } = legal;
  return everyKey(legal, rows, (own, { outcomes }) => {
    const text = contentsOf(run, own).sort().join('\n');
    return outcomes.some(({ rows: all }) =>
      [...all.keys(), all.length].some(
        (length) => contentsOf(run, all.slice(0, length)).sort().join('\n') === text,
      ),
    );
  });
}

/** Without repeats it is; at an upsert sink, the last value of every key is. */
export function isEffectivelyOnce(legal: LegalSet, rows: readonly SinkRow[]): boolean {
  const { run } = legal;
  if (run.layout.connector !== 'upsert') {
    return everyKey(legal, rows, (own, { sets }) =>
      sets.has([...new Set(contentsOf(run, own))].sort().join('\n')),
    );
  }
  const last = (own: readonly SinkRow[]): string => {
    const bySink = new Map(own.map((row) => [row.sink, contentsOf(run, [row])[0]]));
    return [...bySink]
      .map(([sink, text]) => `${sink} ${text}`)
      .sort()
      .join('\n');
  };
  return everyKey(legal, rows, (own, { outcomes }) =>
    outcomes.some((outcome) => last(outcome.rows) === last(own)),
  );
}

/** Whether everything that some legal run shows is there, as often as it shows it. */
export function showsAll({ run, keys }: LegalSet, rows: readonly SinkRow[]): boolean {
  const seen = countsOf(contentsOf(run, rows));
  return [...keys.values()].every(({ outcomes }) =>
    outcomes.some((outcome) => isWithin(countsOf(contentsOf(run, outcome.rows)), seen)),
  );
}

/**
 * The same, and nothing tells of another run: what did fire tells what else had to, and of a
 * suspended job a wrong row tells that its record waits no more.
 */
export function showsAllOfOne(legal: LegalSet, rows: readonly SinkRow[]): boolean {
  const { run, keys } = legal;
  const suspended = run.skeleton.outcome === 'suspended';
  const transactional = run.layout.connector === 'two-phase';
  return [...keys].every(([name, { outcomes }]) => {
    const seen = countsOf(
      contentsOf(
        run,
        rows.filter(({ row }) => row.key === name),
      ),
    );
    const shown = outcomes.map((outcome) => countsOf(contentsOf(run, outcome.rows)));
    const known = new Set(shown.flatMap((counts) => [...counts.keys()]));
    const evidence = [...seen.keys()].filter((text) =>
      known.has(text) ? transactional : suspended,
    );
    return shown.some(
      (counts) => isWithin(counts, seen) && evidence.every((text) => counts.has(text)),
    );
  });
}

type Counts = ReadonlyMap<string, number>;

function countsOf(texts: readonly string[]): Counts {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

function isWithin(few: Counts, many: Counts): boolean {
  return [...few].every(([text, count]) => count <= (many.get(text) ?? 0));
}

/** Records that every legal run shows somewhere and that are nowhere. */
export function lostIds({ keys }: LegalSet, rows: readonly SinkRow[]): readonly number[] {
  const seen = new Set(rows.flatMap(({ row }) => idsOf(row.value)));
  return [...keys.values()].flatMap(({ outcomes }) => {
    const [first, ...rest] = outcomes.map(
      (outcome) => new Set(outcome.rows.flatMap(({ row }) => idsOf(row.value))),
    );
    return [...(first ?? [])].filter((id) => !seen.has(id) && rest.every((ids) => ids.has(id)));
  });
}

/** Whether some legal run shows everything that is there, as often. */
export function isPartOfOne(legal: LegalSet, rows: readonly SinkRow[]): boolean {
  return everyKey(legal, rows, (own, { outcomes }) =>
    outcomes.some(({ rows: all }) =>
      isWithin(countsOf(contentsOf(legal.run, own)), countsOf(contentsOf(legal.run, all))),
    ),
  );
}

/**
 * Whether a row shows, or a record is counted, in all or in one row, more often than in any legal
 * run. What no legal run shows may still show once.
 */
export function countsTwice(legal: LegalSet, rows: readonly SinkRow[]): boolean {
  const { run, keys } = legal;
  const most = new Map<string, number>();
  for (const { outcomes } of keys.values()) {
    for (const outcome of outcomes) {
      for (const [name, count] of contributions(run, outcome.rows)) {
        most.set(name, Math.max(count, most.get(name) ?? 1));
      }
    }
  }
  // What is no output at all may name anything.
  const real = rows.filter((row) => isValid(legal, [row]) === true);
  return [...contributions(run, real)].some(([name, count]) => count > (most.get(name) ?? 1));
}

function contributions(run: SmallRun, rows: readonly SinkRow[]): Counts {
  const counts = new Map(countsOf(contentsOf(run, rows)));
  const all = rows.flatMap(({ row }) => idsOf(row.value));
  for (const [name, count] of countsOf(all.map((id) => `id ${id}`))) counts.set(name, count);
  for (const { row } of rows) {
    const names = idsOf(row.value).map((id) => `in one row ${id}`);
    for (const [name, count] of countsOf(names)) {
      counts.set(name, Math.max(count, counts.get(name) ?? 0));
    }
  }
  return counts;
}

/**
 * Every row by itself is the output of a legal run over some of the input; null: not all are known.
 */
export function isValid(legal: LegalSet, rows: readonly SinkRow[]): boolean | null {
  const { run, keys } = legal;
  const known = new Set<string>();
  for (const { outcomes } of keys.values()) {
    for (const outcome of outcomes) {
      for (const text of contentsOf(run, outcome.rows)) known.add(text);
    }
  }
  const strange = rows.filter((row) => !known.has(contentsOf(run, [row])[0] ?? ''));
  const possible = strange.map((row) => isPossible(run, row));
  if (possible.includes(false)) return false;
  return possible.includes(null) ? null : true;
}

/** The order of every key's rows is that of a legal run. */
export function isOrdered(legal: LegalSet, rows: readonly SinkRow[]): boolean {
  return everyKey(legal, rows, (own, { sequences }) => sequences.has(sequenceOf(legal.run, own)));
}
