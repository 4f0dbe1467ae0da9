/** The data files are what the extraction makes of the package, and as disordered as they claim. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

import earthquakes from '../../../scenarios/data/earthquakes.json' with { type: 'json' };
import { extractEarthquakes, extractFlights } from '../../../scenarios/data/extract.ts';
import flights from '../../../scenarios/data/flights.json' with { type: 'json' };

/** A data file of the `vega-datasets` package. */
function sourceOf(file: string): unknown {
  const url = new URL(`../data/${file}`, import.meta.resolve('vega-datasets'));
  return JSON.parse(readFileSync(fileURLToPath(url), 'utf8'));
}

describe('earthquakes', () => {
  test('the file is the extract', () => {
    expect(earthquakes).toEqual(extractEarthquakes(sourceOf('earthquakes.json')));
  });

  test('updates come minutes to days after the event', () => {
    const lagHours = earthquakes.rows
      .map((row) => (Number(row[1]) - Number(row[0])) / 3_600_000)
      .sort((a, b) => a - b);
    expect(lagHours).toHaveLength(1_707);
    expect(lagHours[0]).toBeGreaterThan(0);
    expect(lagHours[853]).toBeCloseTo(4.05, 1);
    expect(lagHours.at(-1)).toBeGreaterThan(24 * 6);
  });
});

describe('flights', () => {
  test('the file is the extract', () => {
    expect(flights).toEqual(extractFlights(sourceOf('flights-20k.json')));
  });

  test('a tenth of the reports are out of order, a few airports have most of the flights', () => {
    const departures = flights.rows.map((row) => Number(row[0]));
    const late = departures.filter((departure, i) => departure < (departures[i - 1] ?? departure));
    expect(departures).toHaveLength(1_575);
    expect(late.length / departures.length).toBeGreaterThan(0.1);
    const counts = new Map<unknown, number>();
    for (const row of flights.rows) counts.set(row[2], (counts.get(row[2]) ?? 0) + 1);
    const top = [...counts.values()].sort((a, b) => b - a).slice(0, 10);
    expect(top.reduce((sum, n) => sum + n, 0) / departures.length).toBeGreaterThan(0.3);
  });
});
