/**
 * What the enumeration says of a history, guarantee by guarantee, and where a verdict says
 * otherwise.
 */
import type { AnomalyName, Guarantee } from '../../../src/model/guarantee.ts';
import type { History } from '../../../src/model/history.ts';
import type { Verdict } from '../../../src/model/verdict/verdict.ts';
import { visibleEvents } from './history.ts';
import type { SmallRun } from './small-run.ts';
import {
  isBeginning,
  countsTwice,
  isEffectivelyOnce,
  isExactlyOnce,
  isOrdered,
  isPartOfOne,
  isValid,
  type LegalSet,
  lostIds,
  showsAllOfOne,
  type SinkRow,
} from './legal-set.ts';

/** `open`: the definition leaves it to the checker. */
export type Standing = 'holds' | 'broken' | 'open';

export type Standings = Readonly<Partial<Record<Guarantee, Standing>>>;

export function visibleRows(history: History): readonly SinkRow[] {
  return visibleEvents(history).flatMap(({ sink, rows }) => rows.map((row) => ({ sink, row })));
}

const allOpen: Standings = {
  'exactly-once': 'open',
  'effectively-once': 'open',
  'at-most-once': 'open',
  'at-least-once': 'open',
  validity: 'open',
  ordered: 'open',
  'snapshot-consistent': 'open',
  monotone: 'open',
  'watermark-sound': 'open',
};

export function standingsOf(legal: LegalSet, rows: readonly SinkRow[]): Standings {
  // The state itself may count replayed records twice; only that nothing is lost can be said.
  if (repeatsState(legal.run)) {
    return { ...allOpen, 'at-least-once': completeness(legal, rows) };
  }
  const exactly = isExactlyOnce(legal, rows);
  // Of what a job had not committed when it gave up nothing is known.
  const gaveUp = legal.run.skeleton.outcome === 'failed' && !exactly && isBeginning(legal, rows);
  if (gaveUp) {
    return { ...allOpen, validity: origin(legal, rows), 'at-most-once': repetition(legal, rows) };
  }
  return {
    'exactly-once': exactly ? 'holds' : 'broken',
    'effectively-once': withoutRepeats(legal, rows),
    'at-most-once': repetition(legal, rows),
    'at-least-once': completeness(legal, rows),
    validity: origin(legal, rows),
    ordered: order(legal, rows, exactly),
  };
}

function repeatsState({ kase, skeleton }: SmallRun): boolean {
  const restores = skeleton.attempts.some(({ restored }) => restored !== null);
  return restores && kase.options.mode === 'at-least-once';
}

/** A row that is missing among its equals may be called lost. */
function withoutRepeats(legal: LegalSet, rows: readonly SinkRow[]): Standing {
  if (!isEffectivelyOnce(legal, rows)) return 'broken';
  if (legal.run.layout.connector === 'upsert') return 'holds';
  return completeness(legal, rows);
}

/** Part of a legal run repeats nothing. What is neither may be a repeat or an invention. */
function repetition(legal: LegalSet, rows: readonly SinkRow[]): Standing {
  if (isPartOfOne(legal, rows)) return 'holds';
  return countsTwice(legal, rows) ? 'broken' : 'open';
}

/** All of one legal run, or one that no part of the input gives; several runs may be needed. */
function origin(legal: LegalSet, rows: readonly SinkRow[]): Standing {
  const distinct = [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
  if (isPartOfOne(legal, distinct)) return 'holds';
  return isValid(legal, rows) === false ? 'broken' : 'open';
}

/**
 * Lost is what shows nowhere. A record that is missing in one of its places may be called lost, and
 * so may one that shows where it cannot belong.
 */
function completeness(legal: LegalSet, rows: readonly SinkRow[]): Standing {
  if (showsAllOfOne(legal, rows)) return isValid(legal, rows) === false ? 'open' : 'holds';
  return lostIds(legal, rows).length > 0 ? 'broken' : 'open';
}

/**
 * Rows that are no legal output have no legal order either; in which order panes come is time's.
 */
function order(legal: LegalSet, rows: readonly SinkRow[], exactly: boolean): Standing {
  if (isOrdered(legal, rows)) return 'holds';
  const { stage, second, before } = legal.run.layout;
  const keeps =
    second === null && (stage === null || stage.kind === 'reduce' || stage.kind === 'dedup');
  // Rows that one record became have no order of their own.
  const copies = before.some(({ kind }) => kind === 'flat-map');
  return exactly && keeps && !copies ? 'broken' : 'open';
}

export interface Disagreement {
  /** `false claim`: an explanation says something of the history that is not so. */
  readonly kind: 'false alarm' | 'false valid' | 'false claim';
  readonly about: Guarantee | AnomalyName;
}

export function disagreements(standings: Standings, verdict: Verdict): readonly Disagreement[] {
  const vacuous = verdict.unknowns.some(({ kind }) => kind === 'vacuous');
  return Object.entries(standings).flatMap(([name, standing]): readonly Disagreement[] => {
    const guarantee = name as Guarantee;
    const status = verdict.guarantees[guarantee];
    const accused = standing === 'holds' && status === 'invalid';
    const missed = standing === 'broken' && status === 'valid' && !vacuous;
    if (!accused && !missed) return [];
    return [{ kind: accused ? 'false alarm' : 'false valid', about: guarantee }];
  });
}
