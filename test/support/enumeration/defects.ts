/**
 * Defects of engines, planted into the walk of one key: what the operator is fed, or what an
 * attempt begins with, is wrong, and everything that follows from it shows. Whether that is still
 * legal is looked up.
 */
import type { RandomStream } from '../../../src/base/random.ts';
import { type Channels, isBarrier, isWatermark, watermarkLabel } from './channels.ts';

export interface Defect {
  /** What the operator sees of what it should see. */
  readonly labels?: (labels: readonly number[], at: DefectAt) => readonly number[];
  /** How many of the steps that led to the restored checkpoint the state has seen. */
  readonly kept?: (steps: number, random: RandomStream) => number;
  /** Whether an attempt goes on with the event time of the one before. */
  readonly keepsTime?: boolean;
}

export interface DefectAt {
  readonly channels: Channels;
  readonly random: RandomStream;
}

const isRow = (label: number): boolean => label >= 0;

/** Changes the labels at a place that fits, if there is one. */
const atSome =
  (
    fits: (label: number) => boolean,
    change: (labels: readonly number[], place: number, at: DefectAt) => readonly number[],
  ): Required<Pick<Defect, 'labels'>>['labels'] =>
  (labels, at) => {
    const places = [...labels.keys()].filter((place) => fits(labels[place] as number));
    return places.length === 0 ? labels : change(labels, at.random.pick(places), at);
  };

export const defects: Readonly<Record<string, Defect>> = {
  'lost row': { labels: atSome(isRow, (labels, place) => labels.toSpliced(place, 1)) },
  'row fed twice': {
    labels: atSome(isRow, (labels, place) => labels.toSpliced(place, 0, labels[place] as number)),
  },
  'rows out of order': {
    labels: atSome(isRow, (labels, place) => {
      const next = labels.findIndex((label, i) => i > place && isRow(label));
      if (next < 0) return labels;
      const [a, b] = [labels[place] as number, labels[next] as number];
      return labels.with(place, b).with(next, a);
    }),
  },
  'lost watermark': { labels: atSome(isWatermark, (labels, place) => labels.toSpliced(place, 1)) },
  'watermark too early': {
    labels: atSome(
      (label) => !isBarrier(label),
      (labels, place, { channels, random }) => {
        const early = watermarkLabel(random.between(1, channels.watermarks.length - 1));
        return labels.toSpliced(place, 0, early);
      },
    ),
  },
  'nothing restored': { kept: () => 0 },
  'stale state restored': { kept: (steps, random) => random.below(steps + 1) },
  'event time restored': { keepsTime: true },
};
