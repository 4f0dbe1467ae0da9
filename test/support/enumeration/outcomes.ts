/**
 * Every outcome of a key that some legal run has: the words of its attempts, one after the other,
 * through the specification. Outcomes that differ in no row are one.
 */
import { attemptChannels, hasProcessingTimers, type SmallRun, type Unit } from './small-run.ts';
import { completedOf } from './skeleton.ts';
import type { Channels } from './channels.ts';
import { type OutRow, StageRun } from './stage-run.ts';
import { rowText } from './rows.ts';
import { type Word, wordsOf } from './words.ts';

export interface Outcome {
  readonly rows: readonly OutRow[];
}

export interface Limits {
  readonly wordsMax: number;
  readonly movesMax: number;
}

interface Stretch {
  readonly channels: Channels;
  readonly words: readonly Word[];
}

/** Null: there are too many. */
export function outcomesOf(run: SmallRun, unit: Unit, limits: Limits): readonly Outcome[] | null {
  const stretches: Stretch[] = [];
  let combinations = 1;
  for (const attempt of run.skeleton.attempts) {
    const snapshots = completedOf(attempt).length;
    if (snapshots === 0) continue;
    const channels = attemptChannels(run, unit, { attempt, beyond: false });
    const timers = hasProcessingTimers(run.layout);
    const words = wordsOf({ channels, snapshots, timers, movesMax: limits.movesMax });
    if (words === null) return null;
    combinations *= words.length;
    if (combinations > limits.wordsMax) return null;
    stretches.push({ channels, words });
  }
  const found = new Map<string, Outcome>();
  const take = (words: readonly Word[]): void => {
    const rows = play(run, unit, { stretches, words });
    found.set(
      rows.map(({ sink, row, barriers }) => `${barriers} ${sink} ${rowText(run, row)}`).join('\n'),
      {
        rows,
      },
    );
  };
  const choose = (words: readonly Word[]): void => {
    const stretch = stretches[words.length];
    if (stretch === undefined) take(words);
    else for (const word of stretch.words) choose([...words, word]);
  };
  choose([]);
  return [...found.values()];
}

function play(
  run: SmallRun,
  unit: Unit,
  { stretches, words }: { readonly stretches: readonly Stretch[]; readonly words: readonly Word[] },
): readonly OutRow[] {
  const stage = new StageRun(run.layout);
  words.forEach((word, i) => {
    if (i > 0) stage.restart();
    const { channels } = stretches[i] as Stretch;
    for (const label of word) stage.take(label, channels, unit.arrivals);
  });
  return stage.rows();
}
