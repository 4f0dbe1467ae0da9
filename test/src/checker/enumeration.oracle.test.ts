/**
 * The checker against an enumeration of everything that is legal: small runs of every operator,
 * connector, mode and ending, as they are and with one thing changed. What is legal raises no alarm;
 * `npm run enumerate` prints where else verdict and enumeration differ. TIDEMARK_TEST_RUNS=40 is the nightly size, 200,000 histories.
 */
import { describe, expect, test } from 'vitest';
import type { DrawSettings } from '../../support/enumeration/draw.ts';
import { type Judged, judgeRun, Survey } from '../../support/enumeration/survey.ts';

const scale = Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1);

interface Part {
  readonly histories: number;
  readonly settings: DrawSettings;
}

const common = { seed: 1, recordsMax: 4 };
const parts: Readonly<Record<string, Part>> = {
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
    settings: { ...common, connectors: ['append', 'upsert'], modes: ['exactly-once'] },
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

/** Judges runs until there are enough histories. */
function surveyOf({ histories, settings }: Part): { survey: Survey; legal: readonly Judged[] } {
  const survey = new Survey();
  const legal: Judged[] = [];
  for (let number = 0; survey.histories < histories * scale; number++) {
    for (const judged of judgeRun(number, settings)) {
      survey.take(judged);
      if (judged.edit === 'legal') legal.push(judged);
    }
  }
  return { survey, legal };
}

describe.each(Object.entries(parts))('%s', (_, part) => {
  test(
    'what the enumeration calls a legal run is never said to break exactly-once',
    () => {
      const { survey, legal } = surveyOf(part);
      const alarms = [...survey.findings].filter(
        ([, { kind, guarantee, judged }]) =>
          kind === 'false alarm' && guarantee === 'exactly-once' && judged.edit === 'legal',
      );
      expect(legal.length).toBeGreaterThan(0);
      expect(alarms.map(([id, { count, judged }]) => [id, count, judged.number])).toEqual([]);
    },
    60_000 * Math.max(1, scale),
  );
});
