/**
 * The groups of runs that are surveyed, and how many histories of each: 5,000 in all.
 */
import type { DrawSettings } from './draw.ts';
import { type Check, judgeRun, Survey } from './survey.ts';

export interface Group {
  readonly histories: number;
  readonly settings: DrawSettings;
}

const common = { seed: 1, recordsMax: 4 };

export const groups: Readonly<Record<string, Group>> = {
  'transactional sinks': {
    histories: 3_000,
    settings: {
      ...common,
      connectors: ['two-phase'],
      modes: ['exactly-once', 'stop-the-world'],
    },
  },
  'sinks without transactions': {
    histories: 1_200,
    settings: {
      ...common,
      connectors: ['append', 'upsert'],
      modes: ['exactly-once', 'stop-the-world'],
    },
  },
  'checkpoints without alignment': {
    histories: 800,
    settings: {
      ...common,
      connectors: ['two-phase', 'append', 'upsert'],
      modes: ['at-least-once'],
    },
  },
};

/** Judges run after run until there are enough histories. */
export function surveyOf({ histories, settings }: Group, check?: Check): Survey {
  const survey = new Survey();
  for (let number = 0; survey.histories < histories; number++) {
    for (const judged of judgeRun(number, settings, check)) survey.take(judged);
  }
  return survey;
}
