/**
 * Every word an operator can read in one attempt: what it sees of its channels, in order. All moves
 * of all channels are tried; words that differ in nothing the operator sees are one.
 */
import {
  type Channels,
  isBarrier,
  moves,
  snapshotsIn,
  startOf,
  type State,
  stateKey,
  timeLabel,
} from './channels.ts';

export type Word = readonly number[];

export interface WordQuery {
  readonly channels: Channels;
  /** The word ends with the snapshot of this many checkpoints. */
  readonly snapshots: number;
  /** Whether processing time may reach every timer at any moment. */
  readonly timers: boolean;
  /** Moves that are tried at most. */
  readonly movesMax: number;
}

/** Null: it would take more moves. */
export function wordsOf(query: WordQuery): readonly Word[] | null {
  if (query.snapshots === 0) return [[]];
  const search = { ...query, found: [], movesLeft: query.movesMax };
  const start = startOf(query.channels);
  walk(search, [], new Map([[stateKey(start), start]]));
  return search.movesLeft < 0 ? null : search.found;
}

type States = Map<string, State>;

interface Search extends WordQuery {
  readonly found: Word[];
  movesLeft: number;
}

function walk(search: Search, word: Word, states: States): void {
  const byLabel = labelled(search, states);
  if (search.timers && word.length > 0 && word.at(-1) !== timeLabel) {
    byLabel.set(timeLabel, states);
  }
  for (const [label, reached] of byLabel) {
    if (search.movesLeft < 0) return;
    const longer = [...word, label];
    if (isBarrier(label) && isLast(search, reached)) search.found.push(longer);
    else walk(search, longer, reached);
  }
}

function isLast({ channels, snapshots }: WordQuery, reached: States): boolean {
  const [state] = reached.values();
  return state !== undefined && snapshotsIn(channels, state) === snapshots;
}

/** Adds to `states` what can be reached unseen, and returns what can be reached by each label. */
function labelled(search: Search, states: States): Map<number, States> {
  const byLabel = new Map<number, States>();
  for (const state of states.values()) {
    for (const { label, next } of moves(search.channels, state)) {
      search.movesLeft--;
      const key = stateKey(next);
      if (label === null) {
        if (!states.has(key)) states.set(key, next);
        continue;
      }
      const reached = byLabel.get(label);
      if (reached === undefined) byLabel.set(label, new Map([[key, next]]));
      else reached.set(key, next);
    }
  }
  return byLabel;
}
