/**
 * What the list of legal runs says of the rows that show, guarantee by guarantee: the definitions
 * of chapter 3 of SEMANTICS, looked up. What is neither certain to hold nor to be broken is left
 * out.
 */
import { looksAtTime } from './job.ts';
import type { Guarantee } from '../../model/guarantee.ts';
import type { EndEvent } from '../../model/history.ts';
import {
  type Budget,
  type Counts,
  countsOf,
  isWithin,
  type KeyRuns,
  type Legal,
  multisetText,
  sequenceText,
  setText,
  tally,
} from './legal.ts';
import { isPossible } from './parts.ts';
import type { Shown } from './play.ts';
import { contentText, idsNamed } from './texts.ts';

export type Standing = 'holds' | 'broken';
export type Standings = Readonly<Partial<Record<Guarantee, Standing>>>;

/** What is asked: the list, how the job ended, and the steps there are for parts of the input. */
export interface Asked {
  readonly legal: Legal;
  readonly outcome: EndEvent['outcome'];
  readonly budget: Budget;
}

export function standingsOf(asked: Asked, rows: readonly Shown[]): Standings {
  const { legal, outcome } = asked;
  if (legal.job.repeats) return settled({ 'at-least-once': atLeastOnce(asked, rows) });
  const exactly = isExactlyOnce(legal, rows);
  const some: Record<string, Standing | null> = {
    validity: validity(asked, rows),
    'at-most-once': atMostOnce(asked, rows),
  };
  // Of what a job that gave up had not committed nothing is known.
  const isBeginning = outcome === 'failed' && !exactly && isBeginningOfOne(legal, rows);
  if (!isBeginning) {
    some['exactly-once'] = exactly ? 'holds' : 'broken';
    some['effectively-once'] = effectivelyOnce(legal, rows);
    some['at-least-once'] = atLeastOnce(asked, rows);
    some['ordered'] = ordered(legal, rows, exactly);
  }
  return settled(some);
}

function settled(some: Readonly<Record<string, Standing | null>>): Standings {
  return Object.fromEntries(Object.entries(some).filter(([, standing]) => standing !== null));
}

type OfKey = (own: readonly Shown[], runs: KeyRuns) => boolean;

/** Whether the rows of every key pass; those of a key that no record has never do. */
function everyKey({ keys }: Legal, rows: readonly Shown[], passes: OfKey): boolean {
  if (rows.some(({ row }) => !keys.has(row.key))) return false;
  return [...keys].every(([key, runs]) =>
    passes(
      rows.filter(({ row }) => row.key === key),
      runs,
    ),
  );
}

function isExactlyOnce(legal: Legal, rows: readonly Shown[]): boolean {
  return everyKey(legal, rows, (own, { multisets }) =>
    multisets.has(multisetText(countsOf(legal.job, own))),
  );
}

function isBeginningOfOne(legal: Legal, rows: readonly Shown[]): boolean {
  const { job } = legal;
  return everyKey(legal, rows, (own, { outcomes }) => {
    const text = multisetText(countsOf(job, own));
    return outcomes.some(
      ({ rows: all }) =>
        own.length <= all.length && multisetText(countsOf(job, all.slice(0, own.length))) === text,
    );
  });
}

function isPartOfOne(legal: Legal, rows: readonly Shown[]): boolean {
  return everyKey(legal, rows, (own, { outcomes }) => {
    const few = countsOf(legal.job, own);
    return outcomes.some(({ counts }) => isWithin(few, counts));
  });
}

function validity(asked: Asked, rows: readonly Shown[]): Standing | null {
  const { legal } = asked;
  const distinct = [
    ...new Map(rows.map((row) => [`${row.row.key} ${contentText(legal.job, row)}`, row])).values(),
  ];
  if (isPartOfOne(legal, distinct)) return 'holds';
  return areRows(asked, distinct) === false ? 'broken' : null;
}

/** Whether each row by itself is output of some of the input; null: not everything was tried. */
function areRows({ legal, budget }: Asked, rows: readonly Shown[]): boolean | null {
  const { job, keys } = legal;
  const strange = rows.filter((row) => {
    const text = contentText(job, row);
    return keys.get(row.row.key)?.outcomes.some(({ counts }) => counts.has(text)) !== true;
  });
  const possible = strange.map((row) => isPossible(legal, row, budget));
  if (possible.includes(false)) return false;
  return possible.includes(null) ? null : true;
}

function atMostOnce(asked: Asked, rows: readonly Shown[]): Standing | null {
  if (isPartOfOne(asked.legal, rows)) return 'holds';
  return countsTwice(asked, rows) ? 'broken' : null;
}

/**
 * Whether a row shows, or a record is counted, in all or in one row, more often than in any run.
 */
function countsTwice(asked: Asked, rows: readonly Shown[]): boolean {
  const { legal } = asked;
  const most = new Map<string, number>();
  for (const { outcomes } of legal.keys.values()) {
    for (const outcome of outcomes) {
      for (const [name, count] of contributions(legal, outcome.rows)) {
        most.set(name, Math.max(count, most.get(name) ?? 1));
      }
    }
  }
  // What is no output at all may name anything.
  const real = rows.filter((row) => areRows(asked, [row]) !== false);
  return [...contributions(legal, real)].some(([name, count]) => count > (most.get(name) ?? 1));
}

function contributions({ job }: Legal, rows: readonly Shown[]): Counts {
  const ids = rows.map(({ row }) => idsNamed(row.value));
  const counts = new Map(tally(rows.map((row) => `${row.row.key} ${contentText(job, row)}`)));
  for (const [name, count] of tally(ids.flat().map((id) => `id ${id}`))) counts.set(name, count);
  for (const own of ids) {
    for (const [id, count] of tally(own.map((one) => `in one row ${one}`))) {
      counts.set(id, Math.max(count, counts.get(id) ?? 0));
    }
  }
  return counts;
}

/** At an upsert sink the last value of a key is all there is. */
function effectivelyOnce(legal: Legal, rows: readonly Shown[]): Standing | null {
  const { job } = legal;
  const isUpsert = job.sinks.some(({ spec }) => spec.connector === 'upsert');
  const lastOf = (own: readonly Shown[]): string =>
    multisetText(countsOf(job, [...new Map(own.map((row) => [row.sink, row])).values()]));
  const passes: OfKey = isUpsert
    ? (own, { outcomes }) => outcomes.some((outcome) => lastOf(outcome.rows) === lastOf(own))
    : (own, { sets }) => sets.has(setText(countsOf(job, own)));
  if (!everyKey(legal, rows, passes)) return 'broken';
  return isUpsert || showsAll(legal, rows) ? 'holds' : null;
}

/** Whether some legal run shows nothing beyond, as often. */
function showsAll({ job, keys }: Legal, rows: readonly Shown[]): boolean {
  return [...keys].every(([key, { outcomes }]) => {
    const seen = countsOf(
      job,
      rows.filter(({ row }) => row.key === key),
    );
    return outcomes.some(({ counts }) => isWithin(counts, seen));
  });
}

/**
 * What is due shows, and nothing tells of another run: what did fire tells what else had to, and of
 * a suspended job a wrong row tells that its record waits no more.
 */
function atLeastOnce(asked: Asked, rows: readonly Shown[]): Standing | null {
  const { legal, outcome } = asked;
  if (isLost(legal, rows)) return 'broken';
  const { job, keys } = legal;
  const committed = job.sinks.every(({ spec }) => spec.connector === 'two-phase');
  const isWhole = [...keys].every(([key, { outcomes }]) => {
    const seen = countsOf(
      job,
      rows.filter(({ row }) => row.key === key),
    );
    const tells = [...seen.keys()].filter((text) => {
      const isKnown = outcomes.some(({ counts }) => counts.has(text));
      return isKnown ? committed : outcome === 'suspended';
    });
    return outcomes.some(
      ({ counts }) => isWithin(counts, seen) && tells.every((text) => counts.has(text)),
    );
  });
  return isWhole && areRows(asked, rows) !== false ? 'holds' : null;
}

/** Whether a record that every legal run names shows nowhere. */
function isLost({ keys }: Legal, rows: readonly Shown[]): boolean {
  const seen = new Set(rows.flatMap(({ row }) => idsNamed(row.value)));
  return [...keys.values()].some(({ outcomes }) => {
    const [first, ...rest] = outcomes.map(
      (outcome) => new Set(outcome.rows.flatMap(({ row }) => idsNamed(row.value))),
    );
    return [...(first ?? [])].some((id) => !seen.has(id) && rest.every((ids) => ids.has(id)));
  });
}

/** Where rows are right their order is that of a run; in which order panes come is time's. */
function ordered(legal: Legal, rows: readonly Shown[], exactly: boolean): Standing | null {
  const { job } = legal;
  const isOrdered: OfKey = (own, { orders }) => orders.has(sequenceText(job, own));
  if (everyKey(legal, rows, isOrdered)) return 'holds';
  const keeps = job.stages.every(({ spec }) => !looksAtTime(spec));
  // Rows that one record became have no order of their own.
  const copies = job.branches.some(({ chain }) =>
    chain.some(({ spec }) => spec.kind === 'flat-map'),
  );
  return exactly && keeps && job.stages.length < 2 && !copies ? 'broken' : null;
}
